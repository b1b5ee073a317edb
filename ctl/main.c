/* moothall-ctl: asks the running api through its control socket, and prints the answer.
 * Exits with 0, 1 when the api refuses, 2 when it cannot be reached or asked. */
#include <stdio.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "lib/buf.h"
#include "lib/settings.h"

enum { ANSWER_MAX = 4096, TIMEOUT_S = 15 };

static int connect_to(const char *path)
{
    struct sockaddr_un addr = {.sun_family = AF_UNIX};
    size_t len = strlen(path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (len >= sizeof(addr.sun_path) || fd < 0) {
        return -1;
    }
    memcpy(addr.sun_path, path, len + 1);
    struct timeval t = {.tv_sec = TIMEOUT_S};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof(t));
    if (connect(fd, (struct sockaddr *)&addr, sizeof(addr)) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

static size_t ask(int fd, struct str line, char *answer, size_t size)
{
    if (send(fd, line.ptr, line.len, MSG_NOSIGNAL) != (ssize_t)line.len) {
        return 0;
    }
    size_t len = 0;
    ssize_t n;
    while (len < size && (n = recv(fd, answer + len, size - len, 0)) > 0) {
        len += (size_t)n;
    }
    return len;
}

int main(int argc, char **argv)
{
    struct settings settings;
    int first = 0;
    settings_command_line(&settings, argc, argv, &first,
                          "admin-link | reset-link USERNAME | status");
    if (first == argc) {
        fprintf(stderr, "%s: a command is missing; see --help\n", argv[0]);
        return 2;
    }
    struct buf line = BUF_INIT(200);
    for (int i = first; i < argc; i++) {
        buf_printf(&line, "%s%s", i > first ? " " : "", argv[i]);
    }
    buf_char(&line, '\n');
    if (!buf_ok(&line)) {
        fprintf(stderr, "%s: the command is too long\n", argv[0]);
        buf_finish(&line);
        return 2;
    }
    char answer[ANSWER_MAX];
    int fd = connect_to(settings.control_socket);
    size_t len = fd >= 0 ? ask(fd, buf_view(&line), answer, sizeof(answer)) : 0;
    buf_finish(&line);
    if (fd >= 0) {
        close(fd);
    }
    struct str text = {answer, len};
    if (len == 0) {
        fprintf(stderr, "%s: the api does not answer at %s\n", argv[0],
                settings.control_socket);
        return 2;
    }
    struct str verdict = STR("");
    (void)str_cut(&text, ' ', &verdict);
    bool ok = str_eq(verdict, STR("ok"));
    fprintf(ok ? stdout : stderr, "%.*s", STR_ARGS(text));
    return ok ? 0 : 1;
}
