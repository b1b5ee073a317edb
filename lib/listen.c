#include "lib/listen.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "lib/log.h"
#include "lib/str.h"

enum { BACKLOG = 1024, SYSTEMD_FIRST_FD = 3 };

int listen_systemd_or_unix(const char *path, mode_t mode)
{
    struct str pid = str_of(getenv("LISTEN_PID"));
    int64_t n = 0;
    bool passed = pid.ptr != NULL && str_to_i64(pid, &n) && n == getpid() &&
                  str_eq(str_of(getenv("LISTEN_FDS")), STR("1"));
    if (!passed) {
        return listen_unix(path, mode);
    }
    int flags = fcntl(SYSTEMD_FIRST_FD, F_GETFL);
    if (flags < 0 || fcntl(SYSTEMD_FIRST_FD, F_SETFL, flags | O_NONBLOCK) != 0 ||
        fcntl(SYSTEMD_FIRST_FD, F_SETFD, FD_CLOEXEC) != 0) {
        log_error("listen.failed", "path=systemd errno=%d", errno);
        return -1;
    }
    return SYSTEMD_FIRST_FD;
}

/* A socket only: a wrong setting must not cost a file. What stays, bind() refuses. */
static void remove_stale(const char *path)
{
    struct stat st;
    if (lstat(path, &st) == 0 && S_ISSOCK(st.st_mode)) {
        unlink(path);
    }
}

int listen_unix(const char *path, mode_t mode)
{
    struct sockaddr_un addr = {.sun_family = AF_UNIX};
    size_t len = strlen(path);
    if (len >= sizeof(addr.sun_path)) {
        log_error("listen.refused", "path=%s why=too_long", path);
        return -1;
    }
    memcpy(addr.sun_path, path, len + 1);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    remove_stale(path);
    mode_t before = umask(0777 & ~mode);
    bool bound = fd >= 0 && bind(fd, (struct sockaddr *)&addr, sizeof(addr)) == 0;
    umask(before);
    if (!bound || listen(fd, BACKLOG) != 0) {
        log_error("listen.failed", "path=%s errno=%d", path, errno);
        if (fd >= 0) {
            close(fd);
        }
        return -1;
    }
    return fd;
}
