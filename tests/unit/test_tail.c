/* A channel's entries: the tail that was delivered, and what is pending behind a hole. */
#include "tests/unit/unit.h"

#include "relay/tail.h"

/* tail.c asks the api for what it lacks; nothing here gets so far. */
void asks_send(struct asks *a, struct str words, ask_fn *fn, void *arg, uint64_t client,
               int64_t group)
{
    (void)a;
    (void)words;
    (void)fn;
    (void)arg;
    (void)client;
    (void)group;
    fail();
}

void ask_begin(struct buf *b, const char *verb)
{
    wire_word(b, str_of(verb));
}

static void put(struct channel *ch, int64_t seq, struct str frame)
{
    struct envelope e = {.seq = seq, .frame = frame};
    pending_put(ch, &e);
}

/* Moves the first of pending to the tail, as a delivery does. */
static void deliver(struct channel *ch)
{
    struct entry *e = pending_first(ch);
    pending_take(ch, e);
    ch->top = e->seq;
    tail_append(ch, e);
}

static void fill(struct channel *ch, int64_t from, int64_t to, struct str frame)
{
    for (int64_t seq = from; seq <= to; seq++) {
        put(ch, seq, frame);
        deliver(ch);
    }
}

static void finish(struct channel *ch)
{
    tail_clear(ch);
    pending_clear(ch);
    assert_int_equal(ch->tail_len + ch->tail_bytes, 0);
    assert_int_equal(ch->pending_len + ch->pending_bytes, 0);
    assert_int_equal(ch->floor, ch->top);
}

static void pending_is_in_order_and_each_once(void **state)
{
    (void)state;
    static const int64_t come[] = {5, 3, 9, 3, 4, 9, 5};
    static const int64_t want[] = {3, 4, 5, 9};
    struct channel ch = {0};
    for (size_t i = 0; i < LENGTH(come); i++) {
        put(&ch, come[i], STR("x"));
    }
    assert_int_equal(ch.want, 9);
    assert_int_equal(ch.pending_len, LENGTH(want));
    for (size_t i = 0; i < LENGTH(want); i++) {
        struct entry *e = pending_first(&ch);
        assert_int_equal(e->seq, want[i]);
        pending_take(&ch, e);
        entry_free(e);
    }
    finish(&ch);
}

static void too_much_behind_a_hole_is_given_up_but_not_forgotten(void **state)
{
    (void)state;
    struct channel ch = {0};
    for (int64_t seq = 2; seq <= 301; seq++) {
        put(&ch, seq, STR("x"));
    }
    assert_int_equal(ch.pending_len, 300);
    put(&ch, 302, STR("x"));
    assert_int_equal(ch.pending_len, 0);
    assert_int_equal(ch.want, 302);
    put(&ch, 1, STR("x"));
    assert_int_equal(pending_first(&ch)->seq, 1);
    finish(&ch);
}

static void the_next_in_order_is_kept_when_pending_is_full(void **state)
{
    (void)state;
    struct channel ch = {0};
    for (int64_t seq = 2; seq <= 301; seq++) {
        put(&ch, seq, STR("x"));
    }
    put(&ch, 1, STR("x"));
    assert_int_equal(ch.pending_len, 1);
    assert_int_equal(pending_first(&ch)->seq, 1);
    finish(&ch);
}

static void the_tail_is_bounded_in_events(void **state)
{
    (void)state;
    struct channel ch = {0};
    fill(&ch, 1, CHANNEL_TAIL_EVENTS + 20, STR("x"));
    assert_int_equal(ch.tail_len, CHANNEL_TAIL_EVENTS);
    assert_int_equal(ch.floor, 20);
    assert_int_equal(tail_after(&ch, 0)->seq, 21);
    assert_int_equal(tail_after(&ch, 21)->seq, 22);
    assert_null(tail_after(&ch, ch.top));
    finish(&ch);
}

static void the_tail_is_bounded_in_bytes_but_keeps_the_newest(void **state)
{
    (void)state;
    static char big[CHANNEL_TAIL_BYTES + 1];
    struct channel ch = {0};
    fill(&ch, 1, 3, STR("x"));
    fill(&ch, 4, 4, (struct str){big, sizeof(big)});
    assert_int_equal(ch.tail_len, 1);
    assert_int_equal(ch.floor, 3);
    fill(&ch, 5, 5, STR("x"));
    assert_int_equal(ch.tail_len, 1);
    assert_int_equal(ch.floor, 4);
    finish(&ch);
}

static void a_blanked_event_is_not_told_again_from_the_tail(void **state)
{
    (void)state;
    struct channel ch = {0};
    fill(&ch, 1, 10, STR("x"));
    tail_void(&ch, STR("4,2,nonsense"));
    assert_int_equal(ch.floor, 4);
    assert_int_equal(tail_after(&ch, 0)->seq, 5);
    tail_void(&ch, STR("10"));
    assert_null(ch.tail);
    assert_int_equal(ch.floor, 10);
    finish(&ch);
}

static void envelope(struct buf *b, int64_t seq, struct str frame)
{
    struct buf one = BUF_INIT(4096);
    struct envelope e = {.epoch = STR("ep"), .seq = seq, .frame = frame};
    envelope_write(&one, &e);
    buf_i64(b, (int64_t)one.len);
    buf_char(b, '\n');
    buf_str(b, buf_view(&one));
    buf_finish(&one);
}

static void an_answer_is_read_envelope_by_envelope(void **state)
{
    (void)state;
    struct buf b = BUF_INIT(4096);
    struct envelope e;
    envelope(&b, 7, STR("{\"a\":1}"));
    envelope(&b, 8, STR("two\nlines"));
    struct str body = buf_view(&b);
    assert_true(tail_answer_next(&body, &e));
    assert_int_equal(e.seq, 7);
    assert_str(e.frame, STR("{\"a\":1}"));
    assert_true(tail_answer_next(&body, &e));
    assert_str(e.frame, STR("two\nlines"));
    assert_false(tail_answer_next(&body, &e));
    buf_finish(&b);
}

static void a_malformed_answer_ends(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "\n",
        "5",
        "5\nabc",
        "-1\n",
        "x\n1 ep 1\nf",
        "99999999999999999999\n",
        "8\n1 ep 0\nf",
        "8\n1 ep -\nf",
        "3\n2 x",
    };
    for (size_t i = 0; i < LENGTH(bad); i++) {
        struct str body = str_of(bad[i]);
        struct envelope e;
        assert_row(!tail_answer_next(&body, &e), bad[i]);
    }
}

static void a_publication_is_cut_out_of_its_frame(void **state)
{
    (void)state;
    assert_str(channel_publication(STR("{\"push\":{\"channel\":\"group:abcdefghijk\","
                                       "\"pub\":{\"data\":{\"n\":1},\"offset\":4}}}")),
               STR("{\"data\":{\"n\":1},\"offset\":4}"));
    assert_str(channel_publication(STR("{\"push\":{}}")), STR("{}"));
    assert_str(channel_publication(STR("")), STR("{}"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pending_is_in_order_and_each_once),
        cmocka_unit_test(too_much_behind_a_hole_is_given_up_but_not_forgotten),
        cmocka_unit_test(the_next_in_order_is_kept_when_pending_is_full),
        cmocka_unit_test(the_tail_is_bounded_in_events),
        cmocka_unit_test(the_tail_is_bounded_in_bytes_but_keeps_the_newest),
        cmocka_unit_test(a_blanked_event_is_not_told_again_from_the_tail),
        cmocka_unit_test(an_answer_is_read_envelope_by_envelope),
        cmocka_unit_test(a_malformed_answer_ends),
        cmocka_unit_test(a_publication_is_cut_out_of_its_frame),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
