/* news: what is new, surging or gone, and how surprising that is. */
#ifndef ONSET_ANALYSIS_NEWS_H
#define ONSET_ANALYSIS_NEWS_H

#include "analysis/values.h"

#define BITS_CAP 6.0 /* that a pattern is new matters; how new, beyond 1 in 64, hardly does (pilot) */

struct news {
    const struct pattern *pattern;
    const struct series *series;    /* its first line */
    const struct value_news *value; /* of NOVELTY_NEW_VALUE, else NULL */
    enum novelty novelty;
    bool tied;        /* of NOVELTY_AGAIN: it names what fails, and no such line before it did */
    bool early;       /* a change of the hours before the window: it counts all the same */
    int64_t time_ns;  /* when it began */
    double bits;      /* surprise: -log2 P(new record at that time in that service), capped */
    double bits_most; /* the same, were its absence from the past no chance at all */
    double mass;      /* bits weighted by how much it looks like an effect that someone feels */
    double mass_any;  /* the same without asking whether it recurs: where nothing else began */
    double exposure_records, exposure_seconds; /* in which it was absent */
    double before, after;                      /* expected and seen counts, for a surge */
};

/* Everything that began in [from_ns, to_ns], by time; values as values_find gives them. Into memory of the
 * model's arena. */
struct news *news_find(struct model *model, int64_t from_ns, int64_t to_ns, const struct value_news *values,
                       size_t value_count, size_t *ret_count);

/* Bits of news beside an onset: that one line falls there by chance is as unlikely as the stretch is short.
 */
double news_bits_near(const struct model *model, const struct news *news, int64_t onset_ns);

/* When a pattern began to come, ns, that is first counted in [t, t + width) and goes on to to_ns: as long
 * before the end of that bin as its count there takes at the later rate. What is dated to the instant within
 * that second may have come first: the end of it. */
int64_t news_begin(const struct model *model, const struct pattern *pattern, int64_t t, int64_t width,
                   int64_t to_ns);

double severity_weight(uint8_t severity);
/* Is the line a report of trouble: ERROR or worse, or a symptom or cause by the catalogue? */
bool pattern_is_trouble(const struct pattern *pattern);

/* Does the line tell that something is another now, other than that a process starts or stops? */
bool pattern_is_act(const struct pattern *pattern);
/* The news, and between them new lines of changes from before window_ns, when the news begin. What tells of
 * a change in [from_ns, to_ns) is marked. Into memory of the model's arena. */
struct news *news_add_changes(struct model *model, const struct news *news, size_t count, int64_t from_ns,
                              int64_t to_ns, int64_t window_ns, size_t *ret_count);

/* By time, then by place. */
void news_sort(struct news *news, size_t count);

#endif
