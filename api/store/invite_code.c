#include "api/store/invite_code.h"

enum { ID_BYTES = 8, MAC_BYTES = 16, CODE_BYTES = ID_BYTES + MAC_BYTES };

_Static_assert(CRYPTO_BASE64_SIZE(CODE_BYTES) == INVITE_CODE_SIZE, "no padding");

/* The id in network order, then the MAC over it and what it is for. */
static void fill(const unsigned char key[CRYPTO_KEY_BYTES], int64_t invite,
                 unsigned char out[CODE_BYTES])
{
    unsigned char signed_bytes[ID_BYTES + sizeof("invite") - 1];
    uint64_t bits = (uint64_t)invite;
    for (int i = ID_BYTES - 1; i >= 0; i--) {
        out[i] = (unsigned char)(bits & 0xff);
        bits >>= 8;
    }
    memcpy(signed_bytes, "invite", sizeof("invite") - 1);
    memcpy(signed_bytes + sizeof("invite") - 1, out, ID_BYTES);
    struct str text = {(const char *)signed_bytes, sizeof(signed_bytes)};
    crypto_mac(key, text, out + ID_BYTES, MAC_BYTES);
}

void invite_code_make(const unsigned char key[CRYPTO_KEY_BYTES], int64_t invite,
                      char out[INVITE_CODE_SIZE])
{
    unsigned char bytes[CODE_BYTES];
    fill(key, invite, bytes);
    crypto_base64_encode(bytes, sizeof(bytes), out, INVITE_CODE_SIZE);
}

bool invite_code_parse(const unsigned char key[CRYPTO_KEY_BYTES], struct str code,
                       int64_t *invite)
{
    unsigned char bytes[CODE_BYTES];
    unsigned char right[CODE_BYTES];
    if (code.len != INVITE_CODE_LEN ||
        !crypto_base64_decode(code, bytes, sizeof(bytes))) {
        return false;
    }
    uint64_t bits = 0;
    for (size_t i = 0; i < ID_BYTES; i++) {
        bits = bits << 8 | bytes[i];
    }
    if (bits == 0 || bits > (uint64_t)INT64_MAX) {
        return false;
    }
    fill(key, (int64_t)bits, right);
    *invite = (int64_t)bits;
    return crypto_equal(bytes, right, sizeof(right));
}
