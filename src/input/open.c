/* One way in for every kind of file: a plain regular file is mapped, everything else goes through a
 * `decoder`, which is a buffered descriptor with a codec on top (none for plain streams) and a place for
 * bytes that were peeked at. */
#include "input/input.h"

#include "base/arena.h"
#include "input/decoder.h"
#include "input/mapped.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEAD_BYTES 512 /* a tar header; every other magic is in the first 16 */

struct decoder {
    struct raw raw;
    const struct codec *codec; /* NULL: plain */
    void *state;               /* of the codec */
    enum decode_status status; /* what comes behind the bytes handed out so far; sticky once it is not MORE */
    const char *reason;
    uint64_t text_bytes; /* decoded so far */
    uint8_t *peeked;     /* [peeked_from, peeked_to) was decoded by a peek and is read first */
    size_t peeked_from, peeked_to;
};

/* What the first bytes say. A magic that needs more than 4 bytes to be told from text has them all. */
static const struct magic {
    const char *bytes;
    size_t len, offset;
    const struct codec *codec;
    const char *unsupported; /* subject of "... are not supported by this build" */
} magics[] = {
    {"\x28\xb5\x2f\xfd", 4, 0, &codec_zstd, NULL},
    {"\x1f\x8b", 2, 0, &codec_gzip, NULL},
    {"\xfd"
     "7zXZ\0",
     6, 0, NULL, "xz archives"},
    {"BZh", 3, 0, NULL, "bzip2 archives"},
    {"\x04\x22\x4d\x18", 4, 0, NULL, "lz4 archives"},
    {"PK\x03\x04", 4, 0, NULL, "zip archives"},
    {"PK\x05\x06", 4, 0, NULL, "zip archives"},
    {"7z\xbc\xaf\x27\x1c", 6, 0, NULL, "7z archives"},
    {"\x1f\x9d", 2, 0, NULL, "compress (.Z) archives"},
    {"LPKSHHRH", 8, 0, NULL, "journal files (pipe `journalctl -o export` instead)"},
    {"ustar", 5, 257, NULL, "tar archives"},
};

/* "BZh" may begin a word: behind it come the level and the digits of pi (or of its root, in an empty file).
 */
static bool bzip2_follows(struct span head)
{
    return head.len >= 10 && head.ptr[3] >= '1' && head.ptr[3] <= '9' &&
           (memcmp(head.ptr + 4, "1AY&SY", 6) == 0 ||
            memcmp(head.ptr + 4, "\x17\x72\x45\x38\x50\x90", 6) == 0);
}

static const struct magic *magic_of(struct span head)
{
    /* zstd's skippable frames have 16 magics, and may come first (pzstd, seekable). */
    if (head.len >= 4 && (head.ptr[0] & 0xf0) == 0x50 && memcmp(head.ptr + 1, "\x2a\x4d\x18", 3) == 0)
        return &magics[0];
    for (size_t i = 0; i < sizeof magics / sizeof *magics; i++) {
        const struct magic *m = &magics[i];
        if (head.len >= m->offset + m->len && memcmp(head.ptr + m->offset, m->bytes, m->len) == 0 &&
            (m->bytes[0] != 'B' || bzip2_follows(head)))
            return m;
    }
    return NULL;
}

/* True while `head` could still grow into a magic: a stream is waited for only then. */
static bool magic_possible(struct span head)
{
    if (head.len == 0)
        return true;
    if (head.len < 4 && (head.ptr[0] & 0xf0) == 0x50)
        return head.len < 2 || head.ptr[1] == 0x2a;
    for (size_t i = 0; i < sizeof magics / sizeof *magics; i++) {
        const struct magic *m = &magics[i];
        size_t len = m->bytes[0] == 'B' ? 10 : m->len, known = m->len < head.len ? m->len : head.len;
        if (m->offset == 0 && head.len < len && memcmp(head.ptr, m->bytes, known) == 0)
            return true;
    }
    return false;
}

static int refuse(struct input *input, const struct magic *magic, struct onset_error *err)
{
    return error_set(err, "'%s': %s are not supported by this build", input->file->name, magic->unsupported);
}

static int decoder_start(struct input *input, const struct codec *codec, struct onset_error *err)
{
    struct decoder *d = input->decoder;
    d->codec = codec;
    if (codec && !(d->state = codec->start()))
        return error_set(err, "cannot decode '%s': out of memory", input->file->name);
    return 0;
}

static struct decoder *decoder_new(int fd)
{
    struct decoder *d = memory_alloc(sizeof *d);
    raw_init(&d->raw, fd);
    return d;
}

static struct decoder *decoder_free(struct decoder *d)
{
    if (!d)
        return NULL;
    if (d->state)
        d->codec->stop(d->state);
    raw_done(&d->raw);
    free(d->peeked);
    free(d);
    return NULL;
}

/* Decode into buffer: bytes, or 0 with d->status set. */
static size_t decoder_step(struct decoder *d, uint8_t *buffer, size_t size)
{
    size_t bytes = 0;
    while (bytes == 0 && d->status == DECODE_MORE) {
        if (d->codec) {
            d->status = d->codec->step(d->state, &d->raw, buffer, size, &bytes, &d->reason);
        } else {
            ssize_t n = raw_read(&d->raw, buffer, size);
            d->status = n < 0 ? DECODE_UNREADABLE : n == 0 ? DECODE_END : DECODE_MORE;
            bytes = n > 0 ? (size_t)n : 0;
        }
    }
    d->text_bytes += bytes;
    return bytes;
}

static int decoder_outcome(const struct input *input, struct onset_error *err)
{
    const struct decoder *d = input->decoder;
    if (d->status == DECODE_UNREADABLE)
        return error_set(err, "cannot read '%s': %s", input->file->name, strerror(d->raw.error));
    if (d->status == DECODE_BROKEN)
        return error_set(err, "'%s': %s after %llu bytes", input->file->name, d->reason,
                         (unsigned long long)d->text_bytes);
    return 0;
}

/* A regular file with a size: its head can be looked at without moving the descriptor. */
static int open_regular(struct input *input, size_t size, struct onset_error *err)
{
    uint8_t head[HEAD_BYTES];
    ssize_t n;
    while ((n = pread(input->fd, head, sizeof head, 0)) < 0 && errno == EINTR)
        ;
    if (n < 0)
        return error_set(err, "cannot read '%s': %s", input->file->name, strerror(errno));
    const struct magic *magic = magic_of(span_make(head, (size_t)n));
    if (magic && !magic->codec)
        return refuse(input, magic, err);
    if (!magic && (input->map = mapped_open(input->fd, size))) {
        input->map_bytes = size;
        return 0;
    }
    posix_fadvise(input->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
    input->decoder = decoder_new(input->fd);
    if (!magic)
        return 0;
    if (decoder_start(input, magic->codec, err) < 0)
        return -1;
    n = input_peek(input, head, sizeof head, err); /* an error in here is met again by the first read */
    const struct magic *inner = n > 0 ? magic_of(span_make(head, (size_t)n)) : NULL;
    return inner && !inner->codec ? refuse(input, inner, err) : 0;
}

/* A stream: read until its first bytes are told from every magic, which one byte of text usually is. */
static int open_stream(struct input *input, struct onset_error *err)
{
#ifdef F_SETPIPE_SZ
    fcntl(input->fd, F_SETPIPE_SZ, 1 << 20); /* fails on what is no pipe: no harm */
#endif
    struct decoder *d = input->decoder = decoder_new(input->fd);
    while (magic_possible(span_make(d->raw.bytes, d->raw.to)))
        if (raw_fill(&d->raw) <= 0)
            break;
    if (d->raw.error)
        return error_set(err, "cannot read '%s': %s", input->file->name, strerror(d->raw.error));
    const struct magic *magic = magic_of(span_make(d->raw.bytes, d->raw.to));
    if (magic && !magic->codec)
        return refuse(input, magic, err);
    return decoder_start(input, magic ? magic->codec : NULL, err);
}

int input_open(struct input *input, const struct input_file *file, struct onset_error *err)
{
    *input = (struct input){.file = file, .fd = STDIN_FILENO};
    if (strcmp(file->path, "-") != 0)
        while ((input->fd = open(file->path, O_RDONLY | O_CLOEXEC | O_NOCTTY)) < 0 && errno == EINTR)
            ;
    struct stat st;
    if (input->fd < 0 || fstat(input->fd, &st) < 0) {
        error_set(err, "cannot open '%s': %s", file->name, strerror(errno));
        input_close(input, NULL);
        return -1;
    }
    /* Standard input may be a file that someone has begun to read: then it goes on from there, as a stream.
     */
    bool whole = S_ISREG(st.st_mode) && st.st_size > 0 &&
                 (input->fd != STDIN_FILENO || lseek(input->fd, 0, SEEK_CUR) == 0);
    int status = S_ISDIR(st.st_mode) ? error_set(err, "cannot open '%s': %s", file->name, strerror(EISDIR))
                 : whole             ? open_regular(input, (size_t)st.st_size, err)
                                     : open_stream(input, err);
    if (input->decoder)
        input->bytes_raw = input->decoder->raw.read_bytes;
    if (status < 0)
        input_close(input, NULL);
    return status;
}

static size_t copy_map(const struct input *input, uint8_t *buffer, size_t size)
{
    size_t left = input->map_bytes - input->map_at;
    size_t n = size < left ? size : left;
    memcpy(buffer, input->map + input->map_at, n);
    return n;
}

ssize_t input_read(struct input *input, uint8_t *buffer, size_t size, struct onset_error *err)
{
    if (input->map) {
        size_t n = copy_map(input, buffer, size);
        input->map_at += n;
        return (ssize_t)n;
    }
    struct decoder *d = input->decoder;
    size_t n = d->peeked_to - d->peeked_from;
    if (n > 0) {
        n = size < n ? size : n;
        memcpy(buffer, d->peeked + d->peeked_from, n);
        d->peeked_from += n;
        return (ssize_t)n;
    }
    if (size == 0)
        return 0;
    n = decoder_step(d, buffer, size);
    input->bytes_raw = d->raw.read_bytes;
    return n > 0 ? (ssize_t)n : decoder_outcome(input, err);
}

ssize_t input_peek(struct input *input, uint8_t *buffer, size_t size, struct onset_error *err)
{
    if (input->map)
        return (ssize_t)copy_map(input, buffer, size);
    struct decoder *d = input->decoder;
    size_t have = d->peeked_to - d->peeked_from;
    if (have < size && d->status == DECODE_MORE) {
        if (d->peeked_from > 0)
            memmove(d->peeked, d->peeked + d->peeked_from, have);
        d->peeked_from = 0;
        d->peeked = memory_resize(d->peeked, size);
        size_t n;
        while (have < size && (n = decoder_step(d, d->peeked + have, size - have)) > 0)
            have += n;
        d->peeked_to = have;
        input->bytes_raw = d->raw.read_bytes;
    }
    if (have == 0)
        return size == 0 ? 0 : decoder_outcome(input, err);
    size_t n = size < have ? size : have;
    memcpy(buffer, d->peeked + d->peeked_from, n);
    return (ssize_t)n;
}

void input_release(struct input *input, size_t from, size_t to)
{
    if (input->map)
        mapped_release(input->map, input->map_bytes, from, to < input->map_bytes ? to : input->map_bytes);
}

void input_close(struct input *input, bool *ret_short_read)
{
    bool short_read = false;
    if (input && input->map) {
        struct stat st;
        short_read = fstat(input->fd, &st) == 0 && (uint64_t)st.st_size < input->map_bytes;
        short_read |= mapped_close(input->map, input->map_bytes);
    }
    if (input) {
        input->decoder = decoder_free(input->decoder);
        if (input->fd > STDIN_FILENO)
            close(input->fd);
        input->map = NULL;
        input->map_bytes = 0;
        input->fd = -1;
    }
    if (ret_short_read)
        *ret_short_read = short_read;
}

const char *input_libraries(void)
{
    static _Thread_local char text[64];
    snprintf(text, sizeof text, "zstd %s, %s%s", codec_zstd_library(), HAVE_ISAL ? "" : "zlib ",
             codec_gzip_library());
    return text;
}
