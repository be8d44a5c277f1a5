/* kernel: mask what varies in a message and hash the rest, for many messages at a call.
 *
 * The masking, version 3. mask_scalar.c is its definition; every other kernel agrees with it bit for bit.
 *   word byte   A-Z a-z 0-9 _ - . and every byte >= 0x80
 *   blank       space, tab
 *   run         a maximal run of word bytes
 *   1. A run that holds a digit becomes the one byte MASK_BYTE, unless it is a number that is a name:
 *        a) a run of 1 to 4 digits, behind a minus or not, and nothing else, that follows, over 1 to 3
 * separators out of  space = : " ( [ ,  the letters (any case) status, code, exit, signal, errno or http
 *           (what is before those letters does not matter);
 *        b) a run of exactly 3 digits that starts with 1..5 and follows a quote and a space ('" ': access
 * logs); c) the same, behind a space and either a version of HTTP ("HTTP/1.1 503") or five numbers with
 * slashes between them and a space in front (HAProxy's timers, " 0/1001/-1/-1/1001 503"), of 48 bytes at
 * most; d) a run of exactly 5 digits and capitals that follows, over separators as above, the letters
 * sqlstate. Such a number stays as it is.
 *   2. A run without a digit stays as it is.
 *   3. Of a run of blanks one space stays; blanks at the start and at the end of the message stay out.
 *   4. Every other byte stays as it is.
 * So 200 turning 502 behind "status=" is a new pattern, and 'took 12 ms' and 'took 13 ms' are one.
 *
 * The fingerprint is mask_hash.h of the masked bytes, then mixed with the seed (severity from the envelope,
 * named values).
 *
 * A kernel is a constant struct of functions, chosen once (kernel_choose) and called per block of lines,
 * never per line. ONSET_CPU=scalar|avx2|avx512|neon forces one. No kernel reads outside [p, p + n).
 */
#ifndef ONSET_PATTERN_KERNEL_H
#define ONSET_PATTERN_KERNEL_H

#include "base/error.h"
#include "base/span.h"

#define MASK_VERSION 3
#define MASK_BYTE    0x01

/* What one pass over some whole lines tells of them all: where they end, and what they become when they are
 * masked. A message within them is mostly a part of that; where it is not, it is masked for itself. */
#define SURVEY_BYTES (16 * 1024)

/* Kernels ask for the text so far ahead: into the second cache, for the first is full of what a survey makes.
 * Who maps a file had better touch the page before that: one that is not there yet takes no prefetch. */
#define AHEAD_BYTES (2 * SURVEY_BYTES)
#define AHEAD_LEVEL 2

enum {
    SURVEY_BLOCKS = SURVEY_BYTES / 64,
    SURVEY_MARGIN = 8, /* masks of nothing before the first block and behind the last */
    SURVEY_MASKS = SURVEY_BLOCKS + 2 * SURVEY_MARGIN,
};

struct survey {
    const uint8_t *text; /* borrowed */
    size_t bytes;
    size_t count; /* of lines that end in it */
    bool escapes; /* it holds an ESC */
    bool colons;  /* it holds a colon before two blanks */
    bool tabs;
    /* a mask for each block of 64 bytes, the first at SURVEY_MARGIN; mask_block.h has the classes */
    uint64_t word[SURVEY_MASKS], digit[SURVEY_MASKS], blank[SURVEY_MASKS], quote[SURVEY_MASKS],
        last[SURVEY_MASKS];
    uint64_t line[SURVEY_MASKS]; /* '\n' */
    uint64_t colon[SURVEY_MASKS];
    uint64_t separator[SURVEY_MASKS];
    uint64_t low[SURVEY_MASKS];    /* digits 1 to 5, where that costs nothing; else none */
    uint64_t number[SURVEY_MASKS]; /* one that is a name may begin here */
    uint64_t keep[SURVEY_MASKS];   /* bytes that are kept, marks included */
    uint64_t marks[SURVEY_MASKS];  /* bytes that become MASK_BYTE */
    uint64_t
        tied[SURVEY_MASKS]; /* no message can begin or end here: what comes out may hang on bytes in front */
    uint32_t begin[SURVEY_MASKS];    /* in masked, of what is kept of a block */
    uint32_t ends[SURVEY_BYTES + 2]; /* offsets of '\n' */
    uint8_t masked[SURVEY_BYTES + 64];
};

struct survey_span {
    uint32_t from, to; /* in its text */
};

struct kernel {
    const char *name;
    /* Offsets of '\n' in p[0, n), n <= UINT32_MAX, at most cap of them; returns how many. When it returns
     * cap, the search goes on behind the last one. ret_escapes: set (never cleared) when p[0, n) up to where
     * it looked holds an ESC. */
    size_t (*lines)(const uint8_t *p, size_t n, uint32_t *ret_ends, size_t cap, bool *ret_escapes);
    /* Masked bytes of one message to out, which has room for n + 64 bytes; returns how many. Cold path:
     * templates. */
    size_t (*mask)(const uint8_t *p, size_t n, uint8_t *out);
    /* Fingerprints of count messages. seeds[i] is mixed in. scratch has room for the longest message + 64
     * bytes. survey: of text that some of the messages may lie in, or NULL; it saves work and changes no
     * answer. Returns how many bytes of the messages it did know. */
    size_t (*fingerprint)(const struct survey *survey, const struct span *messages, const uint64_t *seeds,
                          size_t count, uint8_t *scratch, uint64_t *ret_fingerprints);
    /* For the first `count` lines of the survey, whose first one begins with it: a hash of all of a line
     * behind its first `skip` bytes, as it is masked there; 0 where that hangs on the bytes in front, and of
     * lines that are no longer. NULL without survey. */
    void (*hash_lines)(const struct survey *survey, size_t count, size_t skip, uint64_t *ret_hashes);
    /* Likewise, of whole lines; 0 where a blank may have been taken away, too, or a tab become a space. */
    void (*hash_whole)(const struct survey *survey, size_t count, uint64_t *ret_hashes);
    /* How many masked bytes are between what becomes of text[from] and of text[at[i]], bytes that are kept;
     * and the other way, rising: which bytes are kept so far behind text[from]. False: one is behind the
     * survey. */
    void (*masked_at)(const struct survey *survey, size_t from, const size_t *at, size_t count,
                      uint16_t *ret_behind);
    bool (*text_at)(const struct survey *survey, size_t from, const uint16_t *behind, size_t count,
                    size_t *ret_at);
    /* The same for these parts of lines, of which none ends with a blank; 0 also where the bytes behind would
     * change what it becomes. */
    void (*hash_spans)(const struct survey *survey, const struct survey_span *spans, size_t count,
                       uint64_t *ret_hashes);
    /* Survey p[0, n), n from 1 to SURVEY_BYTES. NULL: this kernel is better off without. */
    void (*survey)(const uint8_t *p, size_t n, struct survey *ret_survey);
};

extern const struct kernel kernel_scalar;
#if defined(__x86_64__)
extern const struct kernel kernel_avx2;
extern const struct kernel kernel_avx512;
#elif defined(__aarch64__)
extern const struct kernel kernel_neon;
#endif

/* The best kernel that this CPU runs, or the one that ONSET_CPU names (an error when the CPU cannot run it).
 */
const struct kernel *kernel_choose(const char *forced, struct onset_error *err);

/* Does a colon stand before two blanks within p[from, to) of the survey, which is a line? */
static inline bool survey_has_colons(const struct survey *s, size_t from, size_t to)
{
    for (size_t at = from & ~(size_t)63; at < to; at += 64) {
        size_t i = SURVEY_MARGIN + at / 64;
        uint64_t one = s->blank[i] >> 1 | s->blank[i + 1] << 63,
                 two = s->blank[i] >> 2 | s->blank[i + 1] << 62;
        uint64_t found = s->colon[i] & one & two;
        if (at < from)
            found = found >> (from - at) << (from - at);
        if (found)
            return at + (size_t)__builtin_ctzll(found) < to;
    }
    return false;
}

/* h mixed with the seed; shared by all kernels so that they agree. */
static inline uint64_t fingerprint_mix(uint64_t hash, uint64_t seed)
{
    uint64_t x = hash ^ (seed * 0x9E3779B97F4A7C15u);
    x ^= x >> 37;
    x *= 0x165667919E3779F9u; /* XXH3's avalanche constant */
    return x ^ (x >> 32);
}

#endif
