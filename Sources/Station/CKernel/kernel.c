#define _GNU_SOURCE
#include "CKernel.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timex.h>

bool station_clock_is_synchronised(void) {
  struct timex status = {0};
  int state = adjtimex(&status);
  return state >= 0 && state != TIME_ERROR && (status.status & STA_UNSYNC) == 0;
}

int station_forbid_core_dumps(void) {
  struct rlimit none = {0, 0};
  if (setrlimit(RLIMIT_CORE, &none) != 0) return errno;
  if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return errno;
  static const int crashes[] = {SIGQUIT, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTRAP};
  for (unsigned index = 0; index < sizeof crashes / sizeof *crashes; index++) {
    if (signal(crashes[index], SIG_DFL) == SIG_ERR) return errno;
  }
  return 0;
}

int station_peer_user(int descriptor, uid_t *user, pid_t *process) {
  struct ucred credentials;
  socklen_t length = sizeof credentials;
  if (getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &length) != 0) return errno;
  *user = credentials.uid;
  *process = credentials.pid;
  return 0;
}

static int file_facts(int result, const struct stat *status, struct station_file_facts *facts) {
  if (result != 0) return errno;
  facts->mode = status->st_mode;
  facts->owner = status->st_uid;
  facts->size = status->st_size;
  facts->device = status->st_dev;
  facts->inode = status->st_ino;
  return 0;
}

int station_file_facts_of(int descriptor, struct station_file_facts *facts) {
  struct stat status;
  return file_facts(fstat(descriptor, &status), &status, facts);
}

int station_file_facts_at(const char *path, bool follow, struct station_file_facts *facts) {
  struct stat status;
  return file_facts(follow ? stat(path, &status) : lstat(path, &status), &status, facts);
}
