/* Log lines: one line an event, whatever stands in it. */
#include "tests/unit/unit.h"

#include <fcntl.h>
#include <unistd.h>

#include "lib/log.h"

static char said[8192];
static size_t said_len;
static int ends[2];
static int real_stderr;

static void listen_in(void)
{
    assert_int_equal(pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
    real_stderr = dup(STDERR_FILENO);
    dup2(ends[1], STDERR_FILENO);
}

static void hear(void)
{
    ssize_t n = read(ends[0], said, sizeof(said) - 1);
    said_len = n > 0 ? (size_t)n : 0;
    said[said_len] = '\0';
    dup2(real_stderr, STDERR_FILENO);
    close(real_stderr);
    close(ends[0]);
    close(ends[1]);
}

static void an_event_is_a_line_of_pairs(void **state)
{
    (void)state;
    listen_in();
    log_warn("thing.done", "who=%s n=%d", "ana", 7);
    hear();
    assert_memory_equal(said, "ts=2", 4);
    assert_non_null(strstr(said, "Z lvl=warn evt=thing.done who=ana n=7\n"));
}

static void control_bytes_make_no_lines(void **state)
{
    (void)state;
    listen_in();
    log_error("thing.done", "text=%s", "a\nlvl=error\r\x1b[0m\x7f\xc3\xa4");
    hear();
    assert_non_null(strstr(said, "text=a?lvl=error??[0m?\xc3\xa4\n"));
    assert_ptr_equal(strchr(said, '\n'), said + said_len - 1);
}

static void a_long_line_is_cut(void **state)
{
    (void)state;
    char text[3000];
    memset(text, 'x', sizeof(text));
    text[sizeof(text) - 1] = '\0';
    listen_in();
    log_error("thing.done", "text=%s", text);
    hear();
    assert_int_equal(said_len, 1024);
    assert_int_equal(said[said_len - 1], '\n');
}

static void levels_below_the_threshold_are_silent(void **state)
{
    (void)state;
    enum log_level level = LOG_ERROR;
    assert_true(log_level_parse(STR("warn"), &level));
    assert_int_equal(level, LOG_WARN);
    assert_false(log_level_parse(STR("WARN"), &level));
    assert_false(log_level_parse(STR(""), &level));
    listen_in();
    log_debug("thing.done", "n=%d", 1);
    log_set_level(LOG_WARN);
    log_info("thing.done", "n=%d", 2);
    log_warn("thing.done", "n=%d", 3);
    log_set_level(LOG_INFO);
    hear();
    assert_null(strstr(said, "n=1"));
    assert_null(strstr(said, "n=2"));
    assert_non_null(strstr(said, "n=3"));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_event_is_a_line_of_pairs),
        cmocka_unit_test(control_bytes_make_no_lines),
        cmocka_unit_test(a_long_line_is_cut),
        cmocka_unit_test(levels_below_the_threshold_are_silent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
