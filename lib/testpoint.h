/* Named points where a test build waits or dies, so that races are met by choice:
 * MOOTHALL_POINTS="api.publish.before=50,relay.subscribe.before_bus=20" waits so many
 * milliseconds (random in 0 … n for "=~n"), "=kill" is SIGKILL. Without
 * --enable-test-points nothing of this is in the binary. */
#ifndef MOOTHALL_LIB_TESTPOINT_H
#define MOOTHALL_LIB_TESTPOINT_H

#include "config.h"

#ifdef TEST_POINTS
void test_point(const char *name);         /* waits in place: for threads */
int test_point_delay_ms(const char *name); /* for loops: how long to put the step off */
#else
static inline void test_point(const char *name)
{
    (void)name;
}

static inline int test_point_delay_ms(const char *name)
{
    (void)name;
    return 0;
}
#endif

#endif
