#include "api/fcgi.h"

#include <fcgiapp.h>
#include <limits.h>
#include <stdlib.h>

#include "lib/log.h"
#include "lib/mem.h"

struct fcgi {
    FCGX_Request request;
};

void fcgi_init(void)
{
    if (FCGX_Init() != 0) {
        log_error("fcgi.failed", "what=init");
        abort();
    }
}

struct fcgi *fcgi_create(void)
{
    struct fcgi *f = mem_alloc(sizeof(*f));
    /* No listening socket: FCGX_Accept_r finds the connection in ipcFd, reads from it,
     * and fails instead of accepting another when that one is no good. */
    FCGX_InitRequest(&f->request, -1, FCGI_FAIL_ACCEPT_ON_INTR);
    f->request.ipcFd = -1;
    return f;
}

void fcgi_destroy(struct fcgi *f)
{
    free(f);
}

bool fcgi_begin(struct fcgi *f, int fd)
{
    f->request.ipcFd = fd;
    f->request.keepConnection = 1; /* else FCGX_Accept_r closes it to begin with */
    return FCGX_Accept_r(&f->request) == 0;
}

struct str fcgi_param(struct fcgi *f, const char *name)
{
    return str_of(FCGX_GetParam(name, f->request.envp));
}

size_t fcgi_read(struct fcgi *f, char *out, size_t len)
{
    size_t got = 0;
    while (got < len) {
        int n = FCGX_GetStr(out + got, (int)(len - got), f->request.in);
        if (n <= 0) {
            break;
        }
        got += (size_t)n;
    }
    return got;
}

void fcgi_write(struct fcgi *f, struct str bytes)
{
    if (bytes.len > 0 && bytes.len <= INT_MAX) {
        FCGX_PutStr(bytes.ptr, (int)bytes.len, f->request.out);
    }
}

int fcgi_finish(struct fcgi *f)
{
    FCGX_Finish_r(&f->request);
    int fd = f->request.ipcFd;
    f->request.ipcFd = -1;
    return fd;
}
