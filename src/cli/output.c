/* write(2) instead of stdio: the difference between a closed pipe and a full disk must survive until the exit
 * code. */
#include "cli/output.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void output_init(struct output *out, int fd)
{
    out->fd = fd;
    out->path = out->part = NULL;
    out->any = false;
    out->closed = false;
    out->error = 0;
    out->used = 0;
}

int output_open(struct output *out, const char *path)
{
    struct stat st;
    out->path = path;
    if (stat(path, &st) == 0 && !S_ISREG(st.st_mode)) { /* a pipe, a device */
        out->fd = open(path, O_WRONLY | O_CLOEXEC);
    } else {
        size_t size = strlen(path) + 32;
        out->part = malloc(size);
        if (!out->part) {
            out->error = ENOMEM;
            return -1;
        }
        snprintf(out->part, size, "%s.%ld.part", path, (long)getpid());
        out->fd = open(out->part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    }
    if (out->fd < 0)
        out->error = errno;
    return out->fd < 0 ? -1 : 0;
}

enum onset_packing output_packing(const char *path)
{
    size_t len = path ? strlen(path) : 0;
    return len > 4 && strcmp(path + len - 4, ".zst") == 0 ? ONSET_ZSTD : ONSET_PLAIN;
}

static int write_all(struct output *out, const char *bytes, size_t length)
{
    while (length && !out->closed && !out->error) {
        ssize_t n = write(out->fd, bytes, length);
        if (n >= 0) {
            bytes += n;
            length -= (size_t)n;
        } else if (errno == EPIPE) {
            out->closed = true;
        } else if (errno == EAGAIN) { /* someone made our terminal non-blocking */
            poll(&(struct pollfd){.fd = out->fd, .events = POLLOUT}, 1, -1);
        } else if (errno != EINTR) {
            out->error = errno;
        }
    }
    return out->closed || out->error ? -1 : 0;
}

int output_sink(void *context, const char *bytes, size_t length)
{
    struct output *out = context;
    if (out->closed || out->error)
        return -1;
    out->any = true;
    if (length > sizeof out->buffer - out->used) {
        size_t used = out->used;
        out->used = 0;
        if (write_all(out, out->buffer, used) != 0)
            return -1;
        if (length > sizeof out->buffer)
            return write_all(out, bytes, length);
    }
    memcpy(out->buffer + out->used, bytes, length);
    out->used += length;
    return 0;
}

int output_now(void *context, const char *bytes, size_t length)
{
    struct output *out = context;
    if (output_sink(out, bytes, length) < 0)
        return -1;
    size_t used = out->used;
    out->used = 0;
    return write_all(out, out->buffer, used);
}

void output_puts(struct output *out, const char *text)
{
    output_sink(out, text, strlen(text));
}

void output_printf(struct output *out, const char *format, ...)
{
    char line[4096];
    va_list args;
    va_start(args, format);
    int n = vsnprintf(line, sizeof line, format, args);
    va_end(args);
    if (n > 0)
        output_sink(out, line, (size_t)n < sizeof line ? (size_t)n : sizeof line - 1);
}

int output_finish(struct output *out, bool keep)
{
    size_t used = out->used;
    out->used = 0;
    write_all(out, out->buffer, used);
    if (!out->path || out->fd < 0) {
        free(out->part);
        return out->error ? -1 : 0;
    }
    if (out->part && fsync(out->fd) != 0 && !out->error)
        out->error = errno;
    if (close(out->fd) != 0 && !out->error)
        out->error = errno;
    if (out->part && !out->error && keep && rename(out->part, out->path) != 0)
        out->error = errno;
    if (out->part && (out->error || !keep))
        unlink(out->part);
    free(out->part);
    return out->error ? -1 : 0;
}
