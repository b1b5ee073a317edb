#include "lib/testpoint.h"

#ifdef TEST_POINTS

#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "lib/str.h"

static bool find(const char *name, struct str *value)
{
    struct str rest = str_of(getenv("MOOTHALL_POINTS"));
    struct str item;
    while (str_cut(&rest, ',', &item)) {
        struct str key;
        if (str_cut(&item, '=', &key) && item.ptr != NULL &&
            str_eq(key, str_of(name))) {
            *value = item;
            return true;
        }
    }
    return false;
}

int test_point_delay_ms(const char *name)
{
    struct str value;
    if (!find(name, &value)) {
        return 0;
    }
    if (str_eq(value, STR("kill"))) {
        kill(getpid(), SIGKILL);
    }
    bool at_random = str_starts(value, STR("~"));
    if (at_random) {
        value.ptr++;
        value.len--;
    }
    int64_t ms = 0;
    if (!str_to_i64(value, &ms) || ms < 0 || ms > 60000) {
        return 0;
    }
    return at_random ? (int)(random() % (ms + 1)) : (int)ms;
}

void test_point(const char *name)
{
    int ms = test_point_delay_ms(name);
    if (ms > 0) {
        struct timespec t = {.tv_sec = ms / 1000,
                             .tv_nsec = (long)(ms % 1000) * 1000000};
        nanosleep(&t, NULL);
    }
}

#else
typedef int testpoint_is_empty; /* ISO C wants a declaration in every file */
#endif
