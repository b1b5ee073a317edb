/* Invite codes: made from an id and a key, and nothing else is taken for one. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "api/store/invite_code.h"
#include "api/store/invite_key.h"
#include "lib/id.h"

static const unsigned char key[CRYPTO_KEY_BYTES] = {1, 2, 3};
static const unsigned char other_key[CRYPTO_KEY_BYTES] = {1, 2, 4};

static void what_is_made_is_taken(void **state)
{
    (void)state;
    for (int i = 0; i < 1000; i++) {
        int64_t id = id_random();
        int64_t got = 0;
        char code[INVITE_CODE_SIZE];
        invite_code_make(key, id, code);
        assert_int_equal(strlen(code), INVITE_CODE_LEN);
        assert_true(invite_code_parse(key, str_of(code), &got));
        assert_true(got == id);
    }
}

static void the_same_id_gives_the_same_code(void **state)
{
    (void)state;
    char a[INVITE_CODE_SIZE];
    char b[INVITE_CODE_SIZE];
    invite_code_make(key, 42, a);
    invite_code_make(key, 42, b);
    assert_string_equal(a, b);
}

static void another_key_takes_nothing(void **state)
{
    (void)state;
    char code[INVITE_CODE_SIZE];
    int64_t id = 0;
    invite_code_make(key, 42, code);
    assert_false(invite_code_parse(other_key, str_of(code), &id));
}

static void any_changed_character_is_refused(void **state)
{
    (void)state;
    char code[INVITE_CODE_SIZE];
    int64_t id = 0;
    invite_code_make(key, INT64_C(0x123456789abcdef), code);
    for (size_t i = 0; i < INVITE_CODE_LEN; i++) {
        for (const char *c = "AZaz09-_+/=. "; *c != '\0'; c++) {
            char saved = code[i];
            code[i] = *c;
            if (*c != saved) {
                assert_false(invite_code_parse(key, str_of(code), &id));
            }
            code[i] = saved;
        }
    }
    assert_true(invite_code_parse(key, str_of(code), &id));
}

static void other_lengths_are_refused(void **state)
{
    (void)state;
    char code[INVITE_CODE_SIZE];
    int64_t id = 0;
    invite_code_make(key, 42, code);
    assert_false(invite_code_parse(key, STR(""), &id));
    assert_false(invite_code_parse(key, (struct str){code, INVITE_CODE_LEN - 1}, &id));
    assert_false(invite_code_parse(key, (struct str){code, INVITE_CODE_SIZE}, &id));
    assert_false(invite_code_parse(key, STR("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
                                   &id)); /* the id 0 */
}

/* ---- The key's file ---- */

struct place {
    char directory[64];
    char path[96];
};

static struct place make_place(void)
{
    struct place p;
    snprintf(p.directory, sizeof(p.directory), "/tmp/moothall-key-XXXXXX");
    assert_non_null(mkdtemp(p.directory));
    snprintf(p.path, sizeof(p.path), "%s/invite.key", p.directory);
    return p;
}

static void the_key_is_made_once_and_for_its_owner(void **state)
{
    (void)state;
    struct place p = make_place();
    unsigned char first[CRYPTO_KEY_BYTES];
    unsigned char second[CRYPTO_KEY_BYTES];
    struct stat st;
    assert_int_equal(invite_key_load(p.path, first), E_OK);
    assert_int_equal(stat(p.path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(invite_key_load(p.path, second), E_OK);
    assert_memory_equal(first, second, sizeof(first));
    unlink(p.path);
    rmdir(p.directory);
}

static void another_content_is_no_key(void **state)
{
    (void)state;
    static const char *const contents[] = {
        "",
        "\n",
        "short\n",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",     /* no new line */
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n\n", /* more behind it */
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA.\n",
    };
    struct place p = make_place();
    unsigned char got[CRYPTO_KEY_BYTES];
    for (size_t i = 0; i < sizeof(contents) / sizeof(contents[0]); i++) {
        int fd = open(p.path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
        assert_int_equal(write(fd, contents[i], strlen(contents[i])),
                         (int)strlen(contents[i]));
        close(fd);
        assert_int_equal(invite_key_load(p.path, got), E_UNAVAILABLE);
    }
    unlink(p.path);
    rmdir(p.directory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_made_is_taken),
        cmocka_unit_test(the_same_id_gives_the_same_code),
        cmocka_unit_test(another_key_takes_nothing),
        cmocka_unit_test(any_changed_character_is_refused),
        cmocka_unit_test(other_lengths_are_refused),
        cmocka_unit_test(the_key_is_made_once_and_for_its_owner),
        cmocka_unit_test(another_content_is_no_key),
    };
    crypto_init();
    return cmocka_run_group_tests_name("invite_code", tests, NULL, NULL);
}
