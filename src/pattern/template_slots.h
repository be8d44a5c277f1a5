/* template_slots: variables that are told by how many values a place has held.
 *
 * Messages are rows of words. Rows of one group belong together when they are equal but for
 *   - one word, in a place that has held at least TEMPLATE_VALUES words (or was opened before: then one word
 * more is no news);
 *   - several words, each much rarer in its place than the words around it, in places that have held as many;
 *   - what stands inside one pair of brackets, however many words that is.
 * Repeated a few times, because one opened place makes the next visible. */
#ifndef ONSET_PATTERN_TEMPLATE_SLOTS_H
#define ONSET_PATTERN_TEMPLATE_SLOTS_H

#include "base/arena.h"
#include "base/table.h"

#define ROW_WORDS_MAX 160 /* what is behind them is one word */

/* VARIABLE: what masking and shape found; OPENED: what slots found. Both read <*> and are equal. */
enum { WORD_ID_VARIABLE = 0, WORD_ID_BLANK = 1, WORD_ID_OPENED = 2 };

struct word { /* one of the different words of all rows */
    struct span text;
    uint64_t hash;
    bool open;    /* may become a variable */
    bool outcome; /* tells outcomes apart */
};

struct word_list {
    struct table ids;
    struct word *words;
    size_t count, size;
};

struct row {
    uint64_t group;
    uint32_t *words; /* ids */
    uint32_t count;
    uint32_t parent; /* union-find; the root has the smallest index */
    bool folded;     /* in this round */
};

void words_init(struct word_list *list);
void words_done(struct word_list *list);
/* Cut a shaped message into words. */
void row_split(struct row *row, struct span shaped, struct word_list *list, struct arena *arena);
/* Merge rows: afterwards row_root tells who belongs together, and opened places hold WORD_ID_VARIABLE. */
void rows_merge(struct row *rows, size_t count, const struct word_list *list);
uint32_t row_root(struct row *rows, uint32_t i);

#endif
