/* window: when it began. Novelty decides, counting only places it: the onset is the best split of the news
 * into a stretch that is as usual and one that is not, by likelihood ratio. */
#ifndef ONSET_ANALYSIS_WINDOW_H
#define ONSET_ANALYSIS_WINDOW_H

#include "analysis/news.h"

#define TRIFLE_MASS 2.0 /* that any stretch of five minutes may have */

struct onset_split {
    bool found;
    int64_t time_ns;       /* the first news of the burst */
    int64_t effect_ns;     /* the first trouble in it */
    double score;          /* log likelihood ratio, nats */
    double mass;           /* news mass in the five minutes after */
    size_t services;       /* in which trouble is new then */
    size_t patterns;       /* of new trouble then */
    size_t severe;         /* of them, logged as errors: somebody felt them */
    size_t warnings;       /* new warnings of unknown meaning then */
    size_t causes;         /* of the new trouble, what names a cause by the words or the catalogue */
    double events;         /* trouble records of those patterns; a tenth of those that no one warns of */
    double told;           /* of them, those that are not logged as routine */
    double unit_seconds;   /* in which what was changed is felt at once; 0: a minute */
    double lasted_seconds; /* from the first to the last of them */
    int64_t trouble_to_ns; /* the last of them that is no warning of unknown meaning; TIME_NONE: none is */
};

struct onset_split split_find(const struct model *model, const struct news *news, size_t count,
                              int64_t from_ns, int64_t to_ns);
/* Is the split an outage, or one of the small things that healthy systems say? given: a person named the
 * time. */
/* Is its trouble nothing but known effects that no one logs as errors: probes of what starts, and the like?
 */
bool split_is_mild(const struct onset_split *split);
bool split_convinces(const struct model *model, const struct onset_split *split, bool given);

#endif
