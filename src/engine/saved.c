#include "engine/saved.h"

#include "profile/profile_file.h"

#include <zstd.h>

#define ZSTD_LEVEL 6 /* of 3, 6 and 12 the last that is faster than making the text */

int saved_read(struct input *input, uint8_t *buffer, size_t buffer_bytes, struct profile *ret_profile,
               struct onset_error *err)
{
    struct onset_error why;
    struct profile_reading *reading = profile_read_start(ret_profile);
    ssize_t n;
    int status = 0;
    while (status == 0 && (n = input_read(input, buffer, buffer_bytes, &why)) != 0)
        status = n < 0 ? -2 : profile_read(reading, buffer, (size_t)n, &why);
    struct onset_error end;
    if (profile_read_end(reading, &end) < 0 && status == 0) {
        why = end;
        status = -1;
    }
    if (status == -2) /* the input names itself */
        *err = why;
    else if (status < 0)
        error_set(err, "'%s': %s", input->file->name, why.text);
    return status ? -1 : 0;
}

struct pack {
    ZSTD_CStream *stream;
    char buffer[1 << 16];
    onset_sink sink;
    void *context;
};

static int pack(struct pack *p, ZSTD_inBuffer in, ZSTD_EndDirective end)
{
    size_t left;
    do {
        ZSTD_outBuffer out = {p->buffer, sizeof p->buffer, 0};
        left = ZSTD_compressStream2(p->stream, &out, &in, end);
        if (ZSTD_isError(left) || (out.pos && p->sink(p->context, p->buffer, out.pos) != 0))
            return -1;
    } while (end == ZSTD_e_end ? left > 0 : in.pos < in.size);
    return 0;
}

static int pack_sink(void *context, const char *bytes, size_t length)
{
    return pack(context, (ZSTD_inBuffer){bytes, length, 0}, ZSTD_e_continue);
}

int saved_write(const struct profile *profile, bool zstd, onset_sink sink, void *context)
{
    if (!zstd)
        return profile_save(profile, sink, context);
    struct pack *p = memory_alloc(sizeof *p);
    p->sink = sink;
    p->context = context;
    p->stream = ZSTD_createCStream();
    ZSTD_CCtx_setParameter(p->stream, ZSTD_c_compressionLevel, ZSTD_LEVEL);
    ZSTD_CCtx_setParameter(p->stream, ZSTD_c_checksumFlag, 1);
    int status = profile_save(profile, pack_sink, p);
    if (status == 0)
        status = pack(p, (ZSTD_inBuffer){0}, ZSTD_e_end);
    ZSTD_freeCStream(p->stream);
    free(p);
    return status;
}
