#define _GNU_SOURCE
#include "CSerialShims.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

int station_terminal_open(int *master, char *path, size_t capacity) {
  int descriptor = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) return errno;
  int failure = 0;
  if (grantpt(descriptor) != 0 || unlockpt(descriptor) != 0) failure = errno;
  if (failure == 0) failure = ptsname_r(descriptor, path, capacity);
  if (failure != 0) {
    close(descriptor);
    return failure;
  }
  *master = descriptor;
  return 0;
}

void station_thread_set_name(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }

int station_wake_open(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

/* Runs between fork and exec of a process with many threads: only async-signal-safe calls. */
static void become_shell(const char *terminal, const char *directory, char *const *arguments,
                         char *const *environment, int report) {
  struct sigaction original = {.sa_handler = SIG_DFL};
  for (int number = 1; number < 65; number++) sigaction(number, &original, NULL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);

  if (setsid() < 0) goto failed;
  int line = open(terminal, O_RDWR);
  if (line < 0) goto failed;
  if (ioctl(line, TIOCSCTTY, 0) != 0) goto failed;
  if (dup2(line, 0) < 0 || dup2(line, 1) < 0 || dup2(line, 2) < 0) goto failed;
  /* Nothing of the station's may leak into a hub's shell, not even what was opened without O_CLOEXEC. */
  if (syscall(SYS_close_range, 3u, ~0u, 4u /* CLOSE_RANGE_CLOEXEC */) != 0) {
    for (int other = 3; other < 4096; other++) fcntl(other, F_SETFD, FD_CLOEXEC);
  }
  if (chdir(directory) != 0) goto failed;
  execvpe(arguments[0], arguments, environment);
failed: {
  int failure = errno;
  ssize_t told = write(report, &failure, sizeof failure);
  (void)told;
  _exit(127);
}
}

int station_shell_start(const char *terminal, const char *directory, char *const *arguments,
                        char *const *environment, pid_t *child, int *watch) {
  int report[2];
  if (pipe2(report, O_CLOEXEC) != 0) return errno;
  /* A report descriptor of 0, 1 or 2 would be overwritten by the child's dup2. */
  if (report[1] < 3) {
    int moved = fcntl(report[1], F_DUPFD_CLOEXEC, 3);
    int failure = errno;
    close(report[1]);
    report[1] = moved;
    if (moved < 0) {
      close(report[0]);
      return failure;
    }
  }
  pid_t identifier = fork();
  if (identifier < 0) {
    int failure = errno;
    close(report[0]);
    close(report[1]);
    return failure;
  }
  if (identifier == 0) become_shell(terminal, directory, arguments, environment, report[1]);
  close(report[1]);

  int failure = 0;
  ssize_t heard;
  do heard = read(report[0], &failure, sizeof failure);
  while (heard < 0 && errno == EINTR);
  close(report[0]);
  if (heard == (ssize_t)sizeof failure) {
    while (waitpid(identifier, NULL, 0) < 0 && errno == EINTR) {}
    return failure;
  }
  int descriptor = (int)syscall(SYS_pidfd_open, identifier, 0u);
  if (descriptor < 0) {
    failure = errno;
    kill(identifier, SIGKILL);
    while (waitpid(identifier, NULL, 0) < 0 && errno == EINTR) {}
    return failure;
  }
  *child = identifier;
  *watch = descriptor;
  return 0;
}
