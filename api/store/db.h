/* The adapter of SQLite: one connection and its prepared statements, used by one thread
 * at a time. Only this folder's db.c includes sqlite3.h.
 *
 *     struct stmt *s = db_stmt(db, QUERY_user_by_id);
 *     bind_int(s, ":id", id);
 *     if (stmt_row(s)) { name = col_str(s, 0, arena); }
 *     enum err e = stmt_end(s);            // always; E_OK when there was no row, too
 *
 * Errors are sticky in the statement: stmt_row is false, stmt_end tells. */
#ifndef MOOTHALL_API_STORE_DB_H
#define MOOTHALL_API_STORE_DB_H

#include "lib/arena.h"
#include "lib/err.h"
#include "lib/str.h"

enum query {

#define QUERY(name, text) QUERY_##name,
#include "sql/queries.inc"
#undef QUERY
    QUERY_COUNT
};

struct db;
struct stmt;

enum db_mode {
    DB_READER, /* query_only */
    DB_WRITER, /* makes and migrates the database; there is one in the process */
};

/* Opens with WAL, synchronous=FULL, foreign_keys, a busy time-out of 5 s.
 * E_UNAVAILABLE (logged) when it cannot, or a migration or a query does not fit. */
must_check enum err db_open(struct db **out, const char *path, enum db_mode mode);
void db_close(struct db *db);

/* A read transaction: all reads between see one state. */
must_check enum err db_begin_read(struct db *db);
void db_end_read(struct db *db);

/* Reset, without binds, never NULL. One use at a time of one query on one connection. */
struct stmt *db_stmt(struct db *db, enum query q);
void bind_int(struct stmt *s, const char *name, int64_t v);
void bind_int_or_null(struct stmt *s, const char *name, int64_t v, bool is_null);
void bind_str(struct stmt *s, const char *name,
              struct str v); /* ptr NULL: NULL; copied */
void bind_blob(struct stmt *s, const char *name, const void *ptr, size_t len);

bool stmt_row(struct stmt *s);
bool col_null(struct stmt *s, int i);
int64_t col_int(struct stmt *s, int i); /* NULL: 0 */
struct str col_str(struct stmt *s, int i,
                   struct arena *arena);    /* a copy; NULL: STR_NONE */
struct str col_view(struct stmt *s, int i); /* until the next stmt_row or stmt_end */
/* E_OK; E_CONFLICT for a UNIQUE or PRIMARY KEY that is taken; E_UNAVAILABLE (logged) for
 * everything else. */
must_check enum err stmt_end(struct stmt *s);
/* For statements without rows: steps once and ends. */
must_check enum err stmt_run(struct stmt *s);
int64_t db_changes(struct db *db); /* rows the last INSERT, UPDATE or DELETE touched */

/* The writer's own (writer.c): plain transaction control, and what it must know. */
must_check enum err db_exec(struct db *db, const char *sql);
bool db_in_transaction(struct db *db); /* sqlite3_get_autocommit() == 0 */
/* Moves the write-ahead log into the database when it has grown (or in any case). The
 * writer calls it between batches: it is the only checkpointer. */
void db_checkpoint(struct db *db, bool everything);

/* The epoch word of this database; read once at open, constant. */
const char *db_epoch(struct db *db);

#endif
