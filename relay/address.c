#include "relay/address.h"

#include <stdio.h>
#include <stdlib.h>

#include <uthash.h>

#include "lib/clock.h"
#include "lib/mem.h"

enum { ADDRESS_SIZE = 64, ADDRESSES_MAX = 100000 };

struct address {
    char name[ADDRESS_SIZE];
    int64_t sockets;
    double tokens;
    int64_t at_ms;
    UT_hash_handle hh;
};

static void refill(struct address *a, const struct rate *rate)
{
    int64_t now = clock_mono_ms();
    a->tokens += (double)(now - a->at_ms) / 1000.0 * rate->per_second;
    a->tokens = a->tokens > rate->burst ? rate->burst : a->tokens;
    a->at_ms = now;
}

/* NULL for no address, or when the table is full of others: those are not limited. */
static struct address *find(struct relay *r, struct str name, bool make)
{
    struct address *a = NULL;
    if (name.len == 0 || name.len >= ADDRESS_SIZE) {
        return NULL;
    }
    HASH_FIND(hh, r->addresses, name.ptr, name.len, a);
    if (a == NULL && make && HASH_COUNT(r->addresses) < ADDRESSES_MAX) {
        a = mem_alloc(sizeof(*a));
        snprintf(a->name, sizeof(a->name), "%.*s", STR_ARGS(name));
        a->tokens = r->settings->limit_handshakes.burst;
        a->at_ms = clock_mono_ms();
        HASH_ADD_STR(r->addresses, name, a);
    }
    return a;
}

bool address_admits(struct relay *r, struct str address)
{
    struct address *a = find(r, address, true);
    if (a == NULL) {
        return true;
    }
    refill(a, &r->settings->limit_handshakes);
    if (a->tokens < 1 || a->sockets >= r->settings->limit_sockets) {
        return false;
    }
    a->tokens -= 1;
    return true;
}

void address_opened(struct relay *r, struct str address)
{
    struct address *a = find(r, address, true);
    if (a != NULL) {
        a->sockets++;
    }
}

void address_closed(struct relay *r, struct str address)
{
    struct address *a = find(r, address, false);
    if (a != NULL && a->sockets > 0) {
        a->sockets--;
    }
}

void addresses_tick(struct relay *r)
{
    struct address *a;
    struct address *next;
    HASH_ITER(hh, r->addresses, a, next)
    {
        refill(a, &r->settings->limit_handshakes);
        if (a->sockets == 0 &&
            (r->stopping || a->tokens >= r->settings->limit_handshakes.burst)) {
            HASH_DEL(r->addresses, a);
            free(a);
        }
    }
}
