#include "TearingStorage.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// One change that was not synced: bytes at an offset, or (bytes NULL) a new length.
struct change {
  struct change *next;
  int64_t offset;
  int64_t length;
  unsigned char *bytes;
};

struct content {
  unsigned char *bytes;
  int64_t length, room;
};

struct watched_file {
  struct watched_file *next;
  char path[PATH_MAX];
  // What is kept whatever happens, and the changes since, oldest first.
  struct content kept;
  bool exists;
  struct change *first, *last;
};

struct watched {
  struct watched *next;
  char folder[PATH_MAX];
  tearing_boundary boundary;
  void *context;
  bool off, forgets_log_syncs;
  // How many writes, truncations and syncs until all of them fail; 0: none does.
  int fails_in;
  struct watched_file *files;
};

// What SQLite holds: our methods, then the real file behind them.
struct tearing_file {
  sqlite3_file base;
  struct watched *world;
  struct watched_file *file;
  bool is_log;
  sqlite3_file real[];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct watched *worlds;
static sqlite3_vfs *real_vfs;
static sqlite3_vfs tearing_vfs;

// MARK: Contents

static void reach(struct content *content, int64_t length) {
  if (length > content->room) {
    content->room = length * 2 + 4096;
    content->bytes = realloc(content->bytes, content->room);
    if (!content->bytes) abort();
  }
  if (length > content->length) {
    memset(content->bytes + content->length, 0, length - content->length);
    content->length = length;
  }
}

static void apply(struct content *content, const struct change *change, int64_t from, int64_t count) {
  if (!change->bytes) {
    if (change->length < content->length) content->length = change->length;
    return;
  }
  reach(content, change->offset + from + count);
  memcpy(content->bytes + change->offset + from, change->bytes + from, count);
}

static void keep_all(struct watched_file *file) {
  while (file->first) {
    struct change *change = file->first;
    file->first = change->next;
    apply(&file->kept, change, 0, change->length);
    free(change->bytes);
    free(change);
  }
  file->last = NULL;
}

static void note(struct watched_file *file, int64_t offset, int64_t length, const void *bytes) {
  struct change *change = calloc(1, sizeof *change);
  if (!change) abort();
  change->offset = offset;
  change->length = length;
  if (bytes) {
    change->bytes = malloc(length ? length : 1);
    if (!change->bytes) abort();
    memcpy(change->bytes, bytes, length);
  }
  if (file->last) file->last->next = change;
  else file->first = change;
  file->last = change;
}

static void read_whole(const char *path, struct content *content) {
  int descriptor = open(path, O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return;
  unsigned char page[65536];
  ssize_t count;
  while ((count = read(descriptor, page, sizeof page)) > 0) {
    int64_t at = content->length;
    reach(content, at + count);
    memcpy(content->bytes + at, page, count);
  }
  close(descriptor);
}

// MARK: Worlds

static struct watched *world_of(const char *path) {
  for (struct watched *world = worlds; world; world = world->next) {
    size_t length = strlen(world->folder);
    if (strncmp(path, world->folder, length) == 0 && path[length] == '/') return world;
  }
  return NULL;
}

static struct watched_file *file_of(struct watched *world, const char *path, bool make) {
  for (struct watched_file *file = world->files; file; file = file->next)
    if (strcmp(file->path, path) == 0) return file;
  if (!make) return NULL;
  struct watched_file *file = calloc(1, sizeof *file);
  if (!file) abort();
  snprintf(file->path, sizeof file->path, "%s", path);
  file->exists = access(path, F_OK) == 0;
  if (file->exists) read_whole(path, &file->kept);
  file->next = world->files;
  world->files = file;
  return file;
}

// Not under the lock: the one who is asked may be waiting for another thread of SQLite.
static void boundary(struct tearing_file *file) {
  if (file->world->off) return;
  if (file->world->boundary(file->world->context)) file->world->off = true;
}

static bool fails(struct tearing_file *file) {
  pthread_mutex_lock(&lock);
  bool now = file->world->fails_in == 1;
  if (file->world->fails_in > 1) file->world->fails_in--;
  pthread_mutex_unlock(&lock);
  return now;
}

// MARK: A file

static int tearing_close(sqlite3_file *opened) {
  struct tearing_file *file = (struct tearing_file *)opened;
  return file->real->pMethods->xClose(file->real);
}

static int tearing_read(sqlite3_file *opened, void *bytes, int count, sqlite3_int64 offset) {
  struct tearing_file *file = (struct tearing_file *)opened;
  return file->real->pMethods->xRead(file->real, bytes, count, offset);
}

static int tearing_write(sqlite3_file *opened, const void *bytes, int count, sqlite3_int64 offset) {
  struct tearing_file *file = (struct tearing_file *)opened;
  if (fails(file)) return SQLITE_IOERR_WRITE;
  boundary(file);
  pthread_mutex_lock(&lock);
  if (!file->world->off) note(file->file, offset, count, bytes);
  pthread_mutex_unlock(&lock);
  return file->real->pMethods->xWrite(file->real, bytes, count, offset);
}

static int tearing_truncate(sqlite3_file *opened, sqlite3_int64 length) {
  struct tearing_file *file = (struct tearing_file *)opened;
  if (fails(file)) return SQLITE_IOERR_TRUNCATE;
  boundary(file);
  pthread_mutex_lock(&lock);
  if (!file->world->off) note(file->file, 0, length, NULL);
  pthread_mutex_unlock(&lock);
  return file->real->pMethods->xTruncate(file->real, length);
}

static int tearing_sync(sqlite3_file *opened, int flags) {
  struct tearing_file *file = (struct tearing_file *)opened;
  if (fails(file)) return SQLITE_IOERR_FSYNC;
  boundary(file);
  pthread_mutex_lock(&lock);
  if (!file->world->off && !(file->is_log && file->world->forgets_log_syncs)) {
    keep_all(file->file);
    file->file->exists = true;
  }
  pthread_mutex_unlock(&lock);
  int result = file->real->pMethods->xSync(file->real, flags);
  boundary(file);
  return result;
}

static int tearing_size(sqlite3_file *opened, sqlite3_int64 *length) {
  struct tearing_file *file = (struct tearing_file *)opened;
  return file->real->pMethods->xFileSize(file->real, length);
}

static int tearing_lock(sqlite3_file *opened, int level) {
  struct tearing_file *file = (struct tearing_file *)opened;
  return file->real->pMethods->xLock(file->real, level);
}

static int tearing_unlock(sqlite3_file *opened, int level) {
  struct tearing_file *file = (struct tearing_file *)opened;
  return file->real->pMethods->xUnlock(file->real, level);
}

static int tearing_reserved(sqlite3_file *opened, int *result) {
  struct tearing_file *file = (struct tearing_file *)opened;
  return file->real->pMethods->xCheckReservedLock(file->real, result);
}

static int tearing_control(sqlite3_file *opened, int operation, void *argument) {
  struct tearing_file *file = (struct tearing_file *)opened;
  return file->real->pMethods->xFileControl(file->real, operation, argument);
}

static int tearing_sector(sqlite3_file *opened) {
  struct tearing_file *file = (struct tearing_file *)opened;
  return file->real->pMethods->xSectorSize(file->real);
}

static int tearing_characteristics(sqlite3_file *opened) {
  struct tearing_file *file = (struct tearing_file *)opened;
  return file->real->pMethods->xDeviceCharacteristics(file->real);
}

static int tearing_map(sqlite3_file *opened, int page, int size, int extend, void volatile **memory) {
  struct tearing_file *file = (struct tearing_file *)opened;
  return file->real->pMethods->xShmMap(file->real, page, size, extend, memory);
}

static int tearing_shared_lock(sqlite3_file *opened, int offset, int count, int flags) {
  struct tearing_file *file = (struct tearing_file *)opened;
  return file->real->pMethods->xShmLock(file->real, offset, count, flags);
}

static void tearing_barrier(sqlite3_file *opened) {
  struct tearing_file *file = (struct tearing_file *)opened;
  file->real->pMethods->xShmBarrier(file->real);
}

static int tearing_unmap(sqlite3_file *opened, int remove) {
  struct tearing_file *file = (struct tearing_file *)opened;
  return file->real->pMethods->xShmUnmap(file->real, remove);
}

// Version 2: with memory mapping (version 3) writes would go past us.
static const sqlite3_io_methods methods = {
    2,
    tearing_close,
    tearing_read,
    tearing_write,
    tearing_truncate,
    tearing_sync,
    tearing_size,
    tearing_lock,
    tearing_unlock,
    tearing_reserved,
    tearing_control,
    tearing_sector,
    tearing_characteristics,
    tearing_map,
    tearing_shared_lock,
    tearing_barrier,
    tearing_unmap,
    NULL,
    NULL,
};

// MARK: The file system

static int tearing_open(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *opened, int flags, int *out) {
  struct watched *world = NULL;
  if (name && (flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL))) {
    pthread_mutex_lock(&lock);
    world = world_of(name);
    pthread_mutex_unlock(&lock);
  }
  // Somebody else's file: opened as if we were not there.
  if (!world) return real_vfs->xOpen(real_vfs, name, opened, flags, out);
  struct tearing_file *file = (struct tearing_file *)opened;
  pthread_mutex_lock(&lock);
  struct watched_file *watched = file_of(world, name, true);
  pthread_mutex_unlock(&lock);
  file->base.pMethods = NULL;
  int result = real_vfs->xOpen(real_vfs, name, file->real, flags, out);
  if (result != SQLITE_OK) return result;
  file->world = world;
  file->file = watched;
  file->is_log = (flags & SQLITE_OPEN_WAL) != 0;
  file->base.pMethods = &methods;
  return SQLITE_OK;
}

static int tearing_delete(sqlite3_vfs *vfs, const char *name, int syncs) {
  pthread_mutex_lock(&lock);
  struct watched *world = world_of(name);
  struct watched_file *file = world ? file_of(world, name, false) : NULL;
  if (file && !world->off) {
    keep_all(file);
    file->kept.length = 0;
    file->exists = false;
  }
  pthread_mutex_unlock(&lock);
  return real_vfs->xDelete(real_vfs, name, syncs);
}

static int install(void) {
  if (real_vfs) return 0;
  sqlite3_vfs *found = sqlite3_vfs_find(NULL);
  if (!found) return 1;
  tearing_vfs = *found;
  tearing_vfs.zName = "tearing";
  tearing_vfs.pNext = NULL;
  tearing_vfs.szOsFile = (int)sizeof(struct tearing_file) + found->szOsFile;
  tearing_vfs.xOpen = tearing_open;
  tearing_vfs.xDelete = tearing_delete;
  real_vfs = found;
  // The default, so that the ledger under test is opened exactly as a factory opens it.
  return sqlite3_vfs_register(&tearing_vfs, 1) == SQLITE_OK ? 0 : 1;
}

int tearing_watch(const char *folder, tearing_boundary boundary, void *context) {
  pthread_mutex_lock(&lock);
  int result = install();
  if (result == 0) {
    struct watched *world = calloc(1, sizeof *world);
    if (!world) abort();
    snprintf(world->folder, sizeof world->folder, "%s", folder);
    world->boundary = boundary;
    world->context = context;
    world->next = worlds;
    worlds = world;
  }
  pthread_mutex_unlock(&lock);
  return result;
}

void tearing_forget_log_syncs(const char *folder) {
  pthread_mutex_lock(&lock);
  for (struct watched *world = worlds; world; world = world->next)
    if (strcmp(world->folder, folder) == 0) world->forgets_log_syncs = true;
  pthread_mutex_unlock(&lock);
}

void tearing_fail(const char *folder, int operations) {
  pthread_mutex_lock(&lock);
  for (struct watched *world = worlds; world; world = world->next)
    if (strcmp(world->folder, folder) == 0) world->fails_in = operations;
  pthread_mutex_unlock(&lock);
}

void tearing_power_off(const char *folder) {
  pthread_mutex_lock(&lock);
  for (struct watched *world = worlds; world; world = world->next)
    if (strcmp(world->folder, folder) == 0) world->off = true;
  pthread_mutex_unlock(&lock);
}

// MARK: What is left

static uint64_t draw(uint64_t *state) {
  // SplitMix64 (Steele, Lea, Flood 2014).
  uint64_t value = (*state += 0x9E3779B97F4A7C15u);
  value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9u;
  value = (value ^ (value >> 27)) * 0x94D049BB133111EBu;
  return value ^ (value >> 31);
}

static void lose(struct watched_file *file, enum tearing_loss loss, uint64_t *state) {
  for (struct change *change = file->first; change; change = change->next) {
    if (loss == tearing_loses_unsynced) continue;
    uint64_t fate = loss == tearing_loses_nothing ? 0 : draw(state) % 3;
    if (fate == 1) continue;
    if (fate == 0 || !change->bytes) {
      apply(&file->kept, change, 0, change->length);
      file->exists = true;
      continue;
    }
    // Torn: some of its sectors are there and some are not.
    for (int64_t from = 0; from < change->length; from += 512) {
      int64_t count = change->length - from < 512 ? change->length - from : 512;
      if (draw(state) % 2) apply(&file->kept, change, from, count);
    }
    file->exists = true;
  }
}

static int store(const struct watched_file *file, const char *into) {
  const char *name = strrchr(file->path, '/');
  char path[PATH_MAX];
  if (!name || snprintf(path, sizeof path, "%s%s", into, name) >= (int)sizeof path) return ENAMETOOLONG;
  int descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0) return errno;
  int result = 0;
  for (int64_t at = 0; at < file->kept.length;) {
    ssize_t count = write(descriptor, file->kept.bytes + at, file->kept.length - at);
    if (count < 0) {
      result = errno;
      break;
    }
    at += count;
  }
  if (close(descriptor) != 0 && result == 0) result = errno;
  return result;
}

int tearing_salvage(const char *folder, const char *into, enum tearing_loss loss, uint64_t seed) {
  int result = 0;
  pthread_mutex_lock(&lock);
  for (struct watched **place = &worlds; *place; place = &(*place)->next) {
    struct watched *world = *place;
    if (strcmp(world->folder, folder) != 0) continue;
    *place = world->next;
    uint64_t state = seed;
    while (world->files) {
      struct watched_file *file = world->files;
      world->files = file->next;
      lose(file, loss, &state);
      if (file->exists && result == 0) result = store(file, into);
      while (file->first) {
        struct change *change = file->first;
        file->first = change->next;
        free(change->bytes);
        free(change);
      }
      free(file->kept.bytes);
      free(file);
    }
    free(world);
    break;
  }
  pthread_mutex_unlock(&lock);
  return result;
}
