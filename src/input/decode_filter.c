/* xz, bzip2 and lz4, each of any number of streams, through libarchive's filters: rarer than gzip and zstd,
 * and not worth a library each. */
#include "input/decoder.h"

#if HAVE_ARCHIVE
#include "base/arena.h"
#include "input/libarchive.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

struct filter_state {
    struct archive *archive;
    const char *name;
    struct raw *raw; /* of the step that runs */
    size_t given;    /* bytes of raw that libarchive has at hand */
    bool opened;
    const uint8_t *block;
    size_t block_bytes;
    char reason[64];
};

/* support: where the function stands once the library is there */
static void *filter_start(const char *name, int (*const *support)(struct archive *))
{
    if (!libarchive_ready())
        return NULL;
    struct filter_state *f = memory_alloc(sizeof *f);
    f->name = name;
    f->archive = libarchive.read_new();
    if (!f->archive) {
        free(f);
        return NULL;
    }
    (*support)(f->archive);
    libarchive.read_support_format_raw(f->archive);
    libarchive.read_support_format_empty(f->archive);
    return f;
}

static void *xz_start(void)
{
    return filter_start("xz", &libarchive.read_support_filter_xz);
}

static void *bzip2_start(void)
{
    return filter_start("bzip2", &libarchive.read_support_filter_bzip2);
}

static void *lz4_start(void)
{
    return filter_start("lz4", &libarchive.read_support_filter_lz4);
}

static void filter_stop(void *state)
{
    struct filter_state *f = state;
    libarchive.read_free(f->archive);
    free(f);
}

static la_ssize_t give(struct archive *archive, void *context, const void **ret_bytes)
{
    struct filter_state *f = context;
    struct raw *raw = f->raw;
    raw->from += f->given;
    f->given = 0;
    if (raw->from == raw->to && raw_fill(raw) < 0) {
        libarchive.set_error(archive, EIO, "unreadable");
        return -1;
    }
    *ret_bytes = raw->bytes + raw->from;
    f->given = raw->to - raw->from;
    return (la_ssize_t)f->given;
}

static enum decode_status broken(struct filter_state *f, const char **ret_reason)
{
    const char *text = libarchive.error_string(f->archive);
    bool ended = f->raw->end && f->raw->from + f->given == f->raw->to;
    bool damaged = text && (strstr(text, "orrupt") || strstr(text, "not supported"));
    snprintf(f->reason, sizeof f->reason, "%s %s stream", ended && !damaged ? "truncated" : "invalid",
             f->name);
    *ret_reason = f->reason;
    return f->raw->error ? DECODE_UNREADABLE : DECODE_BROKEN;
}

/* libarchive does not tell what stands behind the last stream. Zero padding is no data. */
static enum decode_status ended(struct filter_state *f, const char **ret_reason)
{
    const struct raw *raw = f->raw;
    uint64_t behind = raw->read_bytes - (uint64_t)libarchive.filter_bytes(f->archive, -1);
    bool garbage = behind > raw->to;
    for (size_t i = garbage ? raw->to : raw->to - (size_t)behind; i < raw->to; i++)
        garbage |= raw->bytes[i] != 0;
    if (!garbage)
        return DECODE_END;
    snprintf(f->reason, sizeof f->reason, "garbage behind the %s stream", f->name);
    *ret_reason = f->reason;
    return DECODE_BROKEN;
}

/* DECODE_MORE with the filter in place, else how the stream ends. */
static enum decode_status filter_open(struct filter_state *f, const char **ret_reason)
{
    struct archive_entry *entry;
    f->opened = true;
    libarchive.read_set_callback_data(f->archive, f);
    libarchive.read_set_read_callback(f->archive, give);
    if (libarchive.read_open1(f->archive) != ARCHIVE_OK)
        return broken(f, ret_reason);
    if (libarchive.filter_code(f->archive, 0) == ARCHIVE_FILTER_NONE) /* too little of it to be known */
        return broken(f, ret_reason);
    int status = libarchive.read_next_header(f->archive, &entry);
    return status == ARCHIVE_EOF   ? ended(f, ret_reason)
           : status < ARCHIVE_WARN ? broken(f, ret_reason)
                                   : DECODE_MORE;
}

static enum decode_status filter_step(void *state, struct raw *raw, uint8_t *buffer, size_t size,
                                      size_t *ret_bytes, const char **ret_reason)
{
    struct filter_state *f = state;
    f->raw = raw;
    if (!f->opened) {
        enum decode_status status = filter_open(f, ret_reason);
        if (status != DECODE_MORE)
            return status;
    }
    if (f->block_bytes == 0) {
        const void *block = NULL;
        la_int64_t at;
        int status = libarchive.read_data_block(f->archive, &block, &f->block_bytes, &at);
        if (status == ARCHIVE_EOF)
            return ended(f, ret_reason);
        if (status < ARCHIVE_WARN)
            return broken(f, ret_reason);
        f->block = block;
    }
    size_t n = f->block_bytes < size ? f->block_bytes : size;
    if (n) { /* a block may be empty */
        memcpy(buffer, f->block, n);
        f->block += n;
        f->block_bytes -= n;
    }
    *ret_bytes = n;
    return DECODE_MORE;
}

const struct codec codec_xz = {xz_start, filter_stop, filter_step};
const struct codec codec_bzip2 = {bzip2_start, filter_stop, filter_step};
const struct codec codec_lz4 = {lz4_start, filter_stop, filter_step};
#endif
