/* One way in for every kind of file: a plain regular file is mapped, everything else goes through a
 * `decoder`, which is a buffered descriptor with a codec on top (none for plain streams) and a place for
 * bytes that were peeked at. An archive stands on a decoder, and each of its members is an input with a
 * decoder of its own that reads from it: so members may be compressed, or archives, too. Only a zip or 7z
 * that is a plain file can be sought in. */
#include "input/input.h"

#include "base/arena.h"
#include "base/late.h"
#include "input/ahead.h"
#include "input/decoder.h"
#include "input/mapped.h"
#include "input/members.h"
#include "input/zstd_frames.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEAD_BYTES  512                 /* a tar header; every other magic is in the first 16 */
#define TAR_MAGIC   257                 /* where it stands */
#define ARCHIVE_MAX 4                   /* archives within archives */
#define AHEAD_FROM  ((uint64_t)1 << 20) /* of text: below, a thread costs more than it saves */

struct decoder {
    struct raw raw;
    const struct input_file *file;
    const struct codec *codec;  /* NULL: plain */
    void *state;                /* of the codec */
    enum decode_status decoded; /* what comes behind the bytes decoded so far; sticky once it is not MORE */
    enum decode_status status;  /* ... behind those handed out */
    const char *reason;
    uint64_t decoded_bytes;
    const char *hole; /* why there is one, the first of them, behind hole_bytes of text; NULL: none */
    uint64_t hole_bytes;
    uint64_t text_bytes; /* handed out so far */
    bool is_file;        /* it is decoded from a regular file, which never keeps a thread waiting */
    bool may_run_ahead;
    struct ahead *ahead; /* then raw, state, decoded and reason are its thread's until status is not MORE */
    uint64_t ahead_read_bytes;
    uint8_t *peeked; /* [peeked_from, peeked_to) was decoded by a peek and is read first */
    size_t peeked_from, peeked_to;
    struct decoder *parent;   /* of a member: what its archive stands on */
    struct decoder *inner;    /* what this one decodes once more; owned */
    unsigned depth;           /* how many archives it is in */
    struct members *members;  /* of an archive */
    const char *kind;         /* "tar" */
    struct input_file member; /* the one that is read */
    uint64_t member_count;
};

#if HAVE_ARCHIVE
#define THROUGH_ARCHIVE(codec) &codec
#else
#define THROUGH_ARCHIVE(codec) NULL
#endif

#if HAVE_SYSTEMD
#define THROUGH_SYSTEMD(codec) &codec
#else
#define THROUGH_SYSTEMD(codec) NULL
#endif

/* What the first bytes say. A magic that needs more than 4 bytes to be told from text has them all. */
static const struct magic {
    const char *bytes;
    size_t len, offset;
    const struct codec *codec;
    enum archive_kind archive;
    const char
        *name; /* of what is no codec of every build: "NAME archives are not supported by this build" */
} magics[] = {
    {"\x28\xb5\x2f\xfd", 4, 0, &codec_zstd, ARCHIVE_NONE, NULL},
    {"\x1f\x8b", 2, 0, &codec_gzip, ARCHIVE_NONE, NULL},
    {"\xfd"
     "7zXZ\0",
     6, 0, THROUGH_ARCHIVE(codec_xz), ARCHIVE_NONE, "xz"},
    {"BZh", 3, 0, THROUGH_ARCHIVE(codec_bzip2), ARCHIVE_NONE, "bzip2"},
    {"\x04\x22\x4d\x18", 4, 0, THROUGH_ARCHIVE(codec_lz4), ARCHIVE_NONE, "lz4"},
    {"PK\x03\x04", 4, 0, NULL, ARCHIVE_ZIP, "zip"},
    {"PK\x05\x06", 4, 0, NULL, ARCHIVE_ZIP, "zip"},
    {"7z\xbc\xaf\x27\x1c", 6, 0, NULL, ARCHIVE_7Z, "7z"},
    {"\x1f\x9d", 2, 0, NULL, ARCHIVE_NONE, "compress (.Z)"},
    {"LPKSHHRH", 8, 0, THROUGH_SYSTEMD(codec_journal), ARCHIVE_NONE, NULL},
    {"ustar", 5, TAR_MAGIC, NULL, ARCHIVE_TAR, "tar"},
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

bool input_is_packed(struct span head)
{
    return magic_of(head) != NULL;
}

/* True while `head` could still grow into a magic: a stream is waited for only then. A tar header begins with
 * a name, so the first line is waited for. */
static bool magic_possible(struct span head)
{
    if (head.len == 0)
        return true;
    if (head.len < 4 && (head.ptr[0] & 0xf0) == 0x50)
        return head.len < 2 || head.ptr[1] == 0x2a;
    if (head.len == 1 && head.ptr[0] >= 0xFE) /* of a byte order mark */
        return true;
    if (codec_documents_possible(head) || codec_columns_possible(head))
        return true;
    for (size_t i = 0; i < sizeof magics / sizeof *magics; i++) {
        const struct magic *m = &magics[i];
        size_t len = m->bytes[0] == 'B' ? 10 : m->len, known = m->len < head.len ? m->len : head.len;
        if (m->offset == 0 && head.len < len && memcmp(head.ptr, m->bytes, known) == 0)
            return true;
    }
    return head.len < TAR_MAGIC + 5 && !magic_of(head) && !memchr(head.ptr, '\n', head.len);
}

static int refuse(const struct input *input, const struct magic *magic, struct onset_error *err)
{
    if (!magic->name)
        return error_set(err,
                         "'%s': journal files are not supported by this build: pipe `journalctl -o export "
                         "--file '%s'`",
                         input->file->name, input->file->name);
    return error_set(err, "'%s': %s archives are not supported by this build", input->file->name,
                     magic->name);
}

static int fail_to_start(const struct input *input, struct onset_error *err)
{
    const char *library = late_missing();
    return library ? error_set(err, "cannot decode '%s': %s is not installed", input->file->name, library)
                   : error_set(err, "cannot decode '%s': out of memory", input->file->name);
}

static int decoder_start(struct input *input, const struct codec *codec, struct onset_error *err)
{
    struct decoder *d = input->decoder;
    d->codec = codec;
    if (codec && !(d->state = codec->start()))
        return fail_to_start(input, err);
    return 0;
}

static struct decoder *decoder_new(const struct input *input)
{
    struct decoder *d = memory_alloc(sizeof *d);
    d->file = input->file;
    raw_init(&d->raw, input->fd);
    return d;
}

static struct decoder *decoder_free(struct decoder *d)
{
    if (!d)
        return NULL;
    d->ahead = ahead_stop(d->ahead);
    d->members = members_free(d->members);
    input_file_done(&d->member);
    if (d->state)
        d->codec->stop(d->state);
    decoder_free(d->inner);
    raw_done(&d->raw);
    free(d->peeked);
    free(d);
    return NULL;
}

/* Decode into buffer: bytes, or 0 with d->decoded set. An ahead_step. */
static size_t decode(void *context, uint8_t *buffer, size_t size, uint64_t *ret_read_bytes)
{
    struct decoder *d = context;
    size_t bytes = 0;
    while (bytes == 0 && d->decoded == DECODE_MORE) {
        if (d->codec) {
            d->reason = NULL;
            d->decoded = d->codec->step(d->state, &d->raw, buffer, size, &bytes, &d->reason);
            if (d->reason && !d->hole) {
                d->hole = d->reason;
                d->hole_bytes = d->decoded_bytes + bytes;
            }
            if (d->decoded == DECODE_END && d->hole)
                d->decoded = DECODE_BROKEN;
            d->decoded_bytes += bytes;
        } else {
            ssize_t n = raw_read(&d->raw, buffer, size);
            d->decoded = n < 0 ? DECODE_UNREADABLE : n == 0 ? DECODE_END : DECODE_MORE;
            bytes = n > 0 ? (size_t)n : 0;
        }
    }
    *ret_read_bytes = d->raw.read_bytes;
    return bytes;
}

/* The next bytes into buffer, or 0 with d->status set. */
static size_t decoder_step(struct decoder *d, uint8_t *buffer, size_t size)
{
    if (d->status != DECODE_MORE)
        return 0;
    if (!d->ahead && d->may_run_ahead && d->text_bytes >= AHEAD_FROM) {
        d->ahead = ahead_start(decode, d);
        d->may_run_ahead = d->ahead != NULL;
    }
    uint64_t read_bytes;
    size_t bytes = d->ahead ? ahead_read(d->ahead, buffer, size, &d->ahead_read_bytes)
                            : decode(d, buffer, size, &read_bytes);
    if (bytes == 0)
        d->status = d->decoded;
    d->text_bytes += bytes;
    return bytes;
}

static int decoder_outcome(const struct decoder *d, struct onset_error *err)
{
    if (d->status == DECODE_UNREADABLE && d->parent) {
        *err = d->raw.failure;
        return -1;
    }
    if (d->status == DECODE_UNREADABLE)
        return error_set(err, "cannot read '%s': %s", d->file->name, strerror(d->raw.error));
    if (d->status == DECODE_BROKEN)
        return error_set(err, "'%s': %s after %llu bytes", d->file->name, d->hole,
                         (unsigned long long)d->hole_bytes);
    return 0;
}

static uint64_t decoder_replaced(const struct decoder *d)
{
    return d->raw.replaced + (d->inner ? decoder_replaced(d->inner) : 0);
}

/* What was peeked at, then what is decoded. */
static size_t decoder_read(struct decoder *d, uint8_t *buffer, size_t size)
{
    size_t n = d->peeked_to - d->peeked_from;
    if (n == 0)
        return decoder_step(d, buffer, size);
    n = size < n ? size : n;
    memcpy(buffer, d->peeked + d->peeked_from, n);
    d->peeked_from += n;
    return n;
}

/* Bytes of the file that were read; of a member: of the file that its archive is. */
static uint64_t decoder_bytes(const struct decoder *d)
{
    return d->parent ? decoder_bytes(d->parent) : d->ahead ? d->ahead_read_bytes : d->raw.read_bytes;
}

static ssize_t archive_read_bytes(void *context, uint8_t *buffer, size_t size)
{
    struct decoder *d = context;
    size_t n = decoder_read(d, buffer, size);
    return n > 0 ? (ssize_t)n : d->status == DECODE_END ? 0 : -1;
}

static int64_t archive_seek_bytes(void *context, int64_t offset, int whence)
{
    struct decoder *d = context;
    int64_t at = raw_seek(&d->raw, offset, whence);
    d->decoded = d->status = at < 0 ? DECODE_UNREADABLE : DECODE_MORE;
    struct stat st;
    bool behind = at >= 0 && fstat(d->raw.fd, &st) == 0 && at > st.st_size; /* nothing else would tell */
    return behind ? -1 : at;
}

static int archive_start(struct input *input, const struct magic *magic, bool file, struct onset_error *err)
{
    struct decoder *d = input->decoder;
    if (d->depth >= ARCHIVE_MAX)
        return error_set(err, "'%s': more than %d archives within each other", input->file->name,
                         ARCHIVE_MAX);
    if (magic->archive == ARCHIVE_7Z && !file)
        return error_set(err, "'%s': a 7z archive can only be read from a file", input->file->name);
    struct members_source source = {d, archive_read_bytes, file ? archive_seek_bytes : NULL};
    d->members = members_new(magic->archive, &source);
    if (!d->members)
        return fail_to_start(input, err);
    d->kind = magic->name;
    input->archive = true;
    return 0;
}

static ssize_t inner_read_bytes(void *context, uint8_t *buffer, size_t size, struct onset_error *err)
{
    struct decoder *d = context;
    size_t n = decoder_read(d, buffer, size);
    return n > 0 ? (ssize_t)n : decoder_outcome(d, err);
}

/* Decode once more what is decoded already. */
static int decode_again(struct input *input, const struct codec *codec, struct onset_error *err)
{
    struct decoder *inner = input->decoder, *outer = decoder_new(input);
    outer->depth = inner->depth;
    outer->inner = outer->parent = inner;
    outer->raw.pull = inner_read_bytes;
    outer->raw.context = inner;
    input->decoder = outer;
    return decoder_start(input, codec, err);
}

static const struct codec *record_codec(struct span head)
{
    return codec_documents_likely(head) ? &codec_documents
           : codec_columns_likely(head) ? &codec_columns
           : codec_cr_likely(head)      ? &codec_cr
                                        : NULL;
}

/* For text that is not one record a line in UTF-8 with newlines. */
static const struct codec *text_codec(struct span head)
{
    const struct codec *utf16 = codec_utf16_of(head);
    return utf16 ? utf16 : record_codec(head);
}

/* Of text, and in UTF-16 of what that is. */
static int start_text(struct input *input, const struct codec *codec, struct onset_error *err)
{
    uint8_t head[HEAD_BYTES];
    struct onset_error ignored; /* met again by the first read */
    if (decoder_start(input, codec, err) < 0)
        return -1;
    if (codec != &codec_utf16_le && codec != &codec_utf16_be)
        return 0;
    ssize_t n = input_peek(input, head, sizeof head, &ignored);
    const struct codec *inner = record_codec(span_make(head, n > 0 ? (size_t)n : 0));
    return inner ? decode_again(input, inner, err) : 0;
}

/* Set up what the first bytes ask for. `file`: the descriptor is a regular file at its beginning. */
static int start(struct input *input, const struct magic *magic, bool file, struct onset_error *err)
{
    struct decoder *d = input->decoder;
    if (magic && magic->codec) {
        uint8_t head[HEAD_BYTES];
        struct onset_error ignored; /* met again by the first read */
        if (decoder_start(input, magic->codec, err) < 0)
            return -1;
        ssize_t n = input_peek(input, head, sizeof head, &ignored);
        struct span text = span_make(head, n > 0 ? (size_t)n : 0);
        const struct codec *of_text = text_codec(text);
        if (of_text)
            return decode_again(input, of_text, err);
        magic = magic_of(text);
        if (magic && magic->codec) /* a journal; nobody compresses a log twice */
            return decode_again(input, magic->codec, err);
        d->is_file = d->may_run_ahead = file;
        file = false;
    }
    if (!magic)
        return 0;
    return HAVE_ARCHIVE && magic->archive ? archive_start(input, magic, file, err)
                                          : refuse(input, magic, err);
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
    const struct codec *of_text = magic ? NULL : text_codec(span_make(head, (size_t)n));
    if (!magic && !of_text && (input->map = mapped_open(input->fd, size))) {
        input->map_bytes = size;
        return 0;
    }
    posix_fadvise(input->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
    input->decoder = decoder_new(input);
    return of_text ? start_text(input, of_text, err) : start(input, magic, true, err);
}

/* A stream, or a member: read until its first bytes are told from every magic, which the first line of text
 * is. */
static int open_stream(struct input *input, struct onset_error *err)
{
    struct decoder *d = input->decoder;
    while (magic_possible(span_make(d->raw.bytes, d->raw.to)))
        if (raw_fill(&d->raw) <= 0)
            break;
    if (d->raw.error && d->raw.to == 0) {
        d->decoded = d->status = DECODE_UNREADABLE;
        return decoder_outcome(d, err);
    }
    struct span head = span_make(d->raw.bytes, d->raw.to);
    const struct magic *magic = magic_of(head);
    const struct codec *of_text = magic ? NULL : text_codec(head);
    return of_text ? start_text(input, of_text, err) : start(input, magic, false, err);
}

static int open_pipe(struct input *input, struct onset_error *err)
{
#ifdef F_SETPIPE_SZ
    fcntl(input->fd, F_SETPIPE_SZ, 1 << 20); /* fails on what is no pipe: no harm */
#endif
    input->decoder = decoder_new(input);
    return open_stream(input, err);
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
                                     : open_pipe(input, err);
    if (input->decoder)
        input->bytes_raw = decoder_bytes(input->decoder);
    if (status < 0)
        input_close(input, NULL);
    return status;
}

/* How an archive failed: by what it stands on, or by itself. */
static int archive_outcome(const struct decoder *d, const char *reason, struct onset_error *err)
{
    if (decoder_outcome(d, err) == 0)
        error_set(err, "'%s': invalid %s archive (%s) after %llu members", d->file->name, d->kind, reason,
                  (unsigned long long)d->member_count);
    return -1;
}

static ssize_t member_read_bytes(void *context, uint8_t *buffer, size_t size, struct onset_error *err)
{
    struct decoder *d = context;
    const char *reason;
    ssize_t n = members_read(d->members, buffer, size, &reason);
    if (n < 0 && decoder_outcome(d, err) == 0)
        error_set(err, "'%s': invalid %s member (%s)", d->member.name, d->kind, reason);
    return n;
}

int input_next_member(struct input *archive, struct input *ret_member, struct onset_error *err)
{
    struct decoder *d = archive->decoder;
    struct member found;
    const char *reason;
    int status = members_next(d->members, &found, &reason);
    archive->bytes_raw = decoder_bytes(d);
    if (status <= 0)
        return status < 0 ? archive_outcome(d, reason, err) : 0;
    d->member_count++;
    input_file_done(&d->member);
    input_file_member(&d->member, archive->file, &found);
    *ret_member = (struct input){.file = &d->member, .fd = -1};
    struct decoder *own = ret_member->decoder = decoder_new(ret_member);
    own->parent = d;
    own->depth = d->depth + 1;
    own->raw.pull = member_read_bytes;
    own->raw.context = d;
    if (open_stream(ret_member, err) < 0) {
        own->raw.failure = *err;
        own->decoded = own->status = DECODE_UNREADABLE;
    }
    ret_member->bytes_raw = decoder_bytes(own);
    return 1;
}

static size_t copy_map(const struct input *input, uint8_t *buffer, size_t size)
{
    size_t left = input->map_bytes - input->map_at;
    size_t n = size < left ? size : left;
    memcpy(buffer, input->map + input->map_at, n);
    return n;
}

/* For who asks for its bytes as if it were one text. */
static int refuse_archive(const struct input *input, struct onset_error *err)
{
    return error_set(err, "'%s': archives are not supported here", input->file->name);
}

ssize_t input_read(struct input *input, uint8_t *buffer, size_t size, struct onset_error *err)
{
    if (input->map) {
        size_t n = copy_map(input, buffer, size);
        input->map_at += n;
        return (ssize_t)n;
    }
    if (input->archive)
        return refuse_archive(input, err);
    if (size == 0)
        return 0;
    struct decoder *d = input->decoder;
    size_t n = decoder_read(d, buffer, size);
    input->bytes_raw = decoder_bytes(d);
    return n > 0 ? (ssize_t)n : decoder_outcome(d, err);
}

ssize_t input_peek(struct input *input, uint8_t *buffer, size_t size, struct onset_error *err)
{
    if (input->map)
        return (ssize_t)copy_map(input, buffer, size);
    if (input->archive)
        return refuse_archive(input, err);
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
        input->bytes_raw = decoder_bytes(d);
    }
    if (have == 0)
        return size == 0 ? 0 : decoder_outcome(d, err);
    size_t n = size < have ? size : have;
    memcpy(buffer, d->peeked + d->peeked_from, n);
    return (ssize_t)n;
}

size_t input_parts(const struct input *input, uint64_t bytes, uint64_t **ret_starts)
{
    const struct decoder *d = input->decoder;
    bool plain_zstd = d && d->codec == &codec_zstd && !d->parent && !d->inner && !d->members;
    return plain_zstd && d->is_file ? zstd_frames(d->raw.fd, bytes, ret_starts) : 0;
}

int input_part(struct input *input, uint64_t from, uint64_t to, bool ahead, struct onset_error *err)
{
    struct decoder *d = input->decoder;
    d->ahead = ahead_stop(d->ahead);
    d->codec->stop(d->state);
    d->peeked_from = d->peeked_to = 0;
    d->text_bytes = d->decoded_bytes = 0;
    d->hole = NULL;
    d->may_run_ahead = ahead;
    d->decoded = d->status = raw_seek(&d->raw, (int64_t)from, SEEK_SET) < 0 ? DECODE_UNREADABLE : DECODE_MORE;
    d->raw.left = to - from;
    return decoder_start(input, d->codec, err) < 0 ? -1 : decoder_outcome(d, err);
}

const char *input_broken(const struct input *input, uint64_t *ret_bytes)
{
    const struct decoder *d = input->decoder;
    *ret_bytes = d ? d->hole_bytes : 0;
    return d && d->status == DECODE_BROKEN ? d->hole : NULL;
}

uint64_t input_replaced(const struct input *input)
{
    return input->decoder ? decoder_replaced(input->decoder) : 0;
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
        input->archive = false;
        input->map = NULL;
        input->map_bytes = 0;
        input->fd = -1;
    }
    if (ret_short_read)
        *ret_short_read = short_read;
}

const char *input_libraries(void)
{
    static _Thread_local char text[128];
    snprintf(text, sizeof text, "zstd %s, %s%s", codec_zstd_library(), HAVE_ISAL ? "" : "zlib ",
             codec_gzip_library());
#if HAVE_ARCHIVE
    snprintf(text + strlen(text), sizeof text - strlen(text), ", %s", members_library());
#endif
#if HAVE_SYSTEMD
    strcat(text, ", libsystemd");
#endif
    return text;
}
