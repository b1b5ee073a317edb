/* The queue that threads hand each other things through. */
#include "tests/unit/unit.h"

#include <pthread.h>
#include <stdatomic.h>

#include "lib/clock.h"
#include "lib/queue.h"

static int items[200];

static void what_went_in_first_comes_out_first(void **state)
{
    (void)state;
    struct queue *q = queue_create(3);
    for (int round = 0; round < 5; round++) {
        assert_true(queue_push(q, &items[0]));
        assert_true(queue_push(q, &items[1]));
        assert_int_equal(queue_len(q), 2);
        assert_ptr_equal(queue_pop(q, -1), &items[0]);
        assert_ptr_equal(queue_pop(q, 0), &items[1]);
    }
    queue_destroy(q);
}

static void a_full_queue_refuses(void **state)
{
    (void)state;
    struct queue *q = queue_create(2);
    assert_true(queue_push(q, &items[0]));
    assert_true(queue_push(q, &items[1]));
    assert_false(queue_push(q, &items[2]));
    assert_ptr_equal(queue_pop(q, 0), &items[0]);
    assert_true(queue_push(q, &items[2]));
    assert_ptr_equal(queue_pop(q, 0), &items[1]);
    assert_ptr_equal(queue_pop(q, 0), &items[2]);
    queue_destroy(q);
}

static void a_closed_queue_gives_what_is_left(void **state)
{
    (void)state;
    struct queue *q = queue_create(2);
    void *got[2];
    assert_true(queue_push(q, &items[0]));
    queue_close(q);
    assert_false(queue_push(q, &items[1]));
    assert_ptr_equal(queue_pop(q, -1), &items[0]);
    assert_null(queue_pop(q, -1));
    assert_int_equal(queue_pop_all(q, got, 2), 0);
    queue_destroy(q);
}

static void waiting_ends_after_its_time(void **state)
{
    (void)state;
    struct queue *q = queue_create(1);
    int64_t from = clock_mono_ms();
    assert_null(queue_pop(q, 0));
    assert_null(queue_pop(q, 50));
    int64_t took = clock_mono_ms() - from;
    assert_true(took >= 49 && took < 2000);
    queue_destroy(q);
}

static void all_are_taken_up_to_a_number(void **state)
{
    (void)state;
    struct queue *q = queue_create(5);
    void *got[3];
    for (int i = 0; i < 5; i++) {
        assert_true(queue_push(q, &items[i]));
    }
    assert_int_equal(queue_pop_all(q, got, 3), 3);
    assert_ptr_equal(got[2], &items[2]);
    assert_int_equal(queue_pop_all(q, got, 3), 2);
    assert_ptr_equal(got[1], &items[4]);
    queue_destroy(q);
}

/* ---- Threads ---- */

struct shared {
    struct queue *queue;
    atomic_int popped[LENGTH(items)];
};

static void *pop_until_closed(void *arg)
{
    struct shared *s = arg;
    int *item;
    while ((item = queue_pop(s->queue, -1)) != NULL) {
        atomic_fetch_add(&s->popped[item - items], 1);
    }
    return NULL;
}

static void *push_half(void *arg)
{
    struct shared *s = arg;
    for (size_t i = 0; i < LENGTH(items); i += 2) {
        while (!queue_push(s->queue, &items[i])) {
        }
    }
    return NULL;
}

static void each_item_reaches_one_thread_once(void **state)
{
    (void)state;
    static struct shared s;
    pthread_t poppers[3];
    pthread_t pusher;
    s.queue = queue_create(7);
    for (size_t i = 0; i < LENGTH(poppers); i++) {
        pthread_create(&poppers[i], NULL, pop_until_closed, &s);
    }
    pthread_create(&pusher, NULL, push_half, &s);
    for (size_t i = 1; i < LENGTH(items); i += 2) {
        while (!queue_push(s.queue, &items[i])) {
        }
    }
    pthread_join(pusher, NULL);
    queue_close(s.queue); /* wakes those that wait */
    for (size_t i = 0; i < LENGTH(poppers); i++) {
        pthread_join(poppers[i], NULL);
    }
    for (size_t i = 0; i < LENGTH(items); i++) {
        assert_int_equal(atomic_load(&s.popped[i]), 1);
    }
    queue_destroy(s.queue);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_went_in_first_comes_out_first),
        cmocka_unit_test(a_full_queue_refuses),
        cmocka_unit_test(a_closed_queue_gives_what_is_left),
        cmocka_unit_test(waiting_ends_after_its_time),
        cmocka_unit_test(all_are_taken_up_to_a_number),
        cmocka_unit_test(each_item_reaches_one_thread_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
