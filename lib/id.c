#include "lib/id.h"

#include "lib/crypto.h"

#define ID_MAX ((INT64_C(1) << 62) - 1)

static const char digits[] =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

int64_t id_random(void)
{
    int64_t id = 0;
    while (id == 0) {
        crypto_random(&id, sizeof(id));
        id &= ID_MAX;
    }
    return id;
}

void id_format(int64_t id, char out[ID_SIZE])
{
    out[ID_LEN] = '\0';
    for (int i = ID_LEN - 1; i >= 0; i--) {
        out[i] = digits[id % 62];
        id /= 62;
    }
}

struct id_text id_text(int64_t id)
{
    struct id_text t;
    id_format(id, t.text);
    return t;
}

bool id_parse(struct str text, int64_t *out)
{
    if (text.len != ID_LEN) {
        return false;
    }
    uint64_t id = 0; /* 62^11 is below 2^66: the bound is checked at each digit */
    for (size_t i = 0; i < ID_LEN; i++) {
        const char *at = memchr(digits, text.ptr[i], 62);
        if (at == NULL || id > (uint64_t)ID_MAX / 62) {
            return false;
        }
        id = id * 62 + (uint64_t)(at - digits);
    }
    if (id == 0 || id > (uint64_t)ID_MAX) {
        return false;
    }
    *out = (int64_t)id;
    return true;
}

void id_random_word(char *out, size_t size)
{
    static const char letters[] = "0123456789abcdefghijklmnopqrstuv"; /* 32: no bias */
    crypto_random(out, size);
    for (size_t i = 0; i + 1 < size; i++) {
        out[i] = letters[(unsigned char)out[i] % 32];
    }
    out[size - 1] = '\0';
}
