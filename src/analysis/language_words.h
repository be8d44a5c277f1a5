/* language_words: the words by which a line tells that nothing was done, that something is gone, and so on,
 * list by list. */
#ifndef ONSET_ANALYSIS_LANGUAGE_WORDS_H
#define ONSET_ANALYSIS_LANGUAGE_WORDS_H

#include <stddef.h>

#define LANGUAGE_PHRASES_MAX 255 /* in one list */

enum {
    UNDONE, /* of a change: nothing was done */
    RECOVERIES,
    WELL, /* before "again": recovered */
    ABSENCES,
    DESTRUCTIONS,
    ALTERATIONS,
    BEGINNINGS,
    RELOADS, /* what no process does when it starts */
    LANGUAGE_LISTS
};

/* In lower case; each begins with a letter and has three bytes at least. */
struct language_list {
    const char *const *phrases;
    size_t count;
};

extern const struct language_list language_lists[LANGUAGE_LISTS];

#endif
