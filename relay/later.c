#include "relay/later.h"

#include "lib/testpoint.h"

#ifdef TEST_POINTS

#include <stdlib.h>

#include "lib/mem.h"

struct step {
    struct relay *relay;
    struct timer *timer;
    later_fn *fn;
    uint64_t client;
    int64_t group;
};

static void run(void *arg)
{
    struct step s = *(struct step *)arg;
    timer_destroy(s.timer);
    free(arg);
    s.fn(s.relay, s.client, s.group);
}

void later(struct relay *r, const char *point, later_fn *fn, uint64_t client,
           int64_t group)
{
    int delay_ms = test_point_delay_ms(point);
    if (delay_ms == 0) {
        fn(r, client, group);
        return;
    }
    struct step *s = mem_alloc(sizeof(*s));
    *s = (struct step){r, NULL, fn, client, group};
    s->timer = timer_create_on(r->loop, run, s);
    timer_start(s->timer, delay_ms);
}

#else

void later(struct relay *r, const char *point, later_fn *fn, uint64_t client,
           int64_t group)
{
    (void)point;
    fn(r, client, group);
}

#endif
