/* Texts and what is made of them: views, UTF-8, builders, ids, times. */
#include "tests/unit/unit.h"

#include "lib/arena.h"
#include "lib/buf.h"
#include "lib/clock.h"
#include "lib/crypto.h"
#include "lib/id.h"
#include "lib/utf8.h"

/* ---- str ---- */

static void canonical_numbers_are_read(void **state)
{
    static const struct {
        const char *text;
        int64_t value;
    } rows[] = {
        {"0", 0},
        {"7", 7},
        {"-1", -1},
        {"9223372036854775807", INT64_MAX},
        {"-9223372036854775808", INT64_MIN},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        int64_t got = 42;
        assert_row(str_to_i64(str_of(rows[i].text), &got), rows[i].text);
        assert_row(got == rows[i].value, rows[i].text);
    }
}

static void other_spellings_of_numbers_are_refused(void **state)
{
    static const char *const rows[] = {
        "",
        "-",
        "-0",
        "00",
        "01",
        "-01",
        "+1",
        " 1",
        "1 ",
        "1.0",
        "0x1",
        "1e3",
        "--1",
        "9223372036854775808",
        "-9223372036854775809",
        "99999999999999999999",
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        int64_t got = 42;
        assert_row(!str_to_i64(str_of(rows[i]), &got), rows[i]);
        assert_row(got == 42, rows[i]);
    }
    int64_t got = 42;
    assert_false(str_to_i64(STR("1\0"), &got));
}

static void cutting_yields_each_piece_once(void **state)
{
    static const struct {
        const char *text;
        size_t count;
        const char *pieces[4];
    } rows[] = {
        {"", 1, {""}},          {"a", 1, {"a"}},
        {"a,b", 2, {"a", "b"}}, {",a,", 3, {"", "a", ""}},
        {",", 2, {"", ""}},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct str rest = str_of(rows[i].text);
        struct str head;
        for (size_t n = 0; n < rows[i].count; n++) {
            assert_row(str_cut(&rest, ',', &head), rows[i].text);
            assert_str(head, str_of(rows[i].pieces[n]));
        }
        assert_row(!str_cut(&rest, ',', &head), rows[i].text);
    }
}

static void nothing_is_cut_from_no_text(void **state)
{
    (void)state;
    struct str rest = STR_NONE;
    struct str head;
    assert_false(str_cut(&rest, ',', &head));
}

static void trimming_drops_ascii_space_at_both_ends(void **state)
{
    (void)state;
    assert_str(str_trim(STR(" \t\r\n\v\fa b \n")), STR("a b"));
    assert_str(str_trim(STR(" \t")), STR(""));
    assert_str(str_trim(STR_NONE), STR(""));
}

static void case_counts_only_beyond_ascii_letters(void **state)
{
    (void)state;
    assert_true(str_eq_nocase(STR("Ab-Z"), STR("aB-z")));
    assert_false(str_eq_nocase(STR("@"), STR("`")));
    assert_false(str_eq_nocase(STR("\xc3\x84"), STR("\xc3\xa4")));
    assert_false(str_eq_nocase(STR("a"), STR("ab")));
}

static void ends_and_beginnings(void **state)
{
    (void)state;
    assert_true(str_starts(STR("abc"), STR("ab")));
    assert_false(str_starts(STR("a"), STR("ab")));
    assert_true(str_ends(STR("abc"), STR("bc")));
    assert_false(str_ends(STR("c"), STR("bc")));
    assert_true(str_starts(STR_NONE, STR("")));
    assert_false(str_has_char(STR_NONE, 'a'));
}

/* ---- utf8 ---- */

static void well_formed_utf8_is_taken(void **state)
{
    static const struct {
        const char *text;
        uint32_t code_point;
    } rows[] = {
        {"\x01", 1},
        {"\x7f", 0x7f},
        {"\xc2\x80", 0x80},
        {"\xdf\xbf", 0x7ff},
        {"\xe0\xa0\x80", 0x800},
        {"\xed\x9f\xbf", 0xd7ff},
        {"\xee\x80\x80", 0xe000},
        {"\xef\xbf\xbf", 0xffff},
        {"\xf0\x90\x80\x80", 0x10000},
        {"\xf4\x8f\xbf\xbf", 0x10ffff},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct str s = str_of(rows[i].text);
        uint32_t got = 0;
        assert_int_equal(utf8_decode(s, &got), s.len);
        assert_int_equal(got, rows[i].code_point);
        assert_true(utf8_valid(s));
        assert_int_equal(utf8_count(s), 1);
    }
}

static void malformed_utf8_is_refused(void **state)
{
    static const struct str rows[] = {
        STR_INIT("\x80"),             /* a continuation alone */
        STR_INIT("\xbf"),             /* … the last of them */
        STR_INIT("\xc0\x80"),         /* NUL in two bytes */
        STR_INIT("\xc1\xbf"),         /* overlong of two */
        STR_INIT("\xe0\x9f\xbf"),     /* overlong of three */
        STR_INIT("\xf0\x8f\xbf\xbf"), /* overlong of four */
        STR_INIT("\xed\xa0\x80"),     /* the first surrogate */
        STR_INIT("\xed\xbf\xbf"),     /* the last */
        STR_INIT("\xf4\x90\x80\x80"), /* U+110000 */
        STR_INIT("\xf5\x80\x80\x80"), /* beyond any */
        STR_INIT("\xf8\x88\x80\x80\x80"),
        STR_INIT("\xff"),
        STR_INIT("\xc2"), /* ends early */
        STR_INIT("\xe2\x82"),
        STR_INIT("\xf0\x9f\x98"),
        STR_INIT("\xc2\x41"), /* no continuation */
        STR_INIT("\xe2\x82\x41"),
        STR_INIT("\xe2\x41\x82"),
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        uint32_t got;
        char row[32];
        snprintf(row, sizeof(row), "row %zu", i);
        assert_row(utf8_decode(rows[i], &got) == 0, row);
        assert_row(!utf8_valid(rows[i]), row);
    }
}

static void characters_are_counted_not_bytes(void **state)
{
    (void)state;
    assert_int_equal(utf8_count(STR("a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80")), 4);
    assert_int_equal(utf8_count(STR_NONE), 0);
}

static void unicode_trimming_leaves_what_is_seen(void **state)
{
    (void)state;
    assert_str(utf8_trim(STR("\xc2\xa0 a\xe2\x80\x8b \xe3\x80\x80\xef\xbb\xbf")),
               STR("a"));
    assert_str(utf8_trim(STR("\xe2\x80\x8b\xe2\x81\xa0")), STR(""));
    assert_str(utf8_trim(STR("a\xe2\x80\x8d"
                             "b")),
               STR("a\xe2\x80\x8d"
                   "b"));
    assert_str(utf8_trim(STR_NONE), STR(""));
}

/* ---- buf ---- */

static void a_builder_takes_up_to_its_bound(void **state)
{
    (void)state;
    struct buf b = BUF_INIT(300);
    for (int i = 0; i < 300; i++) {
        buf_char(&b, 'x');
    }
    assert_true(buf_ok(&b));
    assert_int_equal(b.len, 300);
    assert_int_equal(b.ptr[300], '\0');
    buf_finish(&b);
}

static void overflow_is_sticky(void **state)
{
    (void)state;
    struct buf b = BUF_INIT(4);
    buf_str(&b, STR("abc"));
    buf_str(&b, STR("de"));
    buf_char(&b, 'f');
    buf_printf(&b, "%d", 1);
    assert_false(buf_ok(&b));
    assert_str(buf_view(&b), STR("abc"));
    buf_reset(&b);
    assert_true(buf_ok(&b));
    buf_printf(&b, "%d", 1234);
    buf_i64(&b, 5);
    assert_false(buf_ok(&b));
    assert_str(buf_view(&b), STR("1234"));
    buf_finish(&b);
}

static void taken_bytes_are_the_callers(void **state)
{
    (void)state;
    struct buf b = BUF_INIT(8);
    size_t len = 9;
    assert_null(buf_take(&b, &len));
    assert_int_equal(len, 0);
    buf_i64(&b, -12);
    char *text = buf_take(&b, &len);
    assert_string_equal(text, "-12");
    assert_int_equal(len, 3);
    assert_int_equal(b.len, 0);
    free(text);
}

/* ---- arena ---- */

static void arenas_hand_out_zeroed_aligned_memory(void **state)
{
    static const size_t sizes[] = {1, 7, 64, 4096, 4097, 16384, 16385, 100000};
    (void)state;
    struct arena *a = arena_create();
    for (int round = 0; round < 3; round++) {
        for (size_t i = 0; i < LENGTH(sizes); i++) {
            unsigned char *p = arena_alloc(a, sizes[i]);
            assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
            for (size_t n = 0; n < sizes[i]; n++) {
                assert_int_equal(p[n], 0);
            }
            memset(p, 0xa5, sizes[i]);
        }
        arena_reset(a);
    }
    arena_destroy(a);
}

static void arena_texts_outlive_later_ones(void **state)
{
    (void)state;
    struct arena *a = arena_create();
    struct str first = arena_printf(a, "%s-%d", "a", 1);
    struct str copy = arena_str(a, STR("x\0y"));
    for (int i = 0; i < 10000; i++) {
        (void)arena_alloc(a, 24);
    }
    assert_str(first, STR("a-1"));
    assert_str(copy, STR("x\0y"));
    assert_int_equal(copy.ptr[3], '\0');
    assert_str(arena_str(a, STR_NONE), STR(""));
    arena_destroy(a);
}

/* ---- id ---- */

static void an_id_has_one_spelling(void **state)
{
    static const int64_t ids[] = {
        1, 61, 62, 3843, (INT64_C(1) << 61) + 5, (INT64_C(1) << 62) - 1};
    (void)state;
    for (size_t i = 0; i < LENGTH(ids); i++) {
        char text[ID_SIZE];
        int64_t got = 0;
        id_format(ids[i], text);
        assert_int_equal(strlen(text), ID_LEN);
        assert_row(id_parse(str_of(text), &got), text);
        assert_row(got == ids[i], text);
    }
    for (int i = 0; i < 1000; i++) {
        int64_t id = id_random();
        int64_t got = 0;
        assert_true(id >= 1 && id < INT64_C(1) << 62);
        assert_true(id_parse(str_of(ID_TEXT(id)), &got) && got == id);
    }
}

static void what_is_no_id_is_refused(void **state)
{
    char above[ID_SIZE];
    id_format(INT64_C(1) << 62, above);
    const char *const rows[] = {
        "",
        "0000000000",
        "000000000001",
        "00000000000",
        "0000000000-",
        " 0000000001",
        "zzzzzzzzzzz",
        above,
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        int64_t got = 42;
        assert_row(!id_parse(str_of(rows[i]), &got), rows[i]);
        assert_row(got == 42, rows[i]);
    }
    int64_t got;
    assert_false(id_parse((struct str){"0000000000\0", 11}, &got));
    assert_false(id_parse(STR("0000000000\xc3"), &got));
}

static void random_words_fill_their_size(void **state)
{
    (void)state;
    char word[17];
    id_random_word(word, sizeof(word));
    assert_int_equal(strlen(word), 16);
    assert_int_equal(strspn(word, "0123456789abcdefghijklmnopqrstuvwxyz"), 16);
}

/* ---- clock ---- */

static void times_are_rfc_3339_and_clamped(void **state)
{
    static const struct {
        int64_t ms;
        const char *text;
    } rows[] = {
        {0, "1970-01-01T00:00:00.000Z"},
        {INT64_C(1767323045678), "2026-01-02T03:04:05.678Z"},
        {INT64_C(951782400000), "2000-02-29T00:00:00.000Z"},
        {INT64_C(253402300799999), "9999-12-31T23:59:59.999Z"},
        {INT64_MAX, "9999-12-31T23:59:59.999Z"},
        {-1, "1970-01-01T00:00:00.000Z"},
        {INT64_MIN, "1970-01-01T00:00:00.000Z"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        char text[CLOCK_RFC3339_SIZE];
        clock_format(rows[i].ms, text);
        assert_string_equal(text, rows[i].text);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(canonical_numbers_are_read),
        cmocka_unit_test(other_spellings_of_numbers_are_refused),
        cmocka_unit_test(cutting_yields_each_piece_once),
        cmocka_unit_test(nothing_is_cut_from_no_text),
        cmocka_unit_test(trimming_drops_ascii_space_at_both_ends),
        cmocka_unit_test(case_counts_only_beyond_ascii_letters),
        cmocka_unit_test(ends_and_beginnings),
        cmocka_unit_test(well_formed_utf8_is_taken),
        cmocka_unit_test(malformed_utf8_is_refused),
        cmocka_unit_test(characters_are_counted_not_bytes),
        cmocka_unit_test(unicode_trimming_leaves_what_is_seen),
        cmocka_unit_test(a_builder_takes_up_to_its_bound),
        cmocka_unit_test(overflow_is_sticky),
        cmocka_unit_test(taken_bytes_are_the_callers),
        cmocka_unit_test(arenas_hand_out_zeroed_aligned_memory),
        cmocka_unit_test(arena_texts_outlive_later_ones),
        cmocka_unit_test(an_id_has_one_spelling),
        cmocka_unit_test(what_is_no_id_is_refused),
        cmocka_unit_test(random_words_fill_their_size),
        cmocka_unit_test(times_are_rfc_3339_and_clamped),
    };
    crypto_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
