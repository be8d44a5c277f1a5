/* files: inputs for the tests, made in a folder that is removed at the end. */
#ifndef ONSET_TESTS_INPUT_FILES_H
#define ONSET_TESTS_INPUT_FILES_H

#include "base/text.h"
#include "input/input.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

static char folder[64];
static char paths[8][8192];
static unsigned path_next;

/* "NAME" in the folder; good for the next seven calls. */
static inline const char *path_of(const char *name)
{
    char *path = paths[path_next++ % 8];
    snprintf(path, sizeof *paths, "%s/%s", folder, name);
    return path;
}

static inline void folder_make(void)
{
    const char *tmp = getenv("TMPDIR");
    snprintf(folder, sizeof folder, "%.40s/onset-XXXXXX", tmp ? tmp : "/tmp");
    if (!mkdtemp(folder))
        abort();
}

static inline int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
    (void)st, (void)flag, (void)ftw;
    return remove(path);
}

static inline void folder_remove(void)
{
    nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static inline void write_file(const char *path, const void *bytes, size_t len)
{
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(bytes, 1, len, file) != len || fclose(file) != 0)
        abort();
}

/* Lines that compress like a log: numbered, some noise. */
static inline void add_lines(struct text *text, size_t count)
{
    uint32_t noise = 12345;
    for (size_t i = 0; i < count; i++) {
        noise = noise * 1664525u + 1013904223u;
        text_printf(text, "2026-08-07T14:31:%02zu.%03u INFO cart request %08x took %u ms\n", i % 60,
                    noise >> 22, noise * 2654435761u, noise >> 25);
    }
}

static inline void add_zstd_level(struct text *text, struct span plain, int level, bool checksum,
                                  int window_log)
{
    ZSTD_CCtx *context = ZSTD_createCCtx();
    ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level);
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, checksum);
    if (window_log) { /* without its size in the header a frame really asks for its window */
        ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, window_log);
        ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, 0);
    }
    size_t bound = ZSTD_compressBound(plain.len) + 1024;
    uint8_t *packed = malloc(bound);
    ZSTD_outBuffer out = {packed, bound, 0};
    ZSTD_inBuffer in = {plain.ptr, plain.len, 0};
    /* Two calls: with only one the library knows the size and shrinks the window. */
    ZSTD_compressStream2(context, &out, &in, window_log ? ZSTD_e_flush : ZSTD_e_continue);
    if (ZSTD_compressStream2(context, &out, &in, ZSTD_e_end) != 0)
        abort();
    text_add(text, packed, out.pos);
    free(packed);
    ZSTD_freeCCtx(context);
}

static inline void add_zstd(struct text *text, struct span plain)
{
    add_zstd_level(text, plain, 3, true, 0);
}

static inline void add_gzip_named(struct text *text, struct span plain, const char *name)
{
    z_stream stream = {0};
    if (deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        abort();
    gz_header header = {.name = (Bytef *)name, .comment = (Bytef *)name, .extra = (Bytef *)name, .hcrc = 1};
    if (name) {
        header.extra_len = (uInt)strlen(name);
        deflateSetHeader(&stream, &header);
    }
    size_t bound = deflateBound(&stream, plain.len) + 4096;
    uint8_t *packed = malloc(bound);
    stream.next_in = (Bytef *)plain.ptr;
    stream.avail_in = (uInt)plain.len;
    stream.next_out = packed;
    stream.avail_out = (uInt)bound;
    if (deflate(&stream, Z_FINISH) != Z_STREAM_END)
        abort();
    text_add(text, packed, stream.total_out);
    deflateEnd(&stream);
    free(packed);
}

static inline void add_gzip(struct text *text, struct span plain)
{
    add_gzip_named(text, plain, NULL);
}

#endif
