/* A file of its own: <asm/termbits.h> and <termios.h> define the same structs differently and cannot meet. */
#include <asm/ioctls.h>
#include <asm/termbits.h>
#include <errno.h>
#include <stdint.h>

#include "CSerialShims.h"

/* <sys/ioctl.h> would bring the other termios in. */
extern int ioctl(int descriptor, unsigned long request, ...);

int station_line_set_custom_rate(int descriptor, uint32_t baud, uint32_t *taken) {
  struct termios2 settings;
  if (ioctl(descriptor, TCGETS2, &settings) != 0) return errno;
  settings.c_cflag &= ~(tcflag_t)(CBAUD | (CBAUD << IBSHIFT));
  settings.c_cflag |= BOTHER | (BOTHER << IBSHIFT);
  settings.c_ispeed = baud;
  settings.c_ospeed = baud;
  if (ioctl(descriptor, TCSETS2, &settings) != 0) return errno;
  return station_line_read_rate(descriptor, taken);
}

int station_line_read_rate(int descriptor, uint32_t *baud) {
  struct termios2 settings;
  if (ioctl(descriptor, TCGETS2, &settings) != 0) return errno;
  *baud = settings.c_ospeed;
  return 0;
}
