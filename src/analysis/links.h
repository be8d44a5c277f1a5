/* links: which new lines speak of the same thing. Two lines that share a rare word (a table, a host, a
 * tenant) or an identifier (a request, a trace, a volume) are about one event, whatever service says them.
 *
 * Words are taken from the first real line of each pattern, values included: the masked template has lost
 * them. A word is rare when few patterns of the whole log hold it. */
#ifndef ONSET_ANALYSIS_LINKS_H
#define ONSET_ANALYSIS_LINKS_H

#include "analysis/model.h"

#define LINK_WORDS 48 /* of a line; the rest is not looked at */

struct links {
    struct table holders; /* word -> in how many patterns, as an integer in the pointer */
    struct table sets;    /* first line of a pattern -> its words, of the arena */
    struct arena arena;
    size_t rare; /* at most so many patterns hold a rare word */
};

struct link_words {
    uint64_t words[LINK_WORDS]; /* ascending hashes */
    size_t count;
};

/* What is new from from_ns on does not make an id common: all the trouble may name it. */
void links_make(struct links *links, const struct model *model, int64_t from_ns);
void links_done(struct links *links);
/* The rare words of a pattern's first line, added to those that are there. */
void links_add(const struct links *links, const struct series *series, struct link_words *words);
/* Those of `words` that are not among the known ones are left. */
void links_remove(struct link_words *words, const struct link_words *known);
/* Those that look like ids of one thing go: long, of letters and digits. */
void links_drop_ids(struct link_words *words);
bool links_share(const struct link_words *a, const struct link_words *b);
/* The same of a word that is no plain one. */
bool links_share_name(const struct link_words *a, const struct link_words *b);
/* Does the line hold, as a word of its own, the rare first label of a host that the trouble names? "removed
 * pgwriter", of pgwriter.int.example. */
bool links_names_host(const struct links *links, const struct series *line, const struct series *trouble);

#endif
