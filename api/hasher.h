/* Passwords are hashed on few threads of their own, so that sign-ins cannot take all
 * cores and workers. Callers wait; bounded: beyond it E_UNAVAILABLE at once. */
#ifndef MOOTHALL_API_HASHER_H
#define MOOTHALL_API_HASHER_H

#include "lib/crypto.h"
#include "lib/err.h"

struct hasher;

struct hasher *hasher_start(size_t threads, size_t waiters);
void hasher_stop(struct hasher *h);

must_check enum err hasher_hash(struct hasher *h, struct str password,
                                char out[CRYPTO_PASSWORD_SIZE]);
/* stored = NULL (no such account) takes as long; *right is false then. */
must_check enum err hasher_verify(struct hasher *h, struct str password,
                                  const char *stored, bool *right);

#endif
