#include "api/limits.h"

#include <arpa/inet.h>
#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

#include "lib/mem.h"

enum { SETS = 1024, WAYS = 8 };

struct bucket {
    uint64_t key; /* 0: unused */
    double tokens;
    int64_t at_ms;
};

struct limits {
    struct rate rates[LIMIT_COUNT];
    struct bucket *tables[LIMIT_COUNT]; /* SETS × WAYS each */
    pthread_mutex_t lock;
};

struct limits *limits_create(const struct settings *s)
{
    struct limits *l = mem_alloc(sizeof(*l));
    l->rates[LIMIT_REQUESTS] = s->limit_requests;
    l->rates[LIMIT_MESSAGES] = s->limit_messages;
    l->rates[LIMIT_SIGNUPS] = s->limit_signups;
    l->rates[LIMIT_SIGNIN_ACCOUNT] = s->limit_signin_account;
    l->rates[LIMIT_SIGNIN_ADDRESS] = s->limit_signin_address;
    l->rates[LIMIT_INVITES] = s->limit_invites;
    l->rates[LIMIT_GROUPS] = s->limit_groups;
    for (int i = LIMIT_NONE + 1; i < LIMIT_COUNT; i++) {
        l->tables[i] = mem_array((size_t)SETS * WAYS, sizeof(struct bucket));
    }
    pthread_mutex_init(&l->lock, NULL);
    return l;
}

void limits_destroy(struct limits *l)
{
    if (l != NULL) {
        for (int i = 0; i < LIMIT_COUNT; i++) {
            free(l->tables[i]);
        }
        pthread_mutex_destroy(&l->lock);
        free(l);
    }
}

/* FNV-1a, then a finisher that spreads into the low bits. */
static uint64_t mix(uint64_t h, const void *ptr, size_t len)
{
    const unsigned char *p = ptr;
    for (size_t i = 0; i < len; i++) {
        h = (h ^ p[i]) * UINT64_C(1099511628211);
    }
    h ^= h >> 32;
    return h != 0 ? h : 1;
}

#define FNV_BASIS UINT64_C(14695981039346656037)

uint64_t limits_key_user(int64_t user)
{
    return mix(FNV_BASIS + 1, &user, sizeof(user));
}

uint64_t limits_key_address(struct str address)
{
    char text[INET6_ADDRSTRLEN] = {0};
    struct in6_addr six;
    if (address.len < sizeof(text) && str_has_char(address, ':')) {
        memcpy(text, address.ptr, address.len);
        if (inet_pton(AF_INET6, text, &six) == 1 && !IN6_IS_ADDR_V4MAPPED(&six)) {
            return mix(FNV_BASIS + 2, &six, 8);
        }
    }
    return mix(FNV_BASIS + 3, address.ptr, address.len);
}

uint64_t limits_key_account(struct str username, struct str address)
{
    uint64_t key = limits_key_address(address);
    return mix(mix(FNV_BASIS + 4, &key, sizeof(key)), username.ptr, username.len);
}

static void refill(struct bucket *b, const struct rate *rate, int64_t now_ms)
{
    if (now_ms > b->at_ms) {
        b->tokens += (double)(now_ms - b->at_ms) / 1000.0 * rate->per_second;
        b->at_ms = now_ms;
    }
    if (b->tokens > rate->burst) {
        b->tokens = rate->burst;
    }
}

static struct bucket *find(struct limits *l, enum limit limit, uint64_t key,
                           int64_t now_ms)
{
    const struct rate *rate = &l->rates[limit];
    struct bucket *set = &l->tables[limit][key % SETS * WAYS];
    struct bucket *victim = &set[0];
    for (size_t i = 0; i < WAYS; i++) {
        struct bucket *b = &set[i];
        if (b->key == key) {
            refill(b, rate, now_ms);
            return b;
        }
        if (b->key != 0) {
            refill(b, rate, now_ms);
        }
        bool matters_less =
            b->key == 0 || (victim->key != 0 && b->tokens > victim->tokens);
        if (matters_less) {
            victim = b;
        }
    }
    *victim = (struct bucket){.key = key, .tokens = rate->burst, .at_ms = now_ms};
    return victim;
}

static bool ask(struct limits *l, enum limit limit, uint64_t key, int64_t now_ms,
                double take, int64_t *retry_s)
{
    assert(limit > LIMIT_NONE && limit < LIMIT_COUNT);
    pthread_mutex_lock(&l->lock);
    struct bucket *b = find(l, limit, key, now_ms);
    bool good = b->tokens >= 1;
    if (good) {
        b->tokens -= take;
    } else {
        *retry_s = 1 + (int64_t)((1 - b->tokens) / l->rates[limit].per_second);
    }
    pthread_mutex_unlock(&l->lock);
    return good;
}

bool limits_take(struct limits *l, enum limit limit, uint64_t key, int64_t now_ms,
                 int64_t *retry_s)
{
    return ask(l, limit, key, now_ms, 1, retry_s);
}

bool limits_allow(struct limits *l, enum limit limit, uint64_t key, int64_t now_ms,
                  int64_t *retry_s)
{
    return ask(l, limit, key, now_ms, 0, retry_s);
}
