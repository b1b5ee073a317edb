#include "tests/unit/sample.h"

#include <dirent.h>
#include <string.h>
#include <unistd.h>

#include "api/store/db.h"

static char folder[64];

static const char rows[] =
    "INSERT INTO users (id, username, display_name, kind, created_at) VALUES"
    " (1, 'ana', 'Ana', 'member', 1), (2, 'bea', 'Bea', 'member', 1),"
    " (3, 'olaf', 'Olaf', 'member', 1);"
    "INSERT INTO sessions"
    " (id, token_hash, user_id, kind, created_at, used_at, expires_at) VALUES"
    " (11, x'01', 1, 'session', 1, 1, 9000000000000000),"
    " (12, x'02', 2, 'session', 1, 1, 9000000000000000),"
    " (13, x'03', 3, 'session', 1, 1, 9000000000000000);"
    "INSERT INTO groups (id, name, visibility, kind, created_at, member_count)"
    " VALUES (7, 'G', 'public', 'chat', 1, 2);"
    "INSERT INTO memberships (group_id, user_id, role, joined_at, read_seq)"
    " VALUES (7, 1, 'owner', 1, 0), (7, 2, 'member', 1, 0);";

void sample_folder_make(void)
{
    const char *tmp = getenv("TMPDIR");
    snprintf(folder, sizeof(folder), "%.40s/sample-XXXXXX", tmp != NULL ? tmp : "/tmp");
    must(mkdtemp(folder) != NULL);
}

void sample_folder_remove(void)
{
    DIR *dir = opendir(folder);
    must(dir != NULL);
    struct dirent *entry;
    while ((entry = readdir(dir)) != NULL) {
        char path[SAMPLE_PATH_SIZE + 256];
        snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
        (void)unlink(path); /* not "." and ".." */
    }
    closedir(dir);
    (void)rmdir(folder);
}

void sample_path(char out[SAMPLE_PATH_SIZE], const char *name)
{
    snprintf(out, SAMPLE_PATH_SIZE, "%s/%s", folder, name);
}

void sample_make(const char *path)
{
    struct db *db = NULL;
    must(db_open(&db, path, DB_WRITER) == E_OK);
    must(db_exec(db, rows) == E_OK);
    db_checkpoint(db, true);
    db_close(db);
}

static void copy_file(const char *from, const char *to)
{
    static char bytes[1 << 16];
    (void)unlink(to);
    FILE *in = fopen(from, "rb");
    if (in == NULL) {
        return; /* there is no log */
    }
    FILE *out = fopen(to, "wb");
    must(out != NULL);
    size_t len;
    while ((len = fread(bytes, 1, sizeof(bytes), in)) > 0) {
        must(fwrite(bytes, 1, len, out) == len);
    }
    must(fclose(out) == 0);
    (void)fclose(in);
}

void sample_copy(const char *from, const char *to)
{
    char a[SAMPLE_PATH_SIZE + 8];
    char b[SAMPLE_PATH_SIZE + 8];
    copy_file(from, to);
    snprintf(a, sizeof(a), "%s-wal", from);
    snprintf(b, sizeof(b), "%s-wal", to);
    copy_file(a, b);
    snprintf(b, sizeof(b), "%s-shm", to);
    (void)unlink(b);
}

sqlite3 *sample_open(const char *path)
{
    sqlite3 *db = NULL;
    must(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, "unix") == SQLITE_OK);
    sqlite3_busy_timeout(db, 1000);
    return db;
}

int64_t sample_int(sqlite3 *db, const char *sql, const char *text)
{
    sqlite3_stmt *s = NULL;
    must(sqlite3_prepare_v2(db, sql, -1, &s, NULL) == SQLITE_OK);
    if (text != NULL) {
        sqlite3_bind_text(s, 1, text, -1, SQLITE_STATIC);
    }
    int rc = sqlite3_step(s);
    must(rc == SQLITE_ROW || rc == SQLITE_DONE);
    int64_t v = rc == SQLITE_ROW ? sqlite3_column_int64(s, 0) : 0;
    sqlite3_finalize(s);
    return v;
}
