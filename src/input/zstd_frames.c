/* Frames tell their length only by their blocks, so the walk goes from block to block: one small read for
 * each 128 KiB of text. A file that begins with a long frame is most often all of one, and is not walked
 * through. */
#include "input/zstd_frames.h"

#include "base/arena.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#define BLOCK_BYTES_MAX ((uint64_t)128 << 10)
#define FIRST_BYTES_MAX ((uint64_t)256 << 20) /* of text, of the first frame */

struct walk {
    int fd;
    uint64_t at, size;
};

static uint32_t load_le(const uint8_t *p, size_t n)
{
    uint32_t value = 0;
    for (size_t i = 0; i < n; i++)
        value |= (uint32_t)p[i] << 8 * i;
    return value;
}

static bool peek(const struct walk *w, uint8_t *bytes, size_t n)
{
    ssize_t got;
    while ((got = pread(w->fd, bytes, n, (off_t)w->at)) < 0 && errno == EINTR)
        ;
    return got == (ssize_t)n;
}

/* RFC 8878, 3.1.1: magic, descriptor, window, dictionary, content size. */
static size_t header_bytes(uint8_t descriptor)
{
    static const uint8_t dictionary[] = {0, 1, 2, 4}, content[] = {0, 2, 4, 8};
    bool single = descriptor & 0x20;
    size_t size = descriptor >> 6 ? content[descriptor >> 6] : single;
    return 5 + !single + dictionary[descriptor & 3] + size;
}

static bool is_block(uint32_t field)
{
    return (field >> 1 & 3) != 3 && field >> 3 <= BLOCK_BYTES_MAX;
}

static bool is_skippable(uint32_t magic)
{
    return (magic & ZSTD_MAGIC_SKIPPABLE_MASK) == ZSTD_MAGIC_SKIPPABLE_START;
}

size_t zstd_walk(struct zstd_walk *w, const uint8_t *bytes, size_t n)
{
    size_t at = 0;
    while (at < n && !w->ended && !w->lost) {
        if (w->skip) {
            uint64_t part = w->skip < n - at ? w->skip : n - at;
            w->skip -= part;
            at += (size_t)part;
            w->ended = w->skip == 0 && w->ends;
            continue;
        }
        w->head[w->have++] = bytes[at++];
        bool skippable = w->have >= 4 && is_skippable(load_le(w->head, 4));
        if (w->have < (w->begun ? 3 : skippable ? 8 : 5))
            continue;
        w->have = 0;
        if (w->begun) {
            uint32_t field = load_le(w->head, 3), type = field >> 1 & 3;
            w->lost = !is_block(field);
            w->skip = (type == 1 ? 1 : field >> 3) + (field & 1 ? w->sum_bytes : 0);
            w->ends = field & 1;
        } else if (skippable) {
            w->skip = load_le(w->head + 4, 4);
            w->ends = true;
        } else {
            w->sum_bytes = w->head[4] & 4 ? 4 : 0;
            w->skip = header_bytes(w->head[4]) - 5;
        }
        w->begun = true;
        w->ended = w->ends && w->skip == 0;
    }
    return at;
}

/* Pass over a frame: false when it is cut off or none. ret_text: at most so much is in it. */
static bool pass(struct walk *w, uint64_t text_max, uint64_t *ret_text)
{
    uint8_t head[8];
    *ret_text = 0;
    if (!peek(w, head, sizeof head))
        return false;
    uint32_t magic = load_le(head, 4);
    if (is_skippable(magic)) {
        w->at += 8 + (uint64_t)load_le(head + 4, 4);
        return w->at <= w->size;
    }
    if (magic != ZSTD_MAGICNUMBER)
        return false;
    w->at += header_bytes(head[4]);
    for (bool last = false; !last;) {
        uint8_t block[3];
        if (*ret_text > text_max || !peek(w, block, sizeof block))
            return false;
        uint32_t field = load_le(block, 3), type = field >> 1 & 3, bytes = field >> 3;
        bool repeats = type == 1;
        last = field & 1;
        *ret_text += type == 2 ? BLOCK_BYTES_MAX : bytes;
        w->at += 3 + (uint64_t)(repeats ? 1 : bytes);
        if (!is_block(field) || w->at > w->size)
            return false;
    }
    w->at += head[4] & 4 ? 4 : 0; /* a checksum */
    return w->at <= w->size;
}

size_t zstd_frames(int fd, uint64_t bytes, uint64_t **ret_starts)
{
    struct stat st;
    size_t count = 1, size = 64;
    uint64_t text, part = 0;
    if (fstat(fd, &st) < 0)
        return 0;
    struct walk w = {fd, 0, (uint64_t)st.st_size};
    *ret_starts = memory_alloc(size * sizeof **ret_starts);
    while (pass(&w, w.at == 0 ? FIRST_BYTES_MAX : UINT64_MAX, &text)) {
        part += text;
        if (part < bytes || w.at == w.size)
            continue;
        if (count == size)
            *ret_starts = memory_resize(*ret_starts, (size *= 2) * sizeof **ret_starts);
        (*ret_starts)[count++] = w.at;
        part = 0;
    }
    if (count > 1)
        return count;
    free(*ret_starts);
    *ret_starts = NULL;
    return 0;
}
