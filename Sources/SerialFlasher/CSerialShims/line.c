#define _GNU_SOURCE
#include "CSerialShims.h"

#include <errno.h>
#include <sys/ioctl.h>
#include <termios.h>

int station_line_make_raw(int descriptor) {
  struct termios settings;
  if (tcgetattr(descriptor, &settings) != 0) return errno;
  cfmakeraw(&settings);
  settings.c_iflag &= ~(tcflag_t)(IXON | IXOFF | IXANY);
  settings.c_cflag &= ~(tcflag_t)(CSIZE | CSTOPB | PARENB | CRTSCTS);
  settings.c_cflag |= CS8 | CREAD | CLOCAL;
  settings.c_cc[VMIN] = 1;
  settings.c_cc[VTIME] = 0;
  if (tcsetattr(descriptor, TCSANOW, &settings) != 0) return errno;
  /* tcsetattr succeeds when *any* of it was taken: ask what was. CRTSCTS is asked for too, because a driver that
     keeps it would wait for a CTS line that a three-wire adapter does not have. */
  struct termios taken;
  if (tcgetattr(descriptor, &taken) != 0) return errno;
  if ((taken.c_cflag & (CSIZE | PARENB | CRTSCTS)) != CS8 || (taken.c_lflag & (ICANON | ECHO | ISIG)) != 0)
    return EINVAL;
  return 0;
}

static speed_t constant_of(uint32_t baud) {
  switch (baud) {
  case 50: return B50;
  case 75: return B75;
  case 110: return B110;
  case 134: return B134;
  case 150: return B150;
  case 200: return B200;
  case 300: return B300;
  case 600: return B600;
  case 1200: return B1200;
  case 1800: return B1800;
  case 2400: return B2400;
  case 4800: return B4800;
  case 9600: return B9600;
  case 19200: return B19200;
  case 38400: return B38400;
  case 57600: return B57600;
  case 115200: return B115200;
  case 230400: return B230400;
  case 460800: return B460800;
  case 500000: return B500000;
  case 576000: return B576000;
  case 921600: return B921600;
  case 1000000: return B1000000;
  case 1152000: return B1152000;
  case 1500000: return B1500000;
  case 2000000: return B2000000;
  case 2500000: return B2500000;
  case 3000000: return B3000000;
  case 3500000: return B3500000;
  case 4000000: return B4000000;
  default: return B0;
  }
}

int station_line_set_standard_rate(int descriptor, uint32_t baud) {
  speed_t speed = constant_of(baud);
  if (speed == B0) return EINVAL;
  struct termios settings;
  if (tcgetattr(descriptor, &settings) != 0) return errno;
  if (cfsetspeed(&settings, speed) != 0) return errno;
  if (tcsetattr(descriptor, TCSANOW, &settings) != 0) return errno;
  struct termios taken;
  if (tcgetattr(descriptor, &taken) != 0) return errno;
  return cfgetospeed(&taken) == speed ? 0 : EINVAL;
}

int station_line_set_exclusive(int descriptor, int exclusive) {
  return ioctl(descriptor, exclusive ? TIOCEXCL : TIOCNXCL) == 0 ? 0 : errno;
}

int station_line_is_exclusive(int descriptor, int *exclusive) {
  return ioctl(descriptor, TIOCGEXCL, exclusive) == 0 ? 0 : errno;
}

int station_line_unsent(int descriptor, int *count) {
  return ioctl(descriptor, TIOCOUTQ, count) == 0 ? 0 : errno;
}
