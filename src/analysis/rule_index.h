/* rule_index: which parts of rules could match a text, found in one pass over it. A part can match when the
 * text holds one of its words and, of each further set of words that it needs, all threes of bytes of one.
 * The index of the built-in rules is a constant that rules_to_c prints: starting costs nothing. */
#ifndef ONSET_ANALYSIS_RULE_INDEX_H
#define ONSET_ANALYSIS_RULE_INDEX_H

#include "analysis/rule_parts.h"
#include "base/span.h"

#define RULE_SLOT_BITS  15
#define RULE_SLOTS      (1u << RULE_SLOT_BITS)
#define RULE_THREE_BITS 13         /* threes of a text are kept as bits, by the first bits of their slots */
#define RULE_INDEX_MAX  UINT16_MAX /* parts, and words */

struct indexed_part { /* strings: where they begin in .text */
    uint32_t pattern, words, also;
    uint32_t rule;
};

struct indexed_word {
    uint32_t at;           /* in .text */
    uint16_t part, next;   /* next: index + 1 of the next word in the slot; 0: none */
    uint8_t bytes, before; /* before: bytes of the word before the three it is filed under */
};

struct rule_index {
    const char *text;
    const struct indexed_part *parts;
    const struct indexed_word *words;
    const uint16_t *slots;  /* RULE_SLOTS: index + 1 of the first word; 0: none */
    const uint64_t *always; /* bit i: part i is always tried; NULL: none is */
    size_t text_bytes, part_count, word_count;
};

/* What a text holds; one for each thread. */
struct rule_look {
    uint64_t *found; /* bit i: the words of part i */
    uint64_t threes[(1u << RULE_THREE_BITS) / 64];
};

/* Copies what it needs. part.rule: any number below 2^32. */
struct rule_index *rule_index_new(const struct rule_part *parts, size_t count);
struct rule_index *rule_index_free(struct rule_index *index); /* accepts NULL; returns NULL */

size_t rule_index_sets(
    const struct rule_index *index); /* 64-bit words of look->found, which the caller makes */
void rule_index_look(const struct rule_index *index, struct span text, struct rule_look *look);
/* Of a part that is found: could the text hold the other words that it needs? */
bool rule_index_may(const struct rule_index *index, size_t part, const struct rule_look *look);

#endif
