// The comparator of the ledger's figure: plain SQLite, no journal logic, no hashes, no projections. The same journal
// mode, synchronous and cache, and the same number of rows per transaction; the log is copied into the file at commits, as
// SQLite does by itself, where the ledger has a thread for that. Prints rows per second and the 99th percentile of a commit in milliseconds.
//
//   sqlite_loop narrow|journal DATABASE ROWS ROWS_PER_COMMIT BODY_BYTES
//
// narrow: a table of a number, a time and a body. journal: the columns, values and indexes of the ledger's own table.
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

static const char wide_table[] =
    "CREATE TABLE journal(seq INTEGER PRIMARY KEY, time TEXT NOT NULL, clock TEXT NOT NULL, station TEXT NOT NULL,"
    "  actor TEXT NOT NULL, slot TEXT, attempt TEXT, hub TEXT, kind TEXT NOT NULL, body BLOB NOT NULL,"
    "  versions TEXT NOT NULL, previous_hash BLOB NOT NULL, hash BLOB NOT NULL) STRICT;"
    "CREATE INDEX journal_by_hub ON journal(hub) WHERE hub IS NOT NULL;"
    "CREATE INDEX journal_by_attempt ON journal(attempt) WHERE attempt IS NOT NULL;"
    "CREATE INDEX journal_by_time ON journal(clock, time)";
static const char wide_insert[] =
    "INSERT INTO journal(time, clock, station, actor, attempt, kind, body, versions, previous_hash, hash)"
    "  VALUES('2026-01-01T00:00:00.000Z', 'synchronised', 'benchmark', 'station', ?2, 'step.began', ?1,"
    "  '{\"settings\":\"defaults\",\"station\":\"0.1.0\"}', zeroblob(32), zeroblob(32))";

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return x < y ? -1 : x > y;
}

static void must(int code, sqlite3 *db) {
  if (code == SQLITE_OK || code == SQLITE_DONE || code == SQLITE_ROW) return;
  fprintf(stderr, "sqlite: %s\n", sqlite3_errmsg(db));
  exit(2);
}

int main(int count, char **words) {
  if (count != 6) return 64;
  int wide = !strcmp(words[1], "journal");
  int rows = atoi(words[3]), per = atoi(words[4]), size = atoi(words[5]);
  sqlite3 *db;
  must(sqlite3_open(words[2], &db), db);
  must(sqlite3_exec(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=1000; PRAGMA cache_size=-16000", 0, 0, 0), db);
  must(sqlite3_exec(db, wide ? wide_table : "CREATE TABLE journal(seq INTEGER PRIMARY KEY, time TEXT, body BLOB) STRICT", 0, 0, 0), db);
  sqlite3_stmt *insert;
  must(sqlite3_prepare_v2(db, wide ? wide_insert : "INSERT INTO journal(time, body) VALUES('2026-01-01T00:00:00.000Z', ?1)", -1, &insert, 0), db);
  char *body = calloc(1, size);
  memset(body, 'x', size);
  int commits = rows / per;
  double *times = malloc(sizeof(double) * commits);
  double start = now();
  for (int commit = 0; commit < commits; commit++) {
    double before = now();
    must(sqlite3_exec(db, "BEGIN IMMEDIATE", 0, 0, 0), db);
    for (int row = 0; row < per; row++) {
      char attempt[32];
      sqlite3_bind_blob(insert, 1, body, size, SQLITE_STATIC);
      if (wide) {
        int length = snprintf(attempt, sizeof attempt, "attempt-%d", row);
        sqlite3_bind_text(insert, 2, attempt, length, SQLITE_STATIC);
      }
      must(sqlite3_step(insert), db);
      sqlite3_reset(insert);
    }
    must(sqlite3_exec(db, "COMMIT", 0, 0, 0), db);
    times[commit] = now() - before;
  }
  double seconds = now() - start;
  qsort(times, commits, sizeof(double), ascending);
  printf("%.0f %.3f\n", commits * per / seconds, times[(int)(commits * 0.99)] * 1000);
  return 0;
}
