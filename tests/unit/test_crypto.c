/* The adapter of libsodium: passwords, digests, base64url. */
#include "tests/unit/unit.h"

#include "lib/crypto.h"

static void a_nul_in_a_password_is_part_of_it(void **state)
{
    (void)state;
    struct str password = {"correct\0horse", 13};
    char stored[CRYPTO_PASSWORD_SIZE];
    assert_int_equal(crypto_password_hash(password, stored), E_OK);
    assert_true(crypto_password_verify(password, stored));
    assert_false(crypto_password_verify(STR("correct"), stored));
    assert_false(crypto_password_verify(STR("correct\0horsf"), stored));
    assert_false(crypto_password_verify(STR(""), stored));
}

static void nobody_has_no_password(void **state)
{
    (void)state;
    assert_false(crypto_password_verify(STR("nobody"), NULL));
    assert_false(crypto_password_verify(STR("x"), ""));
    assert_false(crypto_password_verify(STR("x"), "no hash at all"));
}

static void base64url_goes_there_and_back(void **state)
{
    static const struct {
        struct str bytes;
        const char *text;
    } rows[] = {
        {STR_INIT("f"), "Zg"},
        {STR_INIT("fo"), "Zm8"},
        {STR_INIT("foo"), "Zm9v"},
        {STR_INIT("foob"), "Zm9vYg"},
        {STR_INIT("\xff\xef\xbe"), "_---"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        char text[CRYPTO_BASE64_SIZE(4)];
        unsigned char back[4];
        size_t len = rows[i].bytes.len;
        crypto_base64_encode(rows[i].bytes.ptr, len, text, sizeof(text));
        assert_string_equal(text, rows[i].text);
        assert_true(crypto_base64_decode(str_of(text), back, len));
        assert_memory_equal(back, rows[i].bytes.ptr, len);
    }
}

static void other_spellings_of_base64_are_refused(void **state)
{
    static const char *const rows[] = {
        "",    "Z",   "Zg=",  "Zg==", "Zh", /* bits beyond the byte */
        "Zg ", " Zg", "Z\ng", "Zm8",        /* another length */
        "+-",  "/-",
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        unsigned char byte;
        assert_row(!crypto_base64_decode(str_of(rows[i]), &byte, 1), rows[i]);
    }
}

static void digests_are_of_the_whole_text(void **state)
{
    (void)state;
    unsigned char a[CRYPTO_DIGEST_BYTES];
    unsigned char b[CRYPTO_DIGEST_BYTES];
    crypto_digest(STR("a\0b"), a);
    crypto_digest(STR("a\0c"), b);
    assert_false(crypto_equal(a, b, sizeof(a)));
    crypto_digest(STR("a\0b"), b);
    assert_true(crypto_equal(a, b, sizeof(a)));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_nul_in_a_password_is_part_of_it),
        cmocka_unit_test(nobody_has_no_password),
        cmocka_unit_test(base64url_goes_there_and_back),
        cmocka_unit_test(other_spellings_of_base64_are_refused),
        cmocka_unit_test(digests_are_of_the_whole_text),
    };
    crypto_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
