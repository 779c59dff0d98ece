#pragma once
int station_shims_version(void);
