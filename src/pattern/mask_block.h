/* mask_block: rules 1 to 3 of kernel.h for a block of up to 64 bytes, on class masks: bit i says that byte i
 * is of a class. Shared by the SIMD kernels, which only load, classify and compact.
 *
 *      bytes    t o o k _ 1 2 m s   i n   a b       (a blank shown as a space)
 *      word     1 1 1 1 1 1 1 1 1 . 1 1 . 1 1 .
 *      starts   1 . . . . . . . . . 1 . . 1 . .     word, and no word before
 *      lasts    . . . . . . . . 1 . . 1 . . 1 .     word, and no word behind
 *      sum      . . . . . 1 . 1 1 . . . 1 . . 1     (word without digits) + starts
 *
 * In the sum a carry runs from each start through the bytes that are no digits and clears them. It stops at
 * the first digit, or falls out behind a run that has none. So a run holds a digit if at its last byte there
 * is a digit or the sum is still set. pext numbers these lasts among all lasts, pdep finds the starts of the
 * same numbers, and 2 * lasts - starts, as 64-bit integers, sets every bit from start to last.
 *
 * Numbers that are names are looked for among runs with a digit, of up to 5 bytes, behind separators behind
 * what may be the letters of a name; and among runs of three behind a space behind a digit (HTTP/1.1 503) or
 * a quote. The same trick: separators + the first of them carries out at the byte behind them, which must be
 * a start. What passes is compared with the letters. It had better be few: whether there is one in a block is
 * a branch that no processor foretells, so kernels look at two to four letters where they can.
 *
 * Blocks have fixed places, so a run may go on in the next one. Its part in each block is treated as a run:
 *      - a part that goes on with a masked one is masked, and its mark overwrites the mark before;
 *      - a masked part that goes on with a kept one overwrites all of that (rewind);
 *      - a name is looked up as a whole in the block in which it starts, and the next block is told.
 *
 * Tried and left out: blocks cut behind their last delimiter, so that no run goes on: as fast, but runs
 * longer than a block need code of their own. Masking 4 to 32 messages before hashing the first, so that the
 * hash does not read what is still in the store buffer: no faster. */
#ifndef ONSET_PATTERN_MASK_BLOCK_H
#define ONSET_PATTERN_MASK_BLOCK_H

#include "pattern/kernel.h"
#include "pattern/mask_bits.h"
#include "pattern/mask_names.h"

#include <endian.h>

/* Bits of the class of a byte, for the tables of the kernels. ASCII only; bytes >= 0x80 are words. */
enum mask_class {
    CLASS_WORD = 1,
    CLASS_DIGIT = 2,
    CLASS_BLANK = 4,
    CLASS_SEPARATOR = 8, /* what may stand between a name and its number */
    CLASS_QUOTE = 16,
};

struct mask_classes { /* bit i: byte i of a block is one */
    uint64_t word, digit, blank, separator, quote;
    uint64_t last; /* the last letter of status, code, exit, signal, errno, http or sqlstate, as far as a
                      quick look tells; of other bytes some */
};

struct mask_plan {
    uint64_t keep;  /* bytes that go to the output, marks included */
    uint64_t marks; /* first bytes of masked runs: they become MASK_BYTE */
    size_t rewind;  /* bytes of output to take back first */
};

/* What a block must know of those before it. Flags are 0 or 1 and speak of the first byte of the block. */
struct mask_state {
    uint64_t blank;     /* if it is a blank, it goes on with a run of blanks or starts the message */
    uint64_t masked;    /* if it is a word, it goes on with a run that is masked */
    uint64_t digit;     /* it is behind a digit or a quote */
    uint64_t spaced;    /* it is behind a digit or a quote, and a blank */
    uint64_t named;     /* one of the next three is set */
    uint64_t name;      /* if it is a word, it goes on with a number that is a name */
    uint64_t last;      /* it is behind a last letter */
    unsigned char near; /* it is behind a last letter and separators */
    size_t open;        /* if it is a word: bytes of output of the run that it goes on with */
};

#define MASK_STATE_START ((struct mask_state){.blank = 1})

/* is_name for a run that may go on in the next block, or whose letters may lie in the one before. */
static __attribute__((noinline)) bool is_name_at_border(const uint8_t *p, size_t n, size_t start, size_t end)
{
    while (end < n && end - start <= NAME_BYTES_MAX && is_word(p[end]))
        end++;
    return is_name(p, start, end);
}

/* Does p[0, end) end with the letters of a name? p has 8 bytes at least; end > 0. */
static inline bool ends_with_name(const uint8_t *p, size_t end)
{
    uint64_t w;
    memcpy(&w, end < 8 ? p : p + end - 8, 8);
    w = w << (end < 8 ? 64 - 8 * end : 0) | 0x2020202020202020u;
    return (w >> 16 == 0x737574617473u) |
           (w >> 16 == 0x6c616e676973u) |                          /* status, signal: first letter lowest */
           (w >> 24 == 0x6f6e727265u) | (w >> 32 == 0x65646f63u) | /* errno, code */
           (w >> 32 == 0x74697865u) | (w >> 32 == 0x70747468u) |   /* exit, http */
           (w == 0x65746174736c7173u);                             /* sqlstate */
}

/* The lasts, out of candidates, of numbers that are names. */
static __attribute__((noinline)) uint64_t names_among(uint64_t candidates, uint64_t starts,
                                                      uint64_t separator, const uint8_t *p, size_t n,
                                                      size_t at)
{
    uint64_t names = 0;
    for (; candidates; candidates = _blsr_u64(candidates)) {
        size_t last = _tzcnt_u64(candidates), start = 63 - _lzcnt_u64(starts & _blsmsk_u64(candidates));
        size_t separators = start ? _lzcnt_u64(~(separator << (64 - start))) : 0;
        bool name;
        if (separators == start || last == 63 || n < 8)
            name = is_name_at_border(p, n, at + start, at + last + 1);
        else
            name = is_quoted_status(p, at + start, at + last + 1) ||
                   is_spaced_status(p, at + start, at + last + 1) ||
                   (separators <= NAME_SEPARATORS_MAX && ends_with_name(p, at + start - separators) &&
                    is_name(p, at + start, at + last + 1));
        if (__builtin_expect(name, 0)) /* a branch, so that the plan need not wait for the answer */
            names |= _blsi_u64(candidates);
    }
    return names;
}

/* The runs of a block, told by their last bytes, that are names or may go on as such. Called for few blocks.
 */
static __attribute__((noinline)) uint64_t mask_names(const struct mask_classes *c, struct mask_state *state,
                                                     uint64_t holding, uint64_t thirds, const uint8_t *p,
                                                     size_t n, size_t at)
{
    uint64_t starts = c->word & ~(c->word << 1), lasts = c->word & ~(c->word >> 1), last = lasts & 1ull << 63;
    unsigned long long behind; /* separators behind a last letter carry out to the byte behind them */
    state->near =
        _addcarry_u64(state->near, c->separator, (c->last << 1 | state->last) & c->separator, &behind);
    uint64_t near = starts & behind, upto4 = near | near << 1 | near << 2 | near << 3;
    uint64_t candidates = (holding | last) & (upto4 | near << 4);
    candidates |= (lasts & thirds << 2) | (last & (thirds | thirds << 1));
    uint64_t names = names_among(candidates, starts, c->separator, p, n, at);
    names |= _blsi_u64(lasts) & -(state->name & c->word); /* the first run, if the name goes on there */
    state->name = names >> 63;
    state->last = c->last >> 63;
    state->named = state->name | state->last | state->near;
    return names;
}

/* What to do with the `len` bytes at p + at of the message p[0, n). Bits from len on are 0 in all classes. */
static inline __attribute__((always_inline)) struct mask_plan mask_plan(const struct mask_classes *c,
                                                                        unsigned len,
                                                                        struct mask_state *state,
                                                                        const uint8_t *p, size_t n, size_t at)
{
    uint64_t digit = c->digit | (c->word & state->masked);
    uint64_t keep = _bzhi_u64(~(c->blank & (c->blank << 1 | state->blank)), len);
    uint64_t before = c->digit | c->quote, spaces = c->blank & (before << 1 | state->digit);
    uint64_t masked = 0, masked_starts = 0;
    if (digit | c->last | state->named) {
        uint64_t starts = c->word & ~(c->word << 1), lasts = c->word & ~(c->word >> 1);
        uint64_t thirds = starts & c->digit & (spaces << 1 | state->spaced) & (lasts >> 2 | 3ull << 62);
        masked = lasts & (((c->word & ~digit) + starts) | digit);
        if (__builtin_expect((c->last | thirds | state->named) != 0, 0))
            masked &= ~mask_names(c, state, masked, thirds, p, n, at);
        masked_starts = _pdep_u64(_pext_u64(masked, lasts), starts);
        keep = (keep & ~((masked << 1) - masked_starts)) | masked_starts;
    }
    /* no branches: nothing foretells what lies across a border */
    uint64_t whole = -(uint64_t)(c->word == ~0ull), goes_on_masked = masked >> 63;
    size_t rewind = -(masked_starts & 1) & state->open;
    size_t tail = _lzcnt_u64(~c->word) + (whole & state->open);
    state->open = (tail & (goes_on_masked - 1)) | goes_on_masked;
    state->blank = c->blank >> 63;
    state->masked = masked >> 63;
    state->digit = before >> 63;
    state->spaced = spaces >> 63;
    return (struct mask_plan){keep, masked_starts, rewind};
}

/* Offsets of the set bits, counted from base; returns how many. Most blocks end no line or one or two: two
 * are written whether there or not, so that no branch depends on it. out has room for 64. */
static inline size_t ends_write(uint64_t ends, uint32_t base, uint32_t *out)
{
    size_t count = (size_t)_mm_popcnt_u64(ends);
    uint64_t two = base + _tzcnt_u64(ends); /* at one store: the compiler would put vectors together */
    ends = _blsr_u64(ends);
    two |= (base + _tzcnt_u64(ends)) << 32;
    ends = _blsr_u64(ends);
    two = htole64(two);
    memcpy(out, &two, sizeof two);
    for (size_t i = 2; __builtin_expect(i < count, 0); i++, ends = _blsr_u64(ends))
        out[i] = base + (uint32_t)_tzcnt_u64(ends);
    return count;
}

#endif
