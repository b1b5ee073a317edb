/* LD_PRELOAD: every fsync and fdatasync takes MOOTHALL_FSYNC_MS milliseconds longer, as on
 * a slow disk. */
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

typedef int sync_fn(int fd);

static void wait_ms(void)
{
    const char *text = getenv("MOOTHALL_FSYNC_MS");
    long ms = text != NULL ? strtol(text, NULL, 10) : 0;
    struct timespec t = {ms / 1000, ms % 1000 * 1000000};
    while (nanosleep(&t, &t) != 0) {
    }
}

int fsync(int fd)
{
    sync_fn *real = (sync_fn *)dlsym(RTLD_NEXT, "fsync");
    wait_ms();
    return real(fd);
}

int fdatasync(int fd)
{
    sync_fn *real = (sync_fn *)dlsym(RTLD_NEXT, "fdatasync");
    wait_ms();
    return real(fd);
}
