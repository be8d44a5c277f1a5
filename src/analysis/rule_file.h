/* rule_file: rules read from a YAML file (the form is in catalogue.h; one optional field more, `words: [..]`,
 * see rule_words.h), every field checked and every sample tried. Used by the build tool and by the catalogue
 * for a user's folder. A rule set owns its strings. An error is one line that names the file, the line and,
 * once known, the rule. */
#ifndef ONSET_ANALYSIS_RULE_FILE_H
#define ONSET_ANALYSIS_RULE_FILE_H

#include "analysis/catalogue.h"
#include "analysis/rule_parts.h"
#include "base/arena.h"

struct rule_samples {
    struct span *lines;
    size_t count;
};

struct rule_entry {
    struct rule rule;
    const char *words; /* see rule_words.h */
    struct rule_part *parts;
    size_t part_count;
    struct rule_samples match, nomatch;
    const char *path; /* where it was written */
    size_t line;
};

struct rule_set {
    struct arena arena;
    struct rule_entry *entries;
    size_t count, size;
};

/* Append the rules of one file to the set (zeroed at first). Returns 0, or -1 with the first defect in err;
 * ids must be unique in the whole set. */
int rule_file_read(const char *path, struct rule_set *set, struct onset_error *err);
void rule_set_done(struct rule_set *set); /* accepts NULL and a zeroed set */

#endif
