/* decoder: private to the input stage. A `raw` is a buffered descriptor, or a buffered member of an archive;
 * a codec turns its bytes into text. */
#ifndef ONSET_INPUT_DECODER_H
#define ONSET_INPUT_DECODER_H

#include "base/error.h"
#include "base/span.h"

#include <sys/types.h>

#define RAW_BYTES                                                                                            \
    ((size_t)128 << 10) /* one read: ZSTD_DStreamInSize() is 128 KiB + 3, larger gains nothing */

/* Bytes [from, to) of `bytes` are read and not yet used. */
struct raw {
    int fd;
    uint8_t *bytes;
    size_t from, to;
    uint64_t read_bytes; /* from the descriptor so far */
    bool end;
    uint64_t left; /* to be read; UINT64_MAX: all there is */
    int error;     /* errno of the failed read; EIO when pull failed */
    /* In place of the descriptor, as input_read. */
    ssize_t (*pull)(void *context, uint8_t *buffer, size_t size, struct onset_error *err);
    void *context;
    struct onset_error failure; /* of pull */
    uint64_t replaced;          /* by a codec: what was no character and became U+FFFD */
};

void raw_init(struct raw *raw, int fd); /* does not own fd */
void raw_done(struct raw *raw);
/* Go on elsewhere, as lseek; what is buffered is dropped. */
int64_t raw_seek(struct raw *raw, int64_t offset, int whence);
/* Read once, behind what is there: bytes read, 0 at the end (or when the buffer is full), -1 with raw->error.
 */
ssize_t raw_fill(struct raw *raw);
/* What is buffered, else straight from the descriptor into buffer. As raw_fill. */
ssize_t raw_read(struct raw *raw, uint8_t *buffer, size_t size);

enum decode_status {
    DECODE_MORE,
    DECODE_END,
    DECODE_UNREADABLE, /* raw->error */
    DECODE_BROKEN      /* *ret_reason */
};

/* DECODE_MORE with a reason: there is a hole behind these bytes, and more behind that.
 * `step` returns once it has some bytes and would have to read for more. *ret_bytes can be above 0 with any
 * status: they are good, and come before the end or the failure. The reason is a phrase ("truncated gzip
 * stream"), never freed. */
struct codec {
    void *(*start)(void); /* NULL: no memory, or a library is not installed */
    void (*stop)(void *state);
    enum decode_status (*step)(void *state, struct raw *raw, uint8_t *buffer, size_t size, size_t *ret_bytes,
                               const char **ret_reason);
};

extern const struct codec codec_zstd;
extern const struct codec codec_gzip;
extern const struct codec codec_utf16_le, codec_utf16_be, codec_utf32_le, codec_utf32_be;
/* The one that turns a text of this head into UTF-8; NULL: it is no UTF-16 or UTF-32. Told by the byte order
 * mark; UTF-16 also by every other byte being zero. */
const struct codec *codec_utf16_of(struct span head);
extern const struct codec codec_cr; /* lines that end in CR alone */
bool codec_cr_likely(struct span head);
extern const struct codec codec_documents; /* JSON that is not one record a line becomes that */
bool codec_documents_likely(struct span head);
bool codec_documents_possible(struct span head); /* more bytes could make it likely */
extern const struct codec codec_columns; /* a table with named columns becomes JSON, one record a line */
bool codec_columns_likely(struct span head);
bool codec_columns_possible(struct span head); /* more bytes could make it likely */
#if HAVE_ARCHIVE
extern const struct codec codec_xz, codec_bzip2, codec_lz4;
#endif
#if HAVE_SYSTEMD
extern const struct codec codec_journal;
#endif
const char *codec_zstd_library(void);
const char *codec_gzip_library(void);

#endif
