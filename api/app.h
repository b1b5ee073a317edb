/* What the whole api shares. Made by main.c, constant after start; every part guards
 * itself. */
#ifndef MOOTHALL_API_APP_H
#define MOOTHALL_API_APP_H

#include "api/store/writer.h"
#include "lib/settings.h"

struct hasher;
struct limits;
struct bus_status;

struct app {
    const struct settings *settings;
    struct writer *writer;
    struct hasher *hasher;       /* api/hasher.h */
    struct limits *limits;       /* api/limits.h */
    struct publisher *publisher; /* api/bus/publisher.h */
    unsigned char invite_key[32];
};

#endif
