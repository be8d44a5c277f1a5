/* zstd: any number of frames, skippable ones among them. A frame that is broken ends where its blocks say it
 * ends, and what is behind it is read; where they do not say it, at the next thing that looks like a frame.
 * libzstd decodes into its own window and copies out, so the last bytes of a frame can still be inside it
 * when the input is used up: it is asked again with no input before more is read or the frame is called
 * truncated. */
#include "input/decoder.h"

#include "base/arena.h"
#include "input/zstd_frames.h"

#include <stdlib.h>
#include <zstd.h>
#include <zstd_errors.h>

enum place { AT_BORDER, INSIDE, BEHIND_BREAK, LOST };

struct zstd_state {
    ZSTD_DCtx *context;
    enum place place;
    struct zstd_walk walk; /* of the frame, as far as it was decoded or passed over */
    uint8_t last;          /* byte that the frame gave; 0: none */
    size_t wants;          /* input for the next block, as the last call told */
    bool broke;            /* just now, and where the line ends is still to be said */
    bool held;             /* the last call filled the buffer: more may be ready inside */
};

static void *zstd_start(void)
{
    struct zstd_state *z = memory_alloc(sizeof *z);
    z->context = ZSTD_createDCtx();
    if (!z->context) {
        free(z);
        return NULL;
    }
    /* `zstd --long=31` is rare but legal; memory is only touched as far as the frame goes. */
    ZSTD_DCtx_setParameter(z->context, ZSTD_d_windowLogMax, 31);
    return z;
}

static void zstd_stop(void *state)
{
    struct zstd_state *z = state;
    ZSTD_freeDCtx(z->context);
    free(z);
}

static uint32_t load_le32(const uint8_t *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static bool is_magic(const uint8_t *p)
{
    uint32_t magic = load_le32(p);
    return magic == ZSTD_MAGICNUMBER || (magic & ZSTD_MAGIC_SKIPPABLE_MASK) == ZSTD_MAGIC_SKIPPABLE_START;
}

/* At a frame border: DECODE_MORE with a frame in front, or LOST; else how the stream ends. Zero padding is no
 * data. */
static enum decode_status next_frame(struct zstd_state *z, struct raw *raw, const char **ret_reason)
{
    for (;;) {
        while (raw->from < raw->to && raw->bytes[raw->from] == 0)
            raw->from++;
        if (raw->to - raw->from >= 4)
            break;
        ssize_t n = raw_fill(raw);
        if (n < 0)
            return DECODE_UNREADABLE;
        if (n == 0 && raw->from == raw->to)
            return DECODE_END;
        if (n == 0) {
            *ret_reason = "garbage behind the zstd stream";
            return DECODE_BROKEN;
        }
    }
    if (!is_magic(raw->bytes + raw->from)) {
        *ret_reason = "garbage behind the zstd stream";
        z->place = LOST;
        return DECODE_MORE;
    }
    z->place = INSIDE;
    z->last = 0;
    z->walk = (struct zstd_walk){0};
    z->wants = ZSTD_initDStream(z->context);
    return DECODE_MORE;
}

/* Pass over the rest of a broken frame, or, LOST, to what looks like one. DECODE_MORE at the border, or when
 * there is more to pass over. */
static enum decode_status pass_over(struct zstd_state *z, struct raw *raw)
{
    if (z->place == BEHIND_BREAK) {
        raw->from += zstd_walk(&z->walk, raw->bytes + raw->from, raw->to - raw->from);
        if (z->walk.lost)
            z->place = LOST;
        else if (z->walk.ended)
            z->place = AT_BORDER;
    }
    while (z->place == LOST && raw->to - raw->from >= 4) {
        if (is_magic(raw->bytes + raw->from))
            z->place = AT_BORDER;
        else
            raw->from++;
    }
    if (z->place == AT_BORDER)
        return DECODE_MORE;
    ssize_t n = raw_fill(raw);
    return n < 0 ? DECODE_UNREADABLE : n == 0 ? DECODE_END : DECODE_MORE;
}

/* What is behind the hole is another line. */
static void leave(struct zstd_state *z, ZSTD_outBuffer *out)
{
    if (z->last != '\n')
        ((uint8_t *)out->dst)[out->pos++] = '\n';
    z->place = BEHIND_BREAK;
    z->held = false;
}

static enum decode_status zstd_step(void *state, struct raw *raw, uint8_t *buffer, size_t size,
                                    size_t *ret_bytes, const char **ret_reason)
{
    struct zstd_state *z = state;
    ZSTD_outBuffer out = {buffer, size, 0};
    enum decode_status status = DECODE_MORE;
    while (status == DECODE_MORE && out.pos < size) {
        if (z->place >= BEHIND_BREAK) {
            if (z->broke)
                leave(z, &out);
            z->broke = false;
            status = pass_over(z, raw);
            continue;
        }
        if (raw->from == raw->to && !z->held) {
            if (out.pos > 0)
                break;
            ssize_t n = raw_fill(raw);
            if (n < 0)
                status = DECODE_UNREADABLE;
            else if (n == 0 && z->place == INSIDE) {
                *ret_reason = "truncated zstd stream";
                status = DECODE_BROKEN;
            } else if (n == 0)
                status = DECODE_END;
            if (n <= 0)
                break;
        }
        if (z->place == AT_BORDER) {
            status = next_frame(z, raw, ret_reason);
            if (z->place == LOST)
                break;
            continue;
        }
        size_t ready = raw->to - raw->from;
        size_t fed = z->held ? 0 : ready < z->wants ? ready : z->wants;
        ZSTD_inBuffer in = {raw->bytes + raw->from, fed, 0};
        size_t before = out.pos, left = ZSTD_decompressStream(z->context, &out, &in);
        if (out.pos > before)
            z->last = buffer[out.pos - 1];
        if (ZSTD_isError(left)) { /* what was fed is not used up */
            *ret_reason = ZSTD_getErrorCode(left) == ZSTD_error_checksum_wrong
                              ? "invalid zstd stream (checksum)"
                              : "invalid zstd stream";
            z->place = BEHIND_BREAK;
            z->broke = true;
            break;
        }
        zstd_walk(&z->walk, raw->bytes + raw->from, in.pos);
        raw->from += in.pos;
        z->place = left ? INSIDE : AT_BORDER;
        z->wants = left;
        z->held = left && out.pos == size;
    }
    *ret_bytes = out.pos;
    return status;
}

const char *codec_zstd_library(void)
{
    return ZSTD_versionString();
}

const struct codec codec_zstd = {zstd_start, zstd_stop, zstd_step};
