/* Settings: defaults, file and command line, each over the one before. */
#include "tests/unit/unit.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/settings.h"

/* ---- Files ---- */

static char folder[] = "/tmp/moothall-settings-XXXXXX";
static char path[64];

static int make_folder(void **state)
{
    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/moothall.conf", folder);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    (void)unlink(path);
    return rmdir(folder);
}

static void write_file(const char *text)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

/* ---- Command lines ---- */

enum { ARGS_MAX = 8 };

static int read_settings(struct settings *s, const char *const args[ARGS_MAX])
{
    char *argv[ARGS_MAX + 2] = {strdup("test")};
    int argc = 1;
    for (int i = 0; i < ARGS_MAX && args[i] != NULL; i++) {
        argv[argc++] = strdup(args[i]);
    }
    int rest = 0;
    settings_command_line(s, argc, argv, &rest, "");
    for (int i = 0; i < argc; i++) {
        free(argv[i]);
    }
    return rest;
}

/* In a process of its own; returns its exit status, and what it said. */
static int exit_of(const char *const args[ARGS_MAX], char *said, size_t size)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], STDOUT_FILENO);
        dup2(ends[1], STDERR_FILENO);
        close(ends[0]);
        close(ends[1]);
        struct settings s;
        (void)read_settings(&s, args);
        fflush(NULL);
        _exit(0);
    }
    close(ends[1]);
    size_t len = 0;
    ssize_t n;
    while (len < size - 1 && (n = read(ends[0], said + len, size - 1 - len)) > 0) {
        len += (size_t)n;
    }
    said[len] = '\0';
    close(ends[0]);
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void defaults_stand_without_arguments(void **state)
{
    (void)state;
    struct settings s;
    assert_int_equal(read_settings(&s, (const char *[ARGS_MAX]){NULL}), 1);
    assert_string_equal(s.public_url, "http://localhost:8080");
    assert_int_equal(s.hash_threads, 2);
    assert_true(s.limit_messages.per_second == 20 && s.limit_messages.burst == 200);
}

static void the_file_goes_over_defaults_and_set_over_the_file(void **state)
{
    (void)state;
    struct settings s;
    write_file(
        "# a comment\n; another\n\nworkers = 7\nredis=a:1\ndrain = 3 ; seconds\n");
    const char *args[ARGS_MAX] = {"--set", "redis=b:2",     "--config", path,
                                  "--set", "log_level=a=b", "command",  "--set"};
    assert_int_equal(read_settings(&s, args), 7);
    assert_int_equal(s.workers, 7);
    assert_int_equal(s.drain, 3);
    assert_string_equal(s.redis, "b:2");
    assert_string_equal(s.log_level, "a=b");
    assert_string_equal(s.registration, "open");
}

static void the_last_of_two_stands(void **state)
{
    (void)state;
    struct settings s;
    write_file("workers = 7\nworkers = 8\n");
    (void)read_settings(&s, (const char *[ARGS_MAX]){"--config", path});
    assert_int_equal(s.workers, 8);
    (void)read_settings(
        &s, (const char *[ARGS_MAX]){"--set", "workers=1", "--set", "workers=2"});
    assert_int_equal(s.workers, 2);
    (void)read_settings(&s, (const char *[ARGS_MAX]){"--set", "trusted_proxies="});
    assert_string_equal(s.trusted_proxies, "");
}

static void a_list_may_go_on_in_further_lines(void **state)
{
    (void)state;
    struct settings s;
    write_file(
        "origins = https://a\n  https://b\n\thttps://c https://d\nworkers = 7\n");
    (void)read_settings(&s, (const char *[ARGS_MAX]){"--config", path});
    assert_string_equal(s.origins, "https://a https://b https://c https://d");
    assert_int_equal(s.workers, 7);
}

static void bad_files_are_refused(void **state)
{
    static const struct {
        const char *text;
        const char *says;
    } rows[] = {
        {"nothing = 1\n", "nothing is not a setting"},
        {"workers = x\n", "workers is not a number"},
        {"workers = -1\n", "workers is not a number"},
        {"workers = 10000000000\n", "workers is not a number"},
        {"workers =\n", "workers is not a number"},
        {"limit_messages = 20\n", "limit_messages is not a rate"},
        {"workers = 7\nworkers\n", "line 2 is not NAME = VALUE"},
        {"[api]\nworkers = 7\n", "api is a section"},
        {"redis = a:1\n  b:2\n", "redis goes on in a second line"},
        {"registration = maybe\n", "maybe is not open, invite or closed"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        char said[4096];
        write_file(rows[i].text);
        int status =
            exit_of((const char *[ARGS_MAX]){"--config", path}, said, sizeof(said));
        if (status != 2 || strstr(said, rows[i].says) == NULL) {
            print_error("%s%d: %s", rows[i].text, status, said);
            fail();
        }
    }
}

/* The file's reader takes lines of a bounded length: the rest of a longer one must not
 * be taken for lines of its own. */
static void a_long_line_is_refused(void **state)
{
    (void)state;
    char text[600];
    char said[4096];
    memset(text, 'x', sizeof(text));
    memcpy(text, "workers = 7\norigins = ", 22);
    memcpy(text + sizeof(text) - 14, "\nworkers = 8\n", 14);
    for (size_t at = 200; at < 220; at++) {
        write_file(text);
        text[at] = ' ';
        assert_int_equal(
            exit_of((const char *[ARGS_MAX]){"--config", path}, said, sizeof(said)), 2);
        assert_non_null(strstr(said, "line 2 is too long"));
    }
}

static void bad_arguments_are_refused(void **state)
{
    static const struct {
        const char *args[ARGS_MAX];
        const char *says;
    } rows[] = {
        {{"--set", "nothing=1"}, "nothing is not a setting"},
        {{"--set", "workers"}, "workers has no =VALUE"},
        {{"--set", "=1"}, "is not a setting"},
        {{"--set"}, "a value is missing"},
        {{"--config"}, "a value is missing"},
        {{"--config", "/nonexistent"}, "cannot be read"},
        {{"--config", "/tmp"}, "cannot be read"},
        {{"--nothing"}, "--nothing is unknown"},
        {{"-"}, "- is unknown"},
        {{"--set", "public_url=ftp://a"}, "is not http(s)://HOST[:PORT]"},
        {{"--set", "public_url=http://a/"}, "is not http(s)://HOST[:PORT]"},
        {{"--set", "public_url=http://a/b"}, "is not http(s)://HOST[:PORT]"},
        {{"--set", "public_url=http://"}, "is not http(s)://HOST[:PORT]"},
        {{"--set", "public_url=http://a b"}, "is not http(s)://HOST[:PORT]"},
        {{"--set", "public_url=http://A"}, "is not http(s)://HOST[:PORT]"},
        {{"--set", "registration="}, "is not open, invite or closed"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        char said[4096];
        int status = exit_of(rows[i].args, said, sizeof(said));
        if (status != 2 || strstr(said, rows[i].says) == NULL) {
            print_error("%s %s: %d: %s", rows[i].args[0],
                        rows[i].args[1] != NULL ? rows[i].args[1] : "", status, said);
            fail();
        }
    }
}

static void questions_are_answered_with_exit_0(void **state)
{
    static const struct {
        const char *arg;
        const char *says;
    } rows[] = {
        {"--help", "limit_messages"},
        {"--version", "moothall "},
        {"--sample", "#limit_messages = 20/s:200"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        static char said[1 << 16];
        assert_int_equal(
            exit_of((const char *[ARGS_MAX]){rows[i].arg}, said, sizeof(said)), 0);
        assert_row(strstr(said, rows[i].says) != NULL, rows[i].arg);
    }
}

static void the_sample_with_its_lines_taken_in_is_a_file(void **state)
{
    (void)state;
    static char said[1 << 16];
    struct settings s;
    assert_int_equal(exit_of((const char *[ARGS_MAX]){"--sample"}, said, sizeof(said)),
                     0);
    for (char *at = said; (at = strstr(at, "\n#")) != NULL; at += 2) {
        if (at[2] != ' ') {
            at[1] = ' ';
            memmove(at + 1, at + 2, strlen(at + 1));
        }
    }
    write_file(said);
    (void)read_settings(&s, (const char *[ARGS_MAX]){"--config", path});
    assert_int_equal(s.hash_threads, 2);
}

/* ---- Values ---- */

static void rates_are_read(void **state)
{
    static const struct {
        const char *text;
        double per_second;
        double burst;
    } rows[] = {
        {"20/s:200", 20, 200},
        {"60/m:1", 1, 1},
        {"7200/h:3", 2, 3},
        {"1/s:1", 1, 1},
        {"9223372036854775807/s:9223372036854775807", 9223372036854775807.0,
         9223372036854775807.0},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct rate got;
        assert_row(settings_parse_rate(str_of(rows[i].text), &got), rows[i].text);
        assert_row(got.per_second == rows[i].per_second, rows[i].text);
        assert_row(got.burst == rows[i].burst, rows[i].text);
    }
}

static void other_rates_are_refused(void **state)
{
    static const char *const rows[] = {
        "",        "20",     "20/s",   "20/s:",  "/s:1",
        "0/s:1",   "1/s:0",  "-1/s:1", "1/s:-1", "1/d:1",
        "1/sec:1", "1/:1",   "1/s:1 ", " 1/s:1", "1/s:1:1",
        "1.5/s:1", "01/s:1", "1:1/s",  "1/S:1",  "9223372036854775808/s:1",
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct rate got;
        assert_row(!settings_parse_rate(str_of(rows[i]), &got), rows[i]);
    }
}

static void lists_yield_what_stands_between_spaces(void **state)
{
    (void)state;
    struct str at = STR("  a  b ");
    struct str item;
    assert_true(settings_list_next(&at, &item));
    assert_str(item, STR("a"));
    assert_true(settings_list_next(&at, &item));
    assert_str(item, STR("b"));
    assert_false(settings_list_next(&at, &item));
    assert_true(settings_list_has("a b", STR("b")));
    assert_false(settings_list_has("a bc", STR("b")));
    assert_false(settings_list_has("", STR("")));
}

static void own_origins_are_the_list_or_the_public_url(void **state)
{
    (void)state;
    struct settings s;
    (void)read_settings(&s,
                        (const char *[ARGS_MAX]){"--set", "public_url=https://a:8"});
    assert_true(settings_is_https(&s));
    assert_true(settings_is_own_origin(&s, STR("https://a:8")));
    assert_false(settings_is_own_origin(&s, STR("https://a")));
    assert_false(settings_is_own_origin(&s, STR("")));
    assert_false(settings_is_own_origin(&s, STR("null")));
    (void)read_settings(
        &s, (const char *[ARGS_MAX]){"--set", "origins=https://b https://c"});
    assert_false(settings_is_https(&s));
    assert_true(settings_is_own_origin(&s, STR("https://c")));
    assert_false(settings_is_own_origin(&s, STR("http://localhost:8080")));
    assert_false(settings_is_own_origin(&s, STR("https://b https://c")));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_stand_without_arguments),
        cmocka_unit_test(the_file_goes_over_defaults_and_set_over_the_file),
        cmocka_unit_test(the_last_of_two_stands),
        cmocka_unit_test(a_list_may_go_on_in_further_lines),
        cmocka_unit_test(bad_files_are_refused),
        cmocka_unit_test(a_long_line_is_refused),
        cmocka_unit_test(bad_arguments_are_refused),
        cmocka_unit_test(questions_are_answered_with_exit_0),
        cmocka_unit_test(the_sample_with_its_lines_taken_in_is_a_file),
        cmocka_unit_test(rates_are_read),
        cmocka_unit_test(other_rates_are_refused),
        cmocka_unit_test(lists_yield_what_stands_between_spaces),
        cmocka_unit_test(own_origins_are_the_list_or_the_public_url),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
