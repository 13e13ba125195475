// What one thread of plain SQLite does: inserts the rows of `runs` of a database anew, in batches.
// usage: plain SOURCE TARGET BATCH    prints rows per second
// The target has the schema of the source, WAL and synchronous=FULL, as the server's own files.
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static sqlite3 *target;

static void check(int result, const char *step) {
  if (result == SQLITE_OK || result == SQLITE_DONE || result == SQLITE_ROW) return;
  fprintf(stderr, "%s: %s\n", step, sqlite3_errmsg(target));
  exit(1);
}

static void run(const char *sql) { check(sqlite3_exec(target, sql, NULL, NULL, NULL), sql); }

static sqlite3_stmt *prepare(sqlite3 *database, const char *sql) {
  sqlite3_stmt *statement;
  check(sqlite3_prepare_v3(database, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL), sql);
  return statement;
}

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec + now.tv_nsec / 1e9;
}

int main(int count, char **arguments) {
  if (count != 4) return 64;
  sqlite3 *source;
  check(sqlite3_open_v2(arguments[1], &source, SQLITE_OPEN_READONLY, NULL), "open the source");
  check(sqlite3_open(arguments[2], &target), "open the target");
  run("PRAGMA journal_mode = WAL");
  run("PRAGMA synchronous = FULL");
  // As many pages as Switchyard lets its log have before it moves them.
  run("PRAGMA wal_autocheckpoint = 4000");
  sqlite3_stmt *schema = prepare(source,
      "SELECT sql FROM sqlite_master WHERE tbl_name IN ('runs', 'run_counts') AND sql IS NOT NULL "
      "ORDER BY type = 'index'");
  while (sqlite3_step(schema) == SQLITE_ROW) run((const char *)sqlite3_column_text(schema, 0));
  run("INSERT INTO run_counts VALUES ('pending', 0)");

  sqlite3_stmt *rows = prepare(source, "SELECT * FROM runs ORDER BY ordinal");
  int columns = sqlite3_column_count(rows);
  long capacity = 1024, total = 0;
  sqlite3_value ***kept = malloc(capacity * sizeof *kept);
  while (sqlite3_step(rows) == SQLITE_ROW) {
    if (total == capacity) kept = realloc(kept, (capacity *= 2) * sizeof *kept);
    kept[total] = malloc(columns * sizeof(sqlite3_value *));
    for (int column = 0; column < columns; column++)
      kept[total][column] = sqlite3_value_dup(sqlite3_column_value(rows, column));
    total++;
  }
  char sql[512];
  int length = snprintf(sql, sizeof sql, "INSERT INTO runs VALUES (?");
  for (int column = 1; column < columns; column++)
    length += snprintf(sql + length, sizeof sql - length, ", ?");
  snprintf(sql + length, sizeof sql - length, ")");
  sqlite3_stmt *insert = prepare(target, sql);
  sqlite3_stmt *counter = prepare(target,
      "UPDATE run_counts SET value = value + 1 WHERE name = 'pending' AND value < 1000000000");
  sqlite3_stmt *begin = prepare(target, "BEGIN IMMEDIATE"), *commit = prepare(target, "COMMIT");

  long batch = atol(arguments[3]);
  double began = seconds();
  for (long row = 0; row < total; row++) {
    if (row % batch == 0) check(sqlite3_step(begin), "begin"), sqlite3_reset(begin);
    check(sqlite3_step(counter), "count"), sqlite3_reset(counter);
    for (int column = 0; column < columns; column++)
      sqlite3_bind_value(insert, column + 1, kept[row][column]);
    check(sqlite3_step(insert), "insert"), sqlite3_reset(insert);
    if (row % batch == batch - 1 || row == total - 1)
      check(sqlite3_step(commit), "commit"), sqlite3_reset(commit);
  }
  printf("%.0f\n", total / (seconds() - began));
  return 0;
}
