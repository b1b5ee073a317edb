/* The file of the invite key: 32 random bytes in base64url and a newline, mode 0600. It
 * is written under another name first, so that a half-written key is never found. */
#include "api/store/invite_key.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/log.h"

enum { KEY_TEXT_SIZE = CRYPTO_BASE64_SIZE(CRYPTO_KEY_BYTES) }; /* with NUL or newline */

static enum err refuse(const char *what, const char *path)
{
    log_error("invite_key.refused", "what=%s path=%s errno=%d", what, path, errno);
    return E_UNAVAILABLE;
}

/* E_NOT_FOUND when there is no such file. */
static enum err read_key(const char *path, unsigned char key[CRYPTO_KEY_BYTES])
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) {
        return errno == ENOENT ? E_NOT_FOUND : refuse("open", path);
    }
    char text[KEY_TEXT_SIZE + 1];
    ssize_t got = read(fd, text, sizeof(text));
    struct stat st = {.st_mode = 0};
    bool open_to_others = fstat(fd, &st) != 0 || (st.st_mode & 077) != 0;
    close(fd);
    if (open_to_others) {
        log_warn("invite_key.exposed", "path=%s mode=%o", path, st.st_mode & 0777U);
    }
    enum err e = E_OK;
    if (got != KEY_TEXT_SIZE || text[KEY_TEXT_SIZE - 1] != '\n' ||
        !crypto_base64_decode((struct str){text, KEY_TEXT_SIZE - 1}, key,
                              CRYPTO_KEY_BYTES)) {
        e = refuse("content", path);
    }
    crypto_forget(text, sizeof(text));
    return e;
}

static bool write_durably(int fd, const char *text, size_t len)
{
    return write(fd, text, len) == (ssize_t)len && fsync(fd) == 0;
}

static enum err make_key(const char *path)
{
    char unfinished[4096];
    int n = snprintf(unfinished, sizeof(unfinished), "%s.new", path);
    if (n < 0 || (size_t)n >= sizeof(unfinished)) {
        errno = ENAMETOOLONG;
        return refuse("name", path);
    }
    unlink(unfinished);
    int fd = open(unfinished, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) {
        return refuse("make", path);
    }
    unsigned char key[CRYPTO_KEY_BYTES];
    char text[KEY_TEXT_SIZE];
    crypto_random(key, sizeof(key));
    crypto_base64_encode(key, sizeof(key), text, sizeof(text));
    text[KEY_TEXT_SIZE - 1] = '\n';
    bool written = write_durably(fd, text, sizeof(text));
    close(fd);
    crypto_forget(key, sizeof(key));
    crypto_forget(text, sizeof(text));
    if (!written || rename(unfinished, path) != 0) {
        enum err e = refuse("write", path);
        unlink(unfinished);
        return e;
    }
    log_info("invite_key.made", "path=%s", path);
    return E_OK;
}

enum err invite_key_load(const char *path, unsigned char key[CRYPTO_KEY_BYTES])
{
    enum err e = read_key(path, key);
    if (e == E_NOT_FOUND) {
        e = make_key(path);
        if (e == E_OK) {
            e = read_key(path, key);
        }
    }
    return e == E_NOT_FOUND ? E_UNAVAILABLE : e;
}
