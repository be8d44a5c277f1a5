/* zstd: any number of frames, skippable ones among them. libzstd decodes into its own window and copies out,
 * so the last bytes of a frame can still be inside it when the input is used up: it is asked again with no
 * input before more is read or the frame is called truncated. */
#include "input/decoder.h"

#include "base/arena.h"

#include <stdlib.h>
#include <zstd.h>
#include <zstd_errors.h>

struct zstd_state {
    ZSTD_DCtx *context;
    bool inside;  /* a frame has begun and not ended */
    size_t wants; /* input for the next block, as the last call told */
    bool held;    /* the last call filled the buffer: more may be ready inside */
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

/* At a frame border: DECODE_MORE with a frame in front, else how the stream ends. Zero padding is no data. */
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
    uint32_t magic = load_le32(raw->bytes + raw->from);
    if (magic != ZSTD_MAGICNUMBER && (magic & ZSTD_MAGIC_SKIPPABLE_MASK) != ZSTD_MAGIC_SKIPPABLE_START) {
        *ret_reason = "garbage behind the zstd stream";
        return DECODE_BROKEN;
    }
    z->inside = true;
    z->wants = ZSTD_initDStream(z->context);
    return DECODE_MORE;
}

static enum decode_status zstd_step(void *state, struct raw *raw, uint8_t *buffer, size_t size,
                                    size_t *ret_bytes, const char **ret_reason)
{
    struct zstd_state *z = state;
    ZSTD_outBuffer out = {buffer, size, 0};
    enum decode_status status = DECODE_MORE;
    while (status == DECODE_MORE && out.pos < size) {
        if (raw->from == raw->to && !z->held) {
            if (out.pos > 0)
                break;
            ssize_t n = raw_fill(raw);
            if (n < 0)
                status = DECODE_UNREADABLE;
            else if (n == 0 && z->inside) {
                *ret_reason = "truncated zstd stream";
                status = DECODE_BROKEN;
            } else if (n == 0)
                status = DECODE_END;
            if (n <= 0)
                break;
        }
        if (!z->inside && (status = next_frame(z, raw, ret_reason)) != DECODE_MORE)
            break;
        size_t ready = raw->to - raw->from;
        size_t fed = z->held ? 0 : ready < z->wants ? ready : z->wants;
        ZSTD_inBuffer in = {raw->bytes + raw->from, fed, 0};
        size_t left = ZSTD_decompressStream(z->context, &out, &in);
        raw->from += in.pos;
        if (ZSTD_isError(left)) {
            *ret_reason = ZSTD_getErrorCode(left) == ZSTD_error_checksum_wrong
                              ? "invalid zstd stream (checksum)"
                              : "invalid zstd stream";
            status = DECODE_BROKEN;
        } else {
            z->inside = left != 0;
            z->wants = left;
            z->held = z->inside && out.pos == size;
        }
    }
    *ret_bytes = out.pos;
    return status;
}

const char *codec_zstd_library(void)
{
    return ZSTD_versionString();
}

const struct codec codec_zstd = {zstd_start, zstd_stop, zstd_step};
