/* gzip: members one behind another, as `cat a.gz b.gz` and many log shippers write them. ISA-L decodes two to
 * three times faster than zlib; both check the CRC and the length of every member. What is the same for both
 * (members, padding, ends) is written once, below the two `inflater`s. */
#include "input/decoder.h"

#include "base/arena.h"

#include <stdlib.h>

/* inflater_run: uses up input, fills output, and tells whether the member goes on, has ended, or is broken.
 */
enum member_status { MEMBER_GOES_ON, MEMBER_ENDED, MEMBER_BROKEN, MEMBER_WRONG_SUM };

#if HAVE_ISAL
#include <isa-l/igzip_lib.h>

struct inflater {
    struct inflate_state stream;
};

static bool inflater_init(struct inflater *inflater)
{
    isal_inflate_init(&inflater->stream);
    return true;
}

static void inflater_reset(struct inflater *inflater)
{
    isal_inflate_reset(&inflater->stream);
    inflater->stream.crc_flag = ISAL_GZIP;
}

static void inflater_done(struct inflater *inflater)
{
    (void)inflater;
}

static enum member_status inflater_run(struct inflater *inflater, struct span *in, uint8_t **out,
                                       size_t *out_bytes)
{
    struct inflate_state *s = &inflater->stream;
    s->next_in = (uint8_t *)in->ptr;
    s->avail_in = (uint32_t)in->len;
    s->next_out = *out;
    s->avail_out = (uint32_t)*out_bytes;
    int status = isal_inflate(s);
    *in = span_make(s->next_in, s->avail_in);
    *out = s->next_out;
    *out_bytes = s->avail_out;
    if (status == ISAL_INCORRECT_CHECKSUM)
        return MEMBER_WRONG_SUM;
    if (status < 0 || status == ISAL_NEED_DICT)
        return MEMBER_BROKEN;
    return s->block_state == ISAL_BLOCK_FINISH ? MEMBER_ENDED : MEMBER_GOES_ON;
}

const char *codec_gzip_library(void)
{
    return "ISA-L";
}
#else
#include <zlib.h>

struct inflater {
    z_stream stream;
};

static bool inflater_init(struct inflater *inflater)
{
    inflater->stream = (z_stream){0};
    return inflateInit2(&inflater->stream, 15 + 16) == Z_OK; /* the largest window, gzip wrapping only */
}

static void inflater_reset(struct inflater *inflater)
{
    inflateReset(&inflater->stream);
}

static void inflater_done(struct inflater *inflater)
{
    inflateEnd(&inflater->stream);
}

static enum member_status inflater_run(struct inflater *inflater, struct span *in, uint8_t **out,
                                       size_t *out_bytes)
{
    z_stream *s = &inflater->stream;
    s->next_in = (Bytef *)in->ptr;
    s->avail_in = (uInt)in->len;
    s->next_out = *out;
    s->avail_out = (uInt)*out_bytes;
    int status = inflate(s, Z_NO_FLUSH);
    *in = span_make(s->next_in, s->avail_in);
    *out = s->next_out;
    *out_bytes = s->avail_out;
    if (status == Z_STREAM_END)
        return MEMBER_ENDED;
    if (status == Z_OK || status == Z_BUF_ERROR)
        return MEMBER_GOES_ON;
    return s->msg && strstr(s->msg, "check") ? MEMBER_WRONG_SUM : MEMBER_BROKEN;
}

const char *codec_gzip_library(void)
{
    return zlibVersion();
}
#endif

struct gzip_state {
    struct inflater inflater;
    bool inside; /* a member has begun and not ended */
    bool held;   /* the last call filled the buffer: more may be ready inside */
};

static void *gzip_start(void)
{
    struct gzip_state *g = memory_buffer(sizeof *g); /* 87 KB with ISA-L: not zeroed for each file */
    g->inside = g->held = false;
    if (!inflater_init(&g->inflater)) {
        free(g);
        return NULL;
    }
    return g;
}

static void gzip_stop(void *state)
{
    struct gzip_state *g = state;
    inflater_done(&g->inflater);
    free(g);
}

#define FLAG_SUM     2 /* of RFC 1952: a sum over the header, behind it */
#define FLAG_EXTRA   4
#define FLAG_NAME    8
#define FLAG_COMMENT 16

/* Is the whole header (RFC 1952) of a member in `bytes`? */
static bool header_complete(struct span bytes)
{
    if (bytes.len < 10)
        return false;
    uint8_t flags = bytes.ptr[3];
    bytes = span_skip(bytes, 10);
    if (flags & FLAG_EXTRA) {
        size_t len = bytes.len < 2 ? SIZE_MAX - 2 : (size_t)(bytes.ptr[0] | bytes.ptr[1] << 8);
        if (bytes.len < len + 2)
            return false;
        bytes = span_skip(bytes, len + 2);
    }
    for (uint8_t flag = FLAG_NAME; flag <= FLAG_COMMENT; flag <<= 1) {
        const uint8_t *end = flags & flag ? memchr(bytes.ptr, 0, bytes.len) : NULL;
        if ((flags & flag) && !end)
            return false;
        if (end)
            bytes = span_skip(bytes, (size_t)(end - bytes.ptr) + 1);
    }
    return !(flags & FLAG_SUM) || bytes.len >= 2;
}

/* ISA-L 2.30 forgets the sum of a header that comes in parts: such a header is waited for. One that is longer
 * than the buffer must do without. */
static void fill_header(struct raw *raw)
{
    while ((raw->to - raw->from < 4 || (raw->bytes[raw->from + 3] & FLAG_SUM)) &&
           !header_complete(span_make(raw->bytes + raw->from, raw->to - raw->from)))
        if (raw_fill(raw) <= 0)
            break;
}

/* At a member border: DECODE_MORE with a member in front, else how the stream ends. Zero padding is no data.
 */
static enum decode_status next_member(struct gzip_state *g, struct raw *raw, const char **ret_reason)
{
    for (;;) {
        while (raw->from < raw->to && raw->bytes[raw->from] == 0)
            raw->from++;
        if (raw->to - raw->from >= 2)
            break;
        ssize_t n = raw_fill(raw);
        if (n < 0)
            return DECODE_UNREADABLE;
        if (n == 0 && raw->from == raw->to)
            return DECODE_END;
        if (n == 0)
            break;
    }
    if (raw->to - raw->from < 2 || raw->bytes[raw->from] != 0x1f || raw->bytes[raw->from + 1] != 0x8b) {
        *ret_reason = "garbage behind the gzip stream";
        return DECODE_BROKEN;
    }
    fill_header(raw);
    inflater_reset(&g->inflater);
    g->inside = true;
    g->held = false;
    return DECODE_MORE;
}

static enum decode_status gzip_step(void *state, struct raw *raw, uint8_t *buffer, size_t size,
                                    size_t *ret_bytes, const char **ret_reason)
{
    struct gzip_state *g = state;
    if (size > 1 << 30)
        size = 1 << 30; /* both libraries count in 32 bits */
    uint8_t *out = buffer;
    size_t room = size;
    enum decode_status status = DECODE_MORE;
    while (status == DECODE_MORE && room > 0) {
        if (raw->from == raw->to && !g->held) {
            if (room < size)
                break;
            ssize_t n = raw_fill(raw);
            if (n < 0)
                status = DECODE_UNREADABLE;
            else if (n == 0 && g->inside) {
                *ret_reason = "truncated gzip stream";
                status = DECODE_BROKEN;
            } else if (n == 0)
                status = DECODE_END;
            if (n <= 0)
                break;
        }
        if (!g->inside && (status = next_member(g, raw, ret_reason)) != DECODE_MORE)
            break;
        struct span in = {raw->bytes + raw->from, raw->to - raw->from};
        enum member_status member = inflater_run(&g->inflater, &in, &out, &room);
        raw->from = raw->to - in.len;
        g->inside = member == MEMBER_GOES_ON;
        g->held = g->inside && room == 0;
        if (member == MEMBER_BROKEN || member == MEMBER_WRONG_SUM) {
            *ret_reason = member == MEMBER_BROKEN ? "invalid gzip stream" : "invalid gzip stream (checksum)";
            status = DECODE_BROKEN;
        }
    }
    *ret_bytes = size - room;
    return status;
}

const struct codec codec_gzip = {gzip_start, gzip_stop, gzip_step};
