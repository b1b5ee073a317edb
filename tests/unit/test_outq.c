/* What waits for one client: its bounds, and what goes out together. */
#include "tests/unit/unit.h"

#include "relay/outq.h"

static void push(struct outq *q, const char *text)
{
    struct frame *f = frame_create(str_of(text));
    assert_true(outq_push(q, f));
    frame_unref(&f);
}

static void frames_go_out_in_order_joined_by_newlines(void **state)
{
    (void)state;
    struct outq q = {0};
    char out[64];
    push(&q, "one");
    push(&q, "two");
    push(&q, "three");
    size_t len = outq_take(&q, out, sizeof(out));
    assert_str(((struct str){out, len}), STR("one\ntwo\nthree"));
    assert_int_equal(q.bytes, 0);
    assert_int_equal(q.events, 0);
    assert_null(q.slots); /* an idle client holds nothing */
}

static void only_whole_frames_go_out(void **state)
{
    (void)state;
    struct outq q = {0};
    char out[64];
    push(&q, "12345");
    push(&q, "6789");
    push(&q, "0");
    size_t len = outq_take(&q, out, 9); /* one too few for "12345\n6789" */
    assert_str(((struct str){out, len}), STR("12345"));
    len = outq_take(&q, out, 6);
    assert_str(((struct str){out, len}), STR("6789\n0"));
    assert_int_equal(outq_take(&q, out, 6), 0);
}

static void a_frame_above_the_bound_goes_alone(void **state)
{
    (void)state;
    struct outq q = {0};
    char out[64];
    push(&q, "0123456789");
    push(&q, "a");
    assert_int_equal(outq_next_len(&q), 10);
    size_t len = outq_take(&q, out, 4);
    assert_str(((struct str){out, len}), STR("0123456789"));
    len = outq_take(&q, out, 4);
    assert_str(((struct str){out, len}), STR("a"));
}

static void the_ring_keeps_order_while_it_grows(void **state)
{
    (void)state;
    struct outq q = {0};
    char out[16];
    char text[16];
    int taken = 0;
    for (int i = 0; i < 500; i++) {
        snprintf(text, sizeof(text), "%d", i);
        push(&q, text);
        if (i % 3 == 0) {
            size_t len = outq_take(&q, out, 1);
            snprintf(text, sizeof(text), "%d", taken++);
            assert_str(((struct str){out, len}), str_of(text));
        }
    }
    assert_int_equal(q.len, 500 - taken);
    outq_finish(&q);
}

static void a_thousand_events_and_no_more(void **state)
{
    (void)state;
    struct outq q = {0};
    struct frame *f = frame_create(STR("e"));
    struct frame *reply = frame_create(STR("r"));
    reply->is_reply = true;
    for (int i = 0; i < OUTQ_MAX_EVENTS; i++) {
        assert_true(outq_push(&q, reply)); /* takes no event's place */
        assert_true(outq_push(&q, f));
    }
    assert_false(outq_push(&q, f));
    assert_int_equal(q.events, OUTQ_MAX_EVENTS);
    assert_int_equal(f->refs,
                     1 + OUTQ_MAX_EVENTS); /* shared, and none of the refused */
    while (q.len < OUTQ_MAX_FRAMES) {
        assert_true(outq_push(&q, reply));
    }
    assert_false(outq_push(&q, reply));
    outq_finish(&q);
    assert_int_equal(f->refs, 1);
    frame_unref(&f);
    frame_unref(&reply);
}

static void a_mebibyte_and_no_more(void **state)
{
    (void)state;
    static char big[OUTQ_MAX_BYTES / 4];
    struct outq q = {0};
    struct frame *f = frame_create((struct str){big, sizeof(big)});
    struct frame *one = frame_create(STR("1"));
    for (int i = 0; i < 4; i++) {
        assert_true(outq_push(&q, f));
    }
    assert_false(outq_push(&q, one));
    assert_int_equal(q.len, 4);
    outq_finish(&q);
    frame_unref(&f);
    frame_unref(&one);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_go_out_in_order_joined_by_newlines),
        cmocka_unit_test(only_whole_frames_go_out),
        cmocka_unit_test(a_frame_above_the_bound_goes_alone),
        cmocka_unit_test(the_ring_keeps_order_while_it_grows),
        cmocka_unit_test(a_thousand_events_and_no_more),
        cmocka_unit_test(a_mebibyte_and_no_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
