/* severity_parts: what the parts of severity share: severity.c (levels), severity_header.c (where they stand
 * in a line), severity_event.c (formats of events), severity_words.c (what only failures say). Private to
 * severity. */
#ifndef ONSET_RECORD_SEVERITY_PARTS_H
#define ONSET_RECORD_SEVERITY_PARTS_H

#include "base/ascii.h"
#include "record/severity.h"

enum { LEVEL_BYTES_MAX = 13 };

struct level {
    char name[LEVEL_BYTES_MAX + 1]; /* lower case */
    uint8_t bytes;
    uint8_t severity;
    bool weak; /* also an everyday word: in a header it counts only in brackets or before a colon */
};

/* The level whose name the word is; NULL: it is none. word: not empty. */
const struct level *level_find(struct span word);
uint8_t level_of_mark(uint8_t letter); /* 'E', 'W' ...; 0: none */

static inline uint8_t lower(uint8_t byte)
{
    return byte >= 'A' && byte <= 'Z' ? byte | 0x20 : byte;
}

static inline bool is_word(uint8_t byte)
{
    return is_letter(byte) || is_digit(byte) || byte == '_' || byte == '-' || byte == '.' || byte >= 0x80;
}

static inline bool one_of(uint8_t byte, const char *set)
{
    return byte && strchr(set, byte);
}

static inline uint8_t byte_at(struct span text, size_t at)
{
    return at < text.len ? text.ptr[at] : ' ';
}

/* A run of word bytes, as masking sees it. */
struct run {
    size_t begin, end;
    bool digit, upper, letters;
};

static inline struct run next_run(struct span text, size_t at)
{
    struct run run = {.begin = at, .upper = true, .letters = true};
    for (; at < text.len && is_word(text.ptr[at]); at++) {
        uint8_t byte = text.ptr[at];
        run.digit |= is_digit(byte);
        run.letters &= is_letter(byte);
        run.upper &= (unsigned)byte - 'A' < 26;
    }
    run.end = at;
    return run;
}

#endif
