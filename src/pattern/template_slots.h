/* template_slots: variables that are told by how many values a place has held.
 *
 * Messages are rows of words. Two rows of one group and length that differ in one word belong together when that place, in
 * rows otherwise equal, has held at least TEMPLATE_VALUES words. Repeated until nothing merges. */
#ifndef ONSET_PATTERN_TEMPLATE_SLOTS_H
#define ONSET_PATTERN_TEMPLATE_SLOTS_H

#include "base/arena.h"
#include "base/table.h"

#define ROW_WORDS_MAX 160 /* what is behind them is one word */

enum { WORD_ID_VARIABLE = 0, WORD_ID_BLANK = 1 };

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
};

void words_init(struct word_list *list);
void words_done(struct word_list *list);
/* Cut a shaped message into words. */
void row_split(struct row *row, struct span shaped, struct word_list *list, struct arena *arena);
/* Merge rows: afterwards row_root tells who belongs together, and opened places hold WORD_ID_VARIABLE. */
void rows_merge(struct row *rows, size_t count, const struct word_list *list);
uint32_t row_root(struct row *rows, uint32_t i);

#endif
