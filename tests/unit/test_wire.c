/* Messages between api and relay: what is written is read, and nothing malformed is. */
#include "tests/unit/unit.h"

#include "lib/err.h"
#include "lib/wire.h"

static void a_channel_is_its_kind_and_name(void **state)
{
    (void)state;
    char channel[WIRE_CHANNEL_SIZE];
    wire_channel(channel, "answer", "0123456789abcdef");
    assert_string_equal(channel, "answer:0123456789abcdef");
}

/* ---- Words ---- */

static void written_words_are_read_in_their_order(void **state)
{
    (void)state;
    struct buf b = BUF_INIT(1000);
    wire_begin(&b);
    wire_word(&b, STR("epoch"));
    wire_word(&b, STR(""));
    wire_id(&b, 62);
    wire_id(&b, 0);
    wire_int(&b, INT64_MIN);
    wire_body(&b, STR("a b\n\0c"));
    assert_str(buf_view(&b),
               STR("1 epoch - 00000000010 - -9223372036854775808\na b\n\0c"));
    struct wire_reader w = wire_read(buf_view(&b));
    assert_str(wire_next(&w), STR("epoch"));
    assert_str(wire_next(&w), STR("-"));
    assert_int_equal(wire_next_id(&w), 62);
    assert_str(wire_next(&w), STR("-"));
    assert_true(wire_next_int(&w) == INT64_MIN);
    assert_true(w.ok);
    assert_str(w.body, STR("a b\n\0c"));
    buf_finish(&b);
}

static void flags_options_and_pairs_are_told_apart(void **state)
{
    (void)state;
    struct buf b = BUF_INIT(1000);
    wire_begin(&b);
    wire_word(&b, STR("all"));
    wire_option(&b, "void", STR("3,17"));
    wire_option_id(&b, "drop", 1);
    wire_option_int(&b, "plain", 7);
    wire_pair(&b, 2, STR("no"));
    wire_body(&b, STR(""));

    static const struct {
        const char *name;
        struct str value;
    } rows[] = {
        {"all", {NULL, 0}},
        {"void", STR_INIT("3,17")},
        {"drop", STR_INIT("00000000001")},
        {"plain", STR_INIT("7")},
        {"00000000002", STR_INIT("no")},
    };
    struct wire_reader w = wire_read(buf_view(&b));
    struct wire_item item;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        assert_row(wire_item(&w, &item), rows[i].name);
        assert_str(item.name, str_of(rows[i].name));
        assert_str(item.value, rows[i].value);
        assert_int_equal(item.value.ptr == NULL, rows[i].value.ptr == NULL);
    }
    assert_false(wire_item(&w, &item));
    assert_true(w.ok);
    buf_finish(&b);
}

static void malformed_messages_are_not_read(void **state)
{
    static const struct str rows[] = {
        STR_INIT(""),        STR_INIT("\n"),
        STR_INIT("2 a\n"),   STR_INIT("01 a\n"),
        STR_INIT("11 a\n"),  STR_INIT(" 1 a\n"),
        STR_INIT("1\ta\n"),  STR_INIT("1 a\x01\n"),
        STR_INIT("1 a\0\n"), STR_INIT("1 a\x7f\n"),
        STR_INIT("1 a\r\n"), STR_INIT("1 a"), /* its end is missing */
        {NULL, 0},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        char row[32];
        snprintf(row, sizeof(row), "row %zu", i);
        assert_row(!wire_read(rows[i]).ok, row);
    }
}

static void a_reader_that_failed_stays_failed(void **state)
{
    (void)state;
    struct wire_reader w = wire_read(STR("1 a b 7\n"));
    assert_int_equal(wire_next_int(&w), 0);
    assert_false(w.ok);
    assert_str(wire_next(&w), STR("b"));
    assert_int_equal(wire_next_int(&w), 7);
    assert_false(w.ok);
    struct wire_item item;
    assert_false(wire_item(&w, &item));
    w = wire_read(STR("1 a\n"));
    assert_str(wire_next(&w), STR("a"));
    assert_str(wire_next(&w), STR(""));
    assert_int_equal(wire_next_id(&w), 0);
    assert_false(w.ok);
}

static void empty_words_are_refused(void **state)
{
    static const char *const rows[] = {"1  a\n", "1 a \n", "1 \n", "1 a  b\n"};
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct wire_reader w = wire_read(str_of(rows[i]));
        struct wire_item item;
        while (wire_item(&w, &item)) {
        }
        assert_row(!w.ok, rows[i]);
    }
}

/* ---- Envelopes ---- */

static void envelopes_go_there_and_back(void **state)
{
    static const struct {
        struct envelope e;
        const char *text;
    } rows[] = {
        {{.epoch = STR_INIT("e"), .seq = 0, .frame = STR_INIT("{}")}, "1 e -\n{}"},
        {{.epoch = STR_INIT("e"), .seq = INT64_MAX, .frame = STR_INIT("{}")},
         "1 e 9223372036854775807\n{}"},
        {{.epoch = STR_INIT("e"),
          .seq = 8,
          .drop = 5,
          .voids = STR_INIT("3,17"),
          .gone = true,
          .plain = 5,
          .frame = STR_INIT("{\"x\":1}"),
          .plain_text = STR_INIT("plain")},
         "1 e 8 drop=00000000005 void=3,17 gone plain=5\n{\"x\":1}plain"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        const struct envelope *e = &rows[i].e;
        struct envelope got;
        struct buf b = BUF_INIT(1000);
        envelope_write(&b, e);
        assert_str(buf_view(&b), str_of(rows[i].text));
        assert_true(envelope_read(buf_view(&b), &got));
        assert_str(got.epoch, e->epoch);
        assert_true(got.seq == e->seq);
        assert_true(got.drop == e->drop);
        assert_str(got.voids, e->voids);
        assert_int_equal(got.gone, e->gone);
        assert_true(got.plain == e->plain);
        assert_str(got.frame, e->frame);
        assert_str(got.plain_text, e->plain_text);
        buf_finish(&b);
    }
}

static void words_of_a_newer_peer_are_ignored(void **state)
{
    (void)state;
    struct envelope e;
    assert_true(envelope_read(STR("1 e 8 new=1 drop=00000000005 soon a:b\n{}"), &e));
    assert_true(e.seq == 8 && e.drop == 5 && !e.gone);
    assert_str(e.frame, STR("{}"));
}

static void malformed_envelopes_are_refused(void **state)
{
    static const char *const rows[] = {
        "1\n{}",
        "1 e\n{}",
        "1 e 0\n{}",
        "1 e -1\n{}",
        "1 e 01\n{}",
        "1 e x\n{}",
        "1 e 9223372036854775808\n{}",
        "2 e 1\n{}",
        "1 e 1 \n{}",
        "1 e 1  gone\n{}",
        "1 e 1 drop\n{}",
        "1 e 1 drop=\n{}",
        "1 e 1 drop=5\n{}",
        "1 e 1 drop=00000000000\n{}",
        "1 e 1 void\n{}",
        "1 e 1 void=\n{}",
        "1 e 1 plain=3\n{}",
        "1 e 1 plain=-1\n{}",
        "1 e 1 plain=x\n{}",
        "1 e 1 plain=9223372036854775807\n{}",
        "1 e 1\n",
        "1 e 1 plain=2\n{}",
        "1 e 1",
        "",
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct envelope e;
        assert_row(!envelope_read(str_of(rows[i]), &e), rows[i]);
    }
}

/* ---- Codes ---- */

static void each_code_stands_for_one_refusal(void **state)
{
    (void)state;
    for (int e = E_OK; e < E_COUNT; e++) {
        enum err got = E_COUNT;
        const char *code = err_code((enum err)e);
        assert_row(err_parse(str_of(code), &got) && (int)got == e, code);
        assert_row(strchr(code, ' ') == NULL, code);
        assert_row(err_title((enum err)e)[0] != '\0', code);
        int status = err_status((enum err)e);
        assert_row(e == E_OK ? status == 200 : status >= 400 && status < 600, code);
    }
    enum err got;
    assert_false(err_parse(STR(""), &got));
    assert_false(err_parse(STR("Forbidden"), &got));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_channel_is_its_kind_and_name),
        cmocka_unit_test(written_words_are_read_in_their_order),
        cmocka_unit_test(flags_options_and_pairs_are_told_apart),
        cmocka_unit_test(malformed_messages_are_not_read),
        cmocka_unit_test(a_reader_that_failed_stays_failed),
        cmocka_unit_test(empty_words_are_refused),
        cmocka_unit_test(envelopes_go_there_and_back),
        cmocka_unit_test(words_of_a_newer_peer_are_ignored),
        cmocka_unit_test(malformed_envelopes_are_refused),
        cmocka_unit_test(each_code_stands_for_one_refusal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
