/* The definition of masking version 3 (kernel.h), written to be read. Other kernels are tested against it. */
#include "base/ascii.h"
#include "pattern/kernel.h"
#include "pattern/mask_hash.h"
#include "pattern/mask_names.h"

static size_t mask(const uint8_t *p, size_t n, uint8_t *out)
{
    size_t used = 0;
    for (size_t at = 0; at < n;) {
        if (is_word(p[at])) {
            size_t start = at;
            bool digit = false;
            for (; at < n && is_word(p[at]); at++)
                digit |= is_digit(p[at]);
            if (digit && !is_name(p, start, at)) {
                out[used++] = MASK_BYTE;
            } else {
                memcpy(out + used, p + start, at - start);
                used += at - start;
            }
        } else if (is_blank(p[at])) {
            while (at < n && is_blank(p[at]))
                at++;
            if (used && at < n)
                out[used++] = ' ';
        } else {
            out[used++] = p[at++];
        }
    }
    return used;
}

static size_t lines(const uint8_t *p, size_t n, uint32_t *ret_ends, size_t cap, bool *ret_escapes)
{
    size_t count = 0, at = 0;
    while (count < cap) {
        const uint8_t *end = memchr(p + at, '\n', n - at);
        if (!end)
            break;
        ret_ends[count++] = (uint32_t)(end - p);
        at = (size_t)(end - p) + 1;
    }
    size_t looked = count == cap ? at : n;
    if (looked && memchr(p, 0x1b, looked))
        *ret_escapes = true;
    return count;
}

static size_t fingerprint(const struct survey *survey, const struct span *messages, const uint64_t *seeds,
                          size_t count, uint8_t *scratch, uint64_t *ret_fingerprints)
{
    (void)survey;
    for (size_t i = 0; i < count; i++) {
        size_t n = mask(messages[i].ptr, messages[i].len, scratch);
        ret_fingerprints[i] = fingerprint_mix(mask_hash(scratch, n), seeds[i]);
    }
    return 0;
}

const struct kernel kernel_scalar = {"scalar", lines, mask, fingerprint, NULL, NULL, NULL, NULL, NULL, NULL};
