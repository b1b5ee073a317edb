/* A fuzz target: libFuzzer calls it with bytes; what does not hold ends the process. */
#ifndef MOOTHALL_TESTS_FUZZ_FUZZ_H
#define MOOTHALL_TESTS_FUZZ_FUZZ_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/str.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

#define must(what)                                                                     \
    do {                                                                               \
        if (!(what)) {                                                                 \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #what);         \
            abort();                                                                   \
        }                                                                              \
    } while (0)

#endif
