/* Where a daemon listens: what stands in the place of its socket. */
#include "tests/unit/unit.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "lib/listen.h"

static char folder[] = "/tmp/moothall-listen-XXXXXX";
static char path[64];

static int make_folder(void **state)
{
    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/a.sock", folder);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    (void)unlink(path);
    return rmdir(folder);
}

static int connects(void)
{
    struct sockaddr_un addr = {.sun_family = AF_UNIX};
    memcpy(addr.sun_path, path, strlen(path) + 1);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    int rc = connect(fd, (struct sockaddr *)&addr, sizeof(addr));
    close(fd);
    return rc;
}

static void a_stale_socket_is_replaced(void **state)
{
    (void)state;
    int fd = listen_unix(path, 0660);
    close(fd); /* as a kill leaves it */
    assert_int_equal(connects(), -1);
    fd = listen_unix(path, 0640);
    struct stat st;
    assert_true(fd >= 0);
    assert_int_equal(connects(), 0);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0640);
    close(fd);
}

static void what_is_no_socket_stays(void **state)
{
    (void)state;
    (void)unlink(path);
    int file = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    assert_int_equal(write(file, "x", 1), 1);
    close(file);
    assert_int_equal(listen_unix(path, 0660), -1);
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    assert_true(S_ISREG(st.st_mode) && st.st_size == 1);
    (void)unlink(path);
}

static void a_path_too_long_is_refused(void **state)
{
    (void)state;
    char longest[200];
    memset(longest, 'x', sizeof(longest));
    longest[sizeof(longest) - 1] = '\0';
    assert_int_equal(listen_unix(longest, 0660), -1);
}

static void systemds_socket_is_taken_only_when_it_is_ours(void **state)
{
    (void)state;
    setenv("LISTEN_PID", "1", 1);
    setenv("LISTEN_FDS", "1", 1);
    int fd = listen_systemd_or_unix(path, 0660);
    assert_true(fd > 2);
    assert_int_equal(connects(), 0);
    close(fd);
    unsetenv("LISTEN_PID");
    unsetenv("LISTEN_FDS");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stale_socket_is_replaced),
        cmocka_unit_test(what_is_no_socket_stays),
        cmocka_unit_test(a_path_too_long_is_refused),
        cmocka_unit_test(systemds_socket_is_taken_only_when_it_is_ours),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
