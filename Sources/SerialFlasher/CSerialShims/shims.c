#include "CSerialShims.h"
int station_shims_version(void) { return 1; }
