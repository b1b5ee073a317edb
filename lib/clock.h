/* Time: wall clock for what people see, the monotonic clock for every time-out. */
#ifndef MOOTHALL_LIB_CLOCK_H
#define MOOTHALL_LIB_CLOCK_H

#include <stdint.h>

int64_t clock_wall_ms(void);
int64_t clock_mono_ms(void);

/* RFC 3339, UTC, milliseconds: 2026-01-02T03:04:05.678Z, with its NUL. What lies
 * outside of the years 1970 to 9999 is clamped. */
enum { CLOCK_RFC3339_SIZE = 25 };

void clock_format(int64_t wall_ms, char out[CLOCK_RFC3339_SIZE]);

#endif
