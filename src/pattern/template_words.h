/* template_words: a shaped message as a row of words, and what is known of each word by its looks.
 *
 * A run of variables with nothing but signs and units between them ("12 ms", "1:28:34", "<1 sec", "7 8 9") is
 * one word that is equal to any other variable, so that a value that is written in several ways makes one
 * template; its text stays. A word behind a number is equal in singular and plural ("1 file", "2 files"). */
#ifndef ONSET_PATTERN_TEMPLATE_WORDS_H
#define ONSET_PATTERN_TEMPLATE_WORDS_H

#include "base/arena.h"
#include "base/table.h"

#define ROW_WORDS_MAX 160 /* what is behind them is one word */

/* VARIABLE: what masking and shape found; OPENED: what values found. Both read <*> and are equal. */
enum { WORD_ID_VARIABLE = 0, WORD_ID_BLANK = 1, WORD_ID_OPENED = 2 };

struct word { /* one of the different words of all rows */
    struct span text;
    uint64_t hash;  /* equal words have equal hashes */
    uint64_t alone; /* of a run of words that is this one */
    bool variable;  /* a variable or a run of them, or OPENED */
    bool open;      /* a word of letters or digits: may become a variable */
    bool small;     /* nothing but small letters */
    bool outcome;   /* tells outcomes apart: never becomes a variable */
    bool truth;     /* true, false */
    bool number;    /* a number that is a name */
    bool bracket;   /* or a quote that opens */
    bool empty;     /* null, none, hexadecimal letters ...: what may stand where a variable is missing */
};

struct word_list {
    struct table ids, looks; /* looks: of words that mean something to us */
    struct table values;     /* words that were found to be values */
    struct word *words;
    size_t count, size;
    bool brackets; /* some message of the source holds one */
};

struct row {
    uint64_t group;
    uint32_t *words; /* ids */
    uint32_t count;
    uint32_t parent;  /* union-find; the root has the smallest index */
    uint32_t version; /* how often .words changed */
    bool folded;      /* in this round */
    bool first;       /* of equal rows: duplicates count for nothing */
    bool brackets;    /* holds one; without it nothing is inside */
};

void words_init(struct word_list *list);
void words_done(struct word_list *list);
/* The words stay known; what the messages of one source told does not. */
void words_next_source(struct word_list *list);
/* Cut a shaped message into words. */
void row_split(struct row *row, struct span shaped, struct word_list *list, struct arena *arena);

#endif
