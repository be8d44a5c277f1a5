#include "input/decoder.h"

#include "base/arena.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

void raw_init(struct raw *raw, int fd)
{
    *raw = (struct raw){.fd = fd, .bytes = memory_buffer(RAW_BYTES), .left = UINT64_MAX};
}

void raw_done(struct raw *raw)
{
    free(raw->bytes);
    raw->bytes = NULL;
}

int64_t raw_seek(struct raw *raw, int64_t offset, int whence)
{
    if (whence == SEEK_CUR)
        offset -= (int64_t)(raw->to - raw->from);
    off_t at = lseek(raw->fd, offset, whence);
    if (at < 0) {
        raw->error = errno;
        return -1;
    }
    raw->from = raw->to = 0;
    raw->end = false;
    return at;
}

/* A descriptor inherited from somewhere else can be non-blocking: wait instead of failing. */
static ssize_t read_some(struct raw *raw, uint8_t *buffer, size_t size)
{
    if (raw->end)
        return 0;
    if (raw->pull) {
        ssize_t n = raw->pull(raw->context, buffer, size, &raw->failure);
        raw->read_bytes += n > 0 ? (uint64_t)n : 0;
        raw->end = n == 0;
        raw->error = n < 0 ? EIO : 0;
        return n;
    }
    size = size < raw->left ? size : (size_t)raw->left;
    for (;;) {
        ssize_t n = read(raw->fd, buffer, size < SSIZE_MAX ? size : SSIZE_MAX);
        if (n >= 0) {
            raw->read_bytes += (uint64_t)n;
            raw->left -= raw->left == UINT64_MAX ? 0 : (uint64_t)n;
            raw->end = n == 0;
            return n;
        }
        if (errno == EAGAIN || errno == EWOULDBLOCK)
            poll(&(struct pollfd){.fd = raw->fd, .events = POLLIN}, 1, -1);
        else if (errno != EINTR) {
            raw->error = errno;
            return -1;
        }
    }
}

ssize_t raw_fill(struct raw *raw)
{
    if (raw->from > 0) {
        memmove(raw->bytes, raw->bytes + raw->from, raw->to - raw->from);
        raw->to -= raw->from;
        raw->from = 0;
    }
    if (raw->to == RAW_BYTES)
        return 0;
    ssize_t n = read_some(raw, raw->bytes + raw->to, RAW_BYTES - raw->to);
    if (n > 0)
        raw->to += (size_t)n;
    return n;
}

ssize_t raw_read(struct raw *raw, uint8_t *buffer, size_t size)
{
    size_t ready = raw->to - raw->from;
    if (ready == 0)
        return read_some(raw, buffer, size);
    size_t n = size < ready ? size : ready;
    memcpy(buffer, raw->bytes + raw->from, n);
    raw->from += n;
    return (ssize_t)n;
}
