#include "lib/crypto.h"

#include <sodium.h>
#include <stdlib.h>

#include "lib/log.h"

#define ARGON2_PASSES 2
#define ARGON2_MEMORY ((size_t)19 * 1024 * 1024)

_Static_assert(CRYPTO_PASSWORD_SIZE >= crypto_pwhash_STRBYTES, "a hash fits");

/* Verified against when there is no account, so that both answers take the same time. */
static char nobody[CRYPTO_PASSWORD_SIZE];

void crypto_init(void)
{
    if (sodium_init() < 0 || crypto_password_hash(STR("nobody"), nobody) != E_OK) {
        log_error("crypto.failed", "what=init");
        abort();
    }
}

void crypto_random(void *out, size_t len)
{
    randombytes_buf(out, len);
}

void crypto_digest(struct str in, unsigned char out[CRYPTO_DIGEST_BYTES])
{
    crypto_generichash(out, CRYPTO_DIGEST_BYTES, (const unsigned char *)in.ptr, in.len,
                       NULL, 0);
}

void crypto_mac(const unsigned char key[CRYPTO_KEY_BYTES], struct str in,
                unsigned char *out, size_t out_len)
{
    crypto_generichash(out, out_len, (const unsigned char *)in.ptr, in.len, key,
                       CRYPTO_KEY_BYTES);
}

bool crypto_equal(const void *a, const void *b, size_t len)
{
    return sodium_memcmp(a, b, len) == 0;
}

void crypto_forget(void *ptr, size_t len)
{
    sodium_memzero(ptr, len);
}

enum err crypto_password_hash(struct str password, char out[CRYPTO_PASSWORD_SIZE])
{
    memset(out, 0, CRYPTO_PASSWORD_SIZE);
    if (crypto_pwhash_str_alg(out, password.ptr, password.len, ARGON2_PASSES,
                              ARGON2_MEMORY, crypto_pwhash_ALG_ARGON2ID13) != 0) {
        log_error("crypto.failed", "what=argon2id");
        return E_UNAVAILABLE;
    }
    return E_OK;
}

bool crypto_password_verify(struct str password, const char *stored)
{
    char padded[CRYPTO_PASSWORD_SIZE] = {0};
    const char *hash = stored != NULL ? stored : nobody;
    memcpy(padded, hash, strnlen(hash, sizeof(padded) - 1));
    bool right = crypto_pwhash_str_verify(padded, password.ptr, password.len) == 0;
    return right && stored != NULL;
}

void crypto_base64_encode(const void *in, size_t len, char *out, size_t out_size)
{
    sodium_bin2base64(out, out_size, in, len, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

bool crypto_base64_decode(struct str in, void *out, size_t len)
{
    size_t got = 0;
    const char *end = NULL;
    return in.len > 0 &&
           sodium_base642bin(out, len, in.ptr, in.len, NULL, &got, &end,
                             sodium_base64_VARIANT_URLSAFE_NO_PADDING) == 0 &&
           got == len && end == in.ptr + in.len;
}
