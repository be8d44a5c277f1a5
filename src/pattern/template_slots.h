/* template_slots: variables that are told by how many values a place has held.
 *
 * Rows of one group belong together when they are equal but for
 *   - one word, in a place that has held at least TEMPLATE_VALUES words (or was opened before: then one word
 * more is no news), or what may stand for a missing variable;
 *   - what stands inside one pair of brackets, however many words that is;
 *   - several words at once (template_frames.h).
 * Repeated a few times, because one opened place makes the next visible. */
#ifndef ONSET_PATTERN_TEMPLATE_SLOTS_H
#define ONSET_PATTERN_TEMPLATE_SLOTS_H

#include "pattern/template_words.h"

#define NUMBERS_MAX 16 /* different numbers that may be names in one place: statuses, exit codes */

/* Beside so many words of a sentence, what stands where a variable may stand is one: "via eth0", "via lo". */
#define WORDS_SURE 3

/* One word in so many that tells an outcome is a coincidence: it alone stays apart, the others are values. */
#define OUTCOMES_RARE 10

/* Merge rows: afterwards row_root tells who belongs together, and opened places hold WORD_ID_OPENED. */
void rows_merge(struct row *rows, size_t count, struct word_list *list);
uint32_t row_root(struct row *rows, uint32_t i);
void rows_unite(struct row *rows, uint32_t a, uint32_t b);

/* The row becomes one of those that row `general` stands for: whatever it holds at their variables. */
void row_join(struct row *rows, uint32_t i, uint32_t general, const struct word_list *list);

struct row_sums { /* before[t]: hash of group and words in front of t; behind[t]: of those from t on */
    uint64_t before[ROW_WORDS_MAX + 1], behind[ROW_WORDS_MAX + 1];
};
void row_sum(const struct row *row, const struct word_list *list, struct row_sums *ret_sums);

/* Where the bracket or quote that opens at word t closes, and how many words it holds; 0: nowhere. */
uint32_t row_pair_end(const struct row *row, uint32_t t, const struct word_list *list, uint32_t *ret_words);
/* The same; 0 also when it holds less than two words. */
uint32_t row_bracket_end(const struct row *row, uint32_t t, const struct word_list *list);

#endif
