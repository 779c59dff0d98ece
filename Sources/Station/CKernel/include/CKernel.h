#pragma once
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

// What the kernel knows and Swift's Glibc module does not show.

/// Whether the kernel says that the wall clock is disciplined: adjtimex(2), not TIME_ERROR and not STA_UNSYNC.
bool station_clock_is_synchronised(void);

/// No core dumps and no ptrace by the same user: prctl(2), PR_SET_DUMPABLE 0, and RLIMIT_CORE 0. Returns 0 or errno.
///
/// And no crash report: where SWIFT_BACKTRACE is set (the Swift container images set it), the runtime has installed
/// handlers that print registers and the memory that they point to on standard error, and that is a log. The signals of
/// a crash get the system's own treatment back.
int station_forbid_core_dumps(void);

/// The user at the other end of a connected Unix socket: SO_PEERCRED, unix(7). Returns 0 or errno.
int station_peer_user(int descriptor, uid_t *user, pid_t *process);

/// What stat(2) says of a file. A struct of our own: which module Swift takes `struct stat` from depends on which other
/// modules a build has seen before, and MemberImportVisibility then refuses its fields.
struct station_file_facts {
  uint32_t mode;
  uint32_t owner;
  int64_t size;
  uint64_t device;
  uint64_t inode;
};

/// fstat(2). Returns 0 or errno.
int station_file_facts_of(int descriptor, struct station_file_facts *facts);

/// stat(2), or lstat(2) when `follow` is false. Returns 0 or errno.
int station_file_facts_at(const char *path, bool follow, struct station_file_facts *facts);
