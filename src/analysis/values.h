/* values: a place in a message that held few words and takes another one: "state PASSED" -> "state FAILED".
 *
 * Fingerprints keep words, templates merge them; so what a place held, and since when, is told by the series
 * of a pattern, and by patterns that are equal but for one word. A new value is evidence on its pattern and a
 * row of the findings; a hypothesis of its own only in a line that tells of a change or of work that begins
 * ("job started: reindex"): most others are harmless. */
#ifndef ONSET_ANALYSIS_VALUES_H
#define ONSET_ANALYSIS_VALUES_H

#include "analysis/model.h"

struct value_news {
    const struct pattern *pattern; /* that took the value */
    const struct series *series;   /* the first line with it */
    int64_t time_ns;
    const char *name;               /* of the place: "state" of "state=PASSED"; "": it has none */
    const char *now, *before;       /* before: up to three words, ", " between them */
    uint64_t count, records_before; /* records with it; records before it that held one of the others */
    double bits;                    /* of surprise at a value beside few others */
    double chance_bits;             /* of surprise where many values are each said once */
    bool turns; /* a line that tells of a change, or of work that begins: it may be where things turned */
};

/* Of patterns whose value came in [from, to] ns; by time. Into the model's arena. */
struct value_news *values_find(struct model *model, int64_t from_ns, int64_t to_ns, size_t *ret_count);
/* Those in [from, to] ns that are worth a row, the most surprising few, by time. Into the model's arena. */
struct value_news *values_list(struct model *model, const struct value_news *values, size_t count,
                               int64_t from_ns, int64_t to_ns, size_t *ret_count);
/* "application pay": what it says now, with the name of the place. Into the model's arena. */
const char *values_said(struct model *model, const struct value_news *value);
/* The new value of this pattern, NULL when it has none. */
const struct value_news *values_of(const struct value_news *values, size_t count,
                                   const struct pattern *pattern);

#endif
