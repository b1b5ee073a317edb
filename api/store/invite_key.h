/* The key of the invite codes, in a file of its own apart from the database. */
#ifndef MOOTHALL_API_STORE_INVITE_KEY_H
#define MOOTHALL_API_STORE_INVITE_KEY_H

#include "lib/crypto.h"

/* Reads the file; makes one with a fresh key, mode 0600, if there is none. E_UNAVAILABLE
 * (logged) when it cannot be read or made, or holds something else. */
must_check enum err invite_key_load(const char *path,
                                    unsigned char key[CRYPTO_KEY_BYTES]);

#endif
