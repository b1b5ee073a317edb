/* Invite codes: the invite's id and a MAC of it under a key outside the database, so
 * that a stolen copy of the database opens no group. 24 bytes, 32 characters base64url.
 * The same id gives the same code for ever: codes can be shown again. */
#ifndef MOOTHALL_API_STORE_INVITE_CODE_H
#define MOOTHALL_API_STORE_INVITE_CODE_H

#include "lib/crypto.h"

enum { INVITE_CODE_LEN = 32, INVITE_CODE_SIZE = INVITE_CODE_LEN + 1 };

void invite_code_make(const unsigned char key[CRYPTO_KEY_BYTES], int64_t invite,
                      char out[INVITE_CODE_SIZE]);
/* False for anything invite_code_make would not have made with this key. */
must_check bool invite_code_parse(const unsigned char key[CRYPTO_KEY_BYTES],
                                  struct str code, int64_t *invite);

#endif
