/* severity_parts: what the parts of severity share: severity.c (levels), severity_header.c (where they stand
 * in a line), severity_event.c (formats of events), severity_words.c (what only failures say). Private to
 * severity. */
#ifndef ONSET_RECORD_SEVERITY_PARTS_H
#define ONSET_RECORD_SEVERITY_PARTS_H

#include "base/ascii.h"
#include "record/severity.h"

enum { LEVEL_BYTES_MAX = 13, MASKED_NUMBER = 1 /* what masking leaves of a run with a digit */ };

struct level {
    char name[LEVEL_BYTES_MAX + 1]; /* lower case */
    uint8_t bytes;
    uint8_t severity;
    bool weak; /* also an everyday word: in a header it counts only in brackets or before a colon */
};

/* The level whose name the word is; NULL: it is none. word: not empty. */
const struct level *level_find(struct span word);
uint8_t level_of_mark(uint8_t letter); /* 'E', 'W' ...; 0: none */
/* "SCHWERWIEGEND", "Avertissement", "严重": a level's name in another language than English; 0: it is none.
 */
uint8_t severity_of_foreign(struct span word);

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

static inline bool is_number(uint8_t byte)
{
    return byte == MASKED_NUMBER || is_digit(byte);
}

/* Does the text, folded, begin with these lower-case letters? */
static inline bool folds_to(struct span text, const char *start)
{
    size_t i = 0;
    for (; start[i]; i++)
        if (i >= text.len || lower(text.ptr[i]) != (uint8_t)start[i])
            return false;
    return true;
}

/* The run that ends right before `at`, blanks left out; empty: none, or something else stands there. */
static inline struct run run_before(struct span text, size_t at)
{
    while (at && is_blank(text.ptr[at - 1]))
        at--;
    size_t begin = at;
    while (begin && is_word(text.ptr[begin - 1]))
        begin--;
    return begin < at ? next_run(text, begin) : (struct run){.begin = at, .end = at};
}

/* What a symbol in front of the text tells: "✖ text", "[!] text", "!!!  dvi: text"; 0: it is none. */
uint8_t severity_of_symbol(struct span message);
/* What stands behind "error:" where there was none: nothing, "none", "null", `""`, a number and nothing else;
 * with any_number whatever begins with a number, which may be a count of 0. */
bool severity_is_nothing(struct span value, bool any_number);
/* Does the word "error" in run begin what failed: "error while reading", "Error response from x", "error
 * (device sda)"? True as well for "warning". */
bool severity_speaks(struct span text, struct run run);

#endif
