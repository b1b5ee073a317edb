/* JSON: what the strict pass refuses, what the tree tells, what the writer writes. */
#include "tests/unit/unit.h"

#include "lib/clock.h"
#include "lib/json.h"
#include "lib/mem.h"

/* ---- The strict pass ---- */

static void strict_json_is_taken(void **state)
{
    static const char *const rows[] = {
        "{}",
        "[]",
        "\"\"",
        "0",
        "-0",
        "null",
        " \t\r\n true \n",
        "[1,-2,3.5,1e3,1E+3,0.5e-10]",
        "{\"a\":{\"a\":{\"a\":1}},\"b\":[{\"a\":1},{\"a\":2}]}",
        "{\"\":1,\"a\":2,\"A\":3}",
        "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e4\\uD83D\\ude00\"",
        "\"\xc3\xa4\xf0\x9f\x98\x80\x7f\"",
        "123456789012345678901234567890",
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        const char *why = json_check(str_of(rows[i]));
        assert_row(why == NULL, rows[i]);
    }
}

static void each_fault_has_its_text(void **state)
{
    static const struct {
        const char *text;
        const char *why;
    } rows[] = {
        {"", "empty"},
        {" \n", "empty"},
        {"x", "not JSON"},
        {"\xef\xbb\xbf{}", "not JSON"},
        {"nul", "not JSON"},
        {"True", "not JSON"},
        {"NaN", "not JSON"},
        {"+1", "not JSON"},
        {".5", "not JSON"},
        {"'a'", "not JSON"},
        {"// a\n1", "not JSON"},
        {"[1,]", "not JSON"},
        {"{\"a\":}", "not JSON"},
        {"01", "something stands behind the value"},
        {"1 2", "something stands behind the value"},
        {"{}x", "something stands behind the value"},
        {"truee", "something stands behind the value"},
        {"-", "bad number"},
        {"-a", "bad number"},
        {"1.", "bad number"},
        {"1.e3", "bad number"},
        {"1e", "bad number"},
        {"1e+", "bad number"},
        {"[", "it ends too early"},
        {"[1", "unended array"},
        {"[1,", "it ends too early"},
        {"[1 2]", "unended array"},
        {"{", "a string is missing"},
        {"{\"a\"", "a colon is missing"},
        {"{\"a\":", "it ends too early"},
        {"{\"a\":1", "unended object"},
        {"{\"a\":1,", "a string is missing"},
        {"{\"a\" 1}", "a colon is missing"},
        {"{a:1}", "a string is missing"},
        {"{1:1}", "a string is missing"},
        {"{\"a\":1,}", "a string is missing"},
        {"\"a", "unended string"},
        {"\"\\", "bad escape"},
        {"\"\\x\"", "bad escape"},
        {"\"\\u12\"", "bad escape"},
        {"\"\\u12g4\"", "bad escape"},
        {"\"\\U0041\"", "bad escape"},
        {"\"\\u0000\"", "NUL in a string"},
        {"{\"\\u0000\":1}", "NUL in a string"},
        {"\"\\ud800\"", "lone surrogate"},
        {"\"\\ud800x\"", "lone surrogate"},
        {"\"\\ud800\\n\"", "lone surrogate"},
        {"\"\\ud800\\ud800\"", "lone surrogate"},
        {"\"\\udc00\"", "lone surrogate"},
        {"\"\\udc00\\ud800\"", "lone surrogate"},
        {"\"\x1f\"", "control character in a string"},
        {"\"a\nb\"", "control character in a string"},
        {"\"\xff\"", "bad UTF-8"},
        {"\"\xed\xa0\x80\"", "bad UTF-8"},
        {"\"\xc3\"", "bad UTF-8"},
        {"\"\xc0\xaf\"", "bad UTF-8"},
        {"{\"a\":1,\"a\":1}", "duplicate key"},
        {"{\"\":1,\"\":1}", "duplicate key"},
        {"{\"a\":1,\"b\":2,\"\\u0061\":3}", "duplicate key"},
        {"{\"\\u00e4\":1,\"\xc3\xa4\":2}", "duplicate key"},
        {"{\"\xf0\x9f\x98\x80\":1,\"\\ud83d\\ude00\":2}", "duplicate key"},
        {"{\"/\":1,\"\\/\":2}", "duplicate key"},
        {"[{\"a\":{\"b\":1,\"c\":{},\"b\":2}}]", "duplicate key"},
        {"{\"a\":{\"b\":1},\"a\":2}", "duplicate key"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        const char *why = json_check(str_of(rows[i].text));
        if (why == NULL || strcmp(why, rows[i].why) != 0) {
            print_error("%s: %s\n", rows[i].text, why != NULL ? why : "taken");
            fail();
        }
    }
}

static void a_nul_byte_is_refused(void **state)
{
    (void)state;
    assert_non_null(json_check(STR("1\0")));
    assert_non_null(json_check(STR("\0")));
    assert_string_equal(json_check(STR("\"\0\"")), "control character in a string");
}

/* count times open, then inside, then count times close. */
static char *nested(size_t count, const char *open, const char *inside,
                    const char *close)
{
    struct buf b = BUF_INIT((size_t)1 << 24);
    for (size_t i = 0; i < count; i++) {
        buf_str(&b, str_of(open));
    }
    buf_str(&b, str_of(inside));
    for (size_t i = 0; i < count; i++) {
        buf_str(&b, str_of(close));
    }
    assert_true(buf_ok(&b));
    size_t len;
    return buf_take(&b, &len);
}

static void sixteen_levels_are_taken_and_no_more(void **state)
{
    (void)state;
    for (int kind = 0; kind < 2; kind++) {
        const char *open = kind == 0 ? "[" : "{\"a\":";
        const char *close = kind == 0 ? "]" : "}";
        char *good = nested(JSON_MAX_DEPTH, open, "1", close);
        char *bad = nested(JSON_MAX_DEPTH + 1, open, "1", close);
        struct json_doc *doc = json_open(str_of(good), NULL);
        assert_non_null(doc);
        json_close(doc);
        assert_string_equal(json_check(str_of(bad)), "too deep");
        free(good);
        free(bad);
    }
}

static void hostile_sizes_take_no_time(void **state)
{
    (void)state;
    int64_t from = clock_mono_ms();
    char *brackets = nested(100000, "[", "", "");
    assert_string_equal(json_check(str_of(brackets)), "too deep");
    free(brackets);

    struct buf b = BUF_INIT((size_t)1 << 24);
    buf_char(&b, '{');
    for (int i = 0; i < 100000; i++) {
        buf_printf(&b, "\"%d\":0,", i);
    }
    buf_str(&b, STR("\"z\":0}"));
    assert_null(json_check(buf_view(&b)));
    b.len -= sizeof("\"z\":0}") - 1;
    buf_str(&b, STR("\"7\":0}"));
    assert_string_equal(json_check(buf_view(&b)), "duplicate key");
    buf_finish(&b);
    assert_true(clock_mono_ms() - from < 5000); /* sanitizers are slow */
}

/* ---- The tree ---- */

static void values_have_their_kinds(void **state)
{
    static const struct {
        const char *text;
        enum json_kind kind;
    } rows[] = {
        {"null", JSON_NULL},
        {"true", JSON_BOOL},
        {"0", JSON_INT},
        {"-0", JSON_INT},
        {"1.0", JSON_REAL},
        {"1e3", JSON_REAL},
        {"\"\"", JSON_STRING},
        {"[]", JSON_ARRAY},
        {"{}", JSON_OBJECT},
        {"1e999", JSON_REAL},
        {"123456789012345678901234567890", JSON_INT},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct json_doc *doc = json_open(str_of(rows[i].text), NULL);
        assert_row(doc != NULL, rows[i].text);
        assert_row(json_kind(json_root(doc)) == rows[i].kind, rows[i].text);
        json_close(doc);
    }
}

static void integers_are_read_up_to_their_bound(void **state)
{
    static const struct {
        const char *text;
        bool fits;
        int64_t value;
    } rows[] = {
        {"0", true, 0},
        {"-0", true, 0},
        {"-7", true, -7},
        {"9007199254740991", true, JSON_MAX_INT},
        {"-9007199254740991", true, -JSON_MAX_INT},
        {"9007199254740992", false, 0},
        {"-9007199254740992", false, 0},
        {"9223372036854775808", false, 0},
        {"-9223372036854775809", false, 0},
        {"18446744073709551615", false, 0},
        {"18446744073709551616", false, 0},
        {"18446744073709551617", false, 0},
        {"123456789012345678901234567890", false, 0},
        {"-123456789012345678901234567890", false, 0},
        {"1.0", false, 0},
        {"1e3", false, 0},
        {"\"1\"", false, 0},
        {"true", false, 0},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct json_doc *doc = json_open(str_of(rows[i].text), NULL);
        int64_t got = 42;
        assert_row(json_int(json_root(doc), &got) == rows[i].fits, rows[i].text);
        assert_row(got == (rows[i].fits ? rows[i].value : 42), rows[i].text);
        json_close(doc);
    }
}

static void members_are_found_by_name_and_place(void **state)
{
    (void)state;
    struct json_doc *doc =
        json_open(STR("{\"a\":null,\"b\":[true,null,\"x\\u00e4\"],\"c\":{}}"), NULL);
    const struct json *root = json_root(doc);
    assert_int_equal(json_member_count(root), 3);
    assert_null(json_member(root, "z"));
    assert_non_null(json_member(root, "a"));
    assert_int_equal(json_kind(json_member(root, "a")), JSON_NULL);
    const struct json *list = json_member(root, "b");
    assert_int_equal(json_array_len(list), 3);
    assert_true(json_flag(json_array_at(list, 0)));
    assert_non_null(json_array_at(list, 1));
    assert_str(json_str(json_array_at(list, 2)), STR("x\xc3\xa4"));
    assert_null(json_array_at(list, 3));
    struct str name;
    assert_ptr_equal(json_member_at(root, 1, &name), list);
    assert_str(name, STR("b"));
    assert_null(json_member_at(root, 3, &name));
    json_close(doc);
}

static void other_kinds_answer_with_nothing(void **state)
{
    (void)state;
    struct json_doc *doc = json_open(STR("[1]"), NULL);
    const struct json *rows[] = {NULL, json_root(doc),
                                 json_array_at(json_root(doc), 0)};
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct str name;
        assert_null(json_member(rows[i], "a"));
        assert_null(json_member_at(rows[i], 0, &name));
        assert_int_equal(json_member_count(rows[i]), 0);
        assert_str(json_str(rows[i]), STR(""));
        assert_false(json_flag(rows[i]));
    }
    assert_int_equal(json_array_len(rows[2]), 0);
    json_close(doc);
}

static void opening_tells_what_is_wrong(void **state)
{
    (void)state;
    const char *why = NULL;
    assert_null(json_open(STR("{\"a\":1,\"a\":2}"), &why));
    assert_string_equal(why, "duplicate key");
    assert_null(json_open(STR_NONE, &why));
    assert_string_equal(why, "empty");
    struct json_doc *doc = json_open(STR("1"), &why);
    assert_null(why);
    json_close(doc);
}

static void printing_gives_short_json_back(void **state)
{
    static const struct {
        const char *text;
        const char *printed;
    } rows[] = {
        {" null ", "null"},
        {"[ 1 , 2.50 , 1e3 , null ]", "[1,2.50,1e3,null]"},
        {"{ \"b\" : \"\\/\\u00e4\\n\" , \"a\" : { } }",
         "{\"b\":\"/\xc3\xa4\\n\",\"a\":{}}"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct json_doc *doc = json_open(str_of(rows[i].text), NULL);
        struct buf out = BUF_INIT(1000);
        json_print(json_root(doc), &out);
        assert_str(buf_view(&out), str_of(rows[i].printed));
        buf_finish(&out);
        json_close(doc);
    }
}

/* ---- The writer ---- */

static void what_is_written_is_strict_json(void **state)
{
    (void)state;
    struct buf out = BUF_INIT(10000);
    struct json_writer w;
    json_begin(&w, &out);
    json_object_begin(&w);
    json_member_str(&w, "text", STR("\"\\\b\f\n\r\t\x01\x7f/\xc3\xa4"));
    json_member_str_or_null(&w, "none", STR_NONE);
    json_member_int(&w, "int", INT64_MIN);
    json_member_bool(&w, "yes", true);
    json_member_id(&w, "id", 62);
    json_member_time(&w, "at", 0);
    json_member_time_or_null(&w, "never", 0);
    json_put_members(&w, STR(""));
    json_put_members(&w, STR("\"x\":1,\"y\":2"));
    json_key(&w, "list");
    json_array_begin(&w);
    json_put_int(&w, 1);
    json_array_begin(&w);
    json_array_end(&w);
    json_put_raw(&w, STR("{}"));
    json_put_null(&w);
    json_put_bool(&w, false);
    json_array_end(&w);
    json_key(&w, "empty");
    json_object_begin(&w);
    json_object_end(&w);
    json_object_end(&w);
    assert_true(buf_ok(&out));
    assert_null(json_check(buf_view(&out)));
    assert_str(
        buf_view(&out),
        STR("{\"text\":\"\\\"\\\\\\u0008\\u000c\\n\\r\\t\\u0001\\u007f/\xc3\xa4\","
            "\"none\":null,\"int\":-9223372036854775808,\"yes\":true,"
            "\"id\":\"00000000010\",\"at\":\"1970-01-01T00:00:00.000Z\",\"never\":null,"
            "\"x\":1,\"y\":2,\"list\":[1,[],{},null,false],\"empty\":{}}"));
    buf_finish(&out);
}

static void any_text_comes_back_as_it_was(void **state)
{
    (void)state;
    char text[128];
    for (size_t i = 0; i < 127; i++) {
        text[i] = (char)(i + 1);
    }
    struct buf out = BUF_INIT(10000);
    struct json_writer w;
    json_begin(&w, &out);
    json_put_str(&w, (struct str){text, 127});
    struct json_doc *doc = json_open(buf_view(&out), NULL);
    assert_non_null(doc);
    assert_str(json_str(json_root(doc)), ((struct str){text, 127}));
    json_close(doc);
    buf_finish(&out);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(strict_json_is_taken),
        cmocka_unit_test(each_fault_has_its_text),
        cmocka_unit_test(a_nul_byte_is_refused),
        cmocka_unit_test(sixteen_levels_are_taken_and_no_more),
        cmocka_unit_test(hostile_sizes_take_no_time),
        cmocka_unit_test(values_have_their_kinds),
        cmocka_unit_test(integers_are_read_up_to_their_bound),
        cmocka_unit_test(members_are_found_by_name_and_place),
        cmocka_unit_test(other_kinds_answer_with_nothing),
        cmocka_unit_test(opening_tells_what_is_wrong),
        cmocka_unit_test(printing_gives_short_json_back),
        cmocka_unit_test(what_is_written_is_strict_json),
        cmocka_unit_test(any_text_comes_back_as_it_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
