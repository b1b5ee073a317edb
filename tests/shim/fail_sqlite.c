#include "tests/shim/fail_sqlite.h"

#include <assert.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdlib.h>

/* Written by the test's thread while SQLite is at rest, or by the thread that uses it. */
static atomic_int armed_kind;
static atomic_int calls_left;
static atomic_bool keeps_failing;
static atomic_bool happened;
static atomic_bool wal_dirty;

void fail_arm(enum fail_kind kind, int n, bool forever)
{
    atomic_store(&calls_left, n);
    atomic_store(&keeps_failing, forever);
    atomic_store(&happened, false);
    atomic_store(&armed_kind, (int)kind);
}

void fail_disarm(void)
{
    atomic_store(&armed_kind, FAIL_NOTHING);
}

bool fail_happened(void)
{
    return atomic_load(&happened);
}

bool fail_wal_is_dirty(void)
{
    return atomic_load(&wal_dirty);
}

static bool must_fail(enum fail_kind kind)
{
    if (atomic_load(&armed_kind) != (int)kind) {
        return false;
    }
    int left = atomic_fetch_sub(&calls_left, 1);
    bool fails = left == 1 || (left < 1 && atomic_load(&keeps_failing));
    if (fails) {
        atomic_store(&happened, true);
    }
    return fails;
}

/* ---- Files: the real one behind ours ---- */

struct file {
    sqlite3_file base;
    bool is_wal;
    sqlite3_file *real; /* in the bytes behind this struct */
};

static sqlite3_vfs *real_vfs;

static struct file *file_of(sqlite3_file *f)
{
    return (struct file *)f;
}

static int file_close(sqlite3_file *f)
{
    sqlite3_file *real = file_of(f)->real;
    return real->pMethods->xClose(real);
}

static int file_read(sqlite3_file *f, void *out, int len, sqlite3_int64 at)
{
    sqlite3_file *real = file_of(f)->real;
    return real->pMethods->xRead(real, out, len, at);
}

static int file_write(sqlite3_file *f, const void *bytes, int len, sqlite3_int64 at)
{
    sqlite3_file *real = file_of(f)->real;
    if (must_fail(FAIL_FULL)) {
        return SQLITE_FULL;
    }
    if (file_of(f)->is_wal) {
        atomic_store(&wal_dirty, true);
    }
    if (must_fail(FAIL_WRITE)) {
        (void)real->pMethods->xWrite(real, bytes, len / 2, at);
        return SQLITE_IOERR_WRITE;
    }
    return real->pMethods->xWrite(real, bytes, len, at);
}

static int file_truncate(sqlite3_file *f, sqlite3_int64 size)
{
    sqlite3_file *real = file_of(f)->real;
    return real->pMethods->xTruncate(real, size);
}

static int file_sync(sqlite3_file *f, int flags)
{
    (void)flags;
    if (must_fail(FAIL_SYNC)) {
        return SQLITE_IOERR_FSYNC;
    }
    if (file_of(f)->is_wal) {
        atomic_store(&wal_dirty, false);
    }
    return SQLITE_OK;
}

static int file_size(sqlite3_file *f, sqlite3_int64 *out)
{
    sqlite3_file *real = file_of(f)->real;
    return real->pMethods->xFileSize(real, out);
}

static int file_lock(sqlite3_file *f, int level)
{
    sqlite3_file *real = file_of(f)->real;
    return real->pMethods->xLock(real, level);
}

static int file_unlock(sqlite3_file *f, int level)
{
    sqlite3_file *real = file_of(f)->real;
    return real->pMethods->xUnlock(real, level);
}

static int file_check_lock(sqlite3_file *f, int *out)
{
    sqlite3_file *real = file_of(f)->real;
    return real->pMethods->xCheckReservedLock(real, out);
}

static int file_control(sqlite3_file *f, int op, void *arg)
{
    sqlite3_file *real = file_of(f)->real;
    return real->pMethods->xFileControl(real, op, arg);
}

static int file_sector(sqlite3_file *f)
{
    sqlite3_file *real = file_of(f)->real;
    return real->pMethods->xSectorSize(real);
}

static int file_traits(sqlite3_file *f)
{
    sqlite3_file *real = file_of(f)->real;
    return real->pMethods->xDeviceCharacteristics(real);
}

static int file_shm_map(sqlite3_file *f, int page, int size, int extend,
                        void volatile **out)
{
    sqlite3_file *real = file_of(f)->real;
    return real->pMethods->xShmMap(real, page, size, extend, out);
}

static int file_shm_lock(sqlite3_file *f, int offset, int n, int flags)
{
    sqlite3_file *real = file_of(f)->real;
    return real->pMethods->xShmLock(real, offset, n, flags);
}

static void file_shm_barrier(sqlite3_file *f)
{
    sqlite3_file *real = file_of(f)->real;
    real->pMethods->xShmBarrier(real);
}

static int file_shm_unmap(sqlite3_file *f, int delete)
{
    sqlite3_file *real = file_of(f)->real;
    return real->pMethods->xShmUnmap(real, delete);
}

static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_unlock,
    .xCheckReservedLock = file_check_lock,
    .xFileControl = file_control,
    .xSectorSize = file_sector,
    .xDeviceCharacteristics = file_traits,
    .xShmMap = file_shm_map,
    .xShmLock = file_shm_lock,
    .xShmBarrier = file_shm_barrier,
    .xShmUnmap = file_shm_unmap,
};

static int vfs_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *f, int flags,
                    int *out_flags)
{
    (void)vfs;
    struct file *file = file_of(f);
    file->is_wal = (flags & SQLITE_OPEN_WAL) != 0;
    file->real = (sqlite3_file *)(file + 1);
    int rc = real_vfs->xOpen(real_vfs, name, file->real, flags, out_flags);
    file->base.pMethods = file->real->pMethods != NULL ? &methods : NULL;
    return rc;
}

/* ---- Memory ---- */

static sqlite3_mem_methods real_memory;

static void *memory_get(int size)
{
    return must_fail(FAIL_ALLOC) ? NULL : real_memory.xMalloc(size);
}

static void *memory_resize(void *ptr, int size)
{
    return must_fail(FAIL_ALLOC) ? NULL : real_memory.xRealloc(ptr, size);
}

void fail_install(void)
{
    sqlite3_mem_methods memory;
    int rc = sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real_memory);
    assert(rc == SQLITE_OK);
    memory = real_memory;
    memory.xMalloc = memory_get;
    memory.xRealloc = memory_resize;
    rc = sqlite3_config(SQLITE_CONFIG_MALLOC, &memory);
    assert(rc == SQLITE_OK);

    static sqlite3_vfs vfs;
    real_vfs = sqlite3_vfs_find(NULL);
    assert(real_vfs != NULL);
    vfs = *real_vfs;
    vfs.zName = "fail";
    vfs.szOsFile = (int)sizeof(struct file) + real_vfs->szOsFile;
    vfs.xOpen = vfs_open;
    vfs.pNext = NULL;
    rc = sqlite3_vfs_register(&vfs, 1);
    assert(rc == SQLITE_OK);
}
