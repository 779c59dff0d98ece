#pragma once
#include <stdbool.h>
#include <stdint.h>

// A file system for SQLite that remembers, for every file below a folder, what an xSync has promised to keep and what
// was only written since. When the power goes, the writes since are dropped, torn or kept, each by a draw.

/// Asked before every write, truncation and sync, and after every sync: whether the power goes here.
typedef bool (*tearing_boundary)(void *context);

/// Watches the files of `folder` (an absolute path without a trailing slash) that SQLite opens from now on. Returns 0,
/// or 1 when SQLite's own file system is missing, or 2 when too many folders are watched.
int tearing_watch(const char *folder, tearing_boundary boundary, void *context);

/// A station that runs with PRAGMA synchronous = NORMAL: the log is not synced at a commit. A planted bug.
void tearing_forget_log_syncs(const char *folder);

/// A disk that fails: the so-and-so-manieth write, truncation or sync from now on is refused with an input/output error,
/// and so is all after it. 0: it is well again.
void tearing_fail(const char *folder, int operations);

/// The power is gone: whatever is written from now on is not kept.
void tearing_power_off(const char *folder);

enum tearing_loss {
  /// The process died, the machine did not: all that was written is there.
  tearing_loses_nothing = 0,
  /// What was not synced is gone.
  tearing_loses_unsynced = 1,
  /// What was not synced is kept, lost or torn, write by write.
  tearing_tears_unsynced = 2,
};

/// Writes what is left of every file into the folder `into`, and forgets the watched one. Returns 0 or errno.
int tearing_salvage(const char *folder, const char *into, enum tearing_loss loss, uint64_t seed);
