/* The adapter of libsodium: random bytes, hashes, MACs, passwords, base64url. */
#ifndef MOOTHALL_LIB_CRYPTO_H
#define MOOTHALL_LIB_CRYPTO_H

#include "lib/err.h"
#include "lib/str.h"

enum {
    CRYPTO_DIGEST_BYTES = 32,
    CRYPTO_KEY_BYTES = 32,
    CRYPTO_PASSWORD_SIZE = 128, /* of a stored password hash, with its NUL */
};

void crypto_init(void); /* once, before any thread; ends the process if it cannot */

void crypto_random(void *out, size_t len);
void crypto_digest(struct str in, unsigned char out[CRYPTO_DIGEST_BYTES]); /* BLAKE2b */
void crypto_mac(const unsigned char key[CRYPTO_KEY_BYTES], struct str in,
                unsigned char *out, size_t out_len); /* keyed BLAKE2b, 16 to 64 bytes */
must_check bool crypto_equal(const void *a, const void *b,
                             size_t len);  /* constant time */
void crypto_forget(void *ptr, size_t len); /* zeroes for good */

/* Argon2id, t=2, m=19 MiB: tens of milliseconds. E_UNAVAILABLE when memory lacks. */
must_check enum err crypto_password_hash(struct str password,
                                         char out[CRYPTO_PASSWORD_SIZE]);
/* False for a wrong password. stored = NULL takes as long, and is false. */
must_check bool crypto_password_verify(struct str password, const char *stored);

/* base64url without padding (RFC 4648 §5). Encoding writes a NUL as well. */
#define CRYPTO_BASE64_SIZE(bytes) (((bytes)*4 + 2) / 3 + 1)
void crypto_base64_encode(const void *in, size_t len, char *out, size_t out_size);
/* Exactly len bytes, in the one canonical spelling; else false. */
must_check bool crypto_base64_decode(struct str in, void *out, size_t len);

#endif
