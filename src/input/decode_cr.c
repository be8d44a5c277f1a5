/* Lines that end in CR alone, as classic Mac OS had them and spreadsheets still export. A CR becomes the
 * newline; where one comes behind it after all, they are one. Told by the first bytes alone, of which a pipe
 * gives as many as a file. */
#include "input/decoder.h"

#include "base/arena.h"

#include <stdlib.h>

enum { LOOK_BYTES = 256, ENDS_MIN = 2 };

struct cr_state {
    bool after_cr;
};

static void *cr_start(void)
{
    return memory_alloc(sizeof(struct cr_state));
}

static enum decode_status cr_step(void *state, struct raw *raw, uint8_t *buffer, size_t size,
                                  size_t *ret_bytes, const char **ret_reason)
{
    struct cr_state *s = state;
    size_t out = 0;
    (void)ret_reason;
    while (out == 0) {
        if (raw->from == raw->to && raw->end)
            return DECODE_END;
        if (raw->from == raw->to && raw_fill(raw) < 0)
            return DECODE_UNREADABLE;
        for (; raw->from < raw->to && out < size; raw->from++) {
            uint8_t byte = raw->bytes[raw->from];
            bool second = byte == '\n' && s->after_cr;
            s->after_cr = byte == '\r';
            buffer[out] = s->after_cr ? '\n' : byte;
            out += !second;
        }
    }
    *ret_bytes = out;
    return DECODE_MORE;
}

const struct codec codec_cr = {cr_start, free, cr_step};

bool codec_cr_likely(struct span head)
{
    size_t ends = 0, len = head.len < LOOK_BYTES ? head.len : LOOK_BYTES;
    for (size_t i = 0; i < len; i++) {
        if (head.ptr[i] < ' ' && head.ptr[i] != '\r' && head.ptr[i] != '\t' && head.ptr[i] != 0x1b)
            return false;
        ends += head.ptr[i] == '\r';
    }
    return ends >= ENDS_MIN;
}
