#ifndef SWITCHYARD_CSQLITE_SHIM_H
#define SWITCHYARD_CSQLITE_SHIM_H

#include <sqlite3.h>

// SQLITE_STATIC is a cast that Swift cannot import. A null pointer would bind NULL, so empty text
// and empty blobs point at a static byte.

static inline int sqlite3_bind_text_held(
  sqlite3_stmt *statement, int index, const void *bytes, sqlite3_uint64 count) {
  return sqlite3_bind_text64(
    statement, index, bytes ? bytes : "", count, SQLITE_STATIC, SQLITE_UTF8);
}

static inline int sqlite3_bind_blob_held(
  sqlite3_stmt *statement, int index, const void *bytes, sqlite3_uint64 count) {
  return sqlite3_bind_blob64(statement, index, bytes ? bytes : "", count, SQLITE_STATIC);
}

// A variadic function, which Swift does not import.
static inline int sqlite3_config_without_memory_statistics(void) {
  return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

// Extended result codes are arithmetic macros, which Swift does not import either.

static const int sqlite_constraint_check = SQLITE_CONSTRAINT_CHECK;
static const int sqlite_constraint_foreign_key = SQLITE_CONSTRAINT_FOREIGNKEY;
static const int sqlite_constraint_not_null = SQLITE_CONSTRAINT_NOTNULL;
static const int sqlite_constraint_primary_key = SQLITE_CONSTRAINT_PRIMARYKEY;
static const int sqlite_constraint_row_id = SQLITE_CONSTRAINT_ROWID;
static const int sqlite_constraint_trigger = SQLITE_CONSTRAINT_TRIGGER;
static const int sqlite_constraint_unique = SQLITE_CONSTRAINT_UNIQUE;

#endif
