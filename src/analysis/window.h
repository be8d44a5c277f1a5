/* window: when it began. Novelty decides, counting only places it: the onset is the best split of the news
 * into a stretch that is as usual and one that is not, by likelihood ratio. */
#ifndef ONSET_ANALYSIS_WINDOW_H
#define ONSET_ANALYSIS_WINDOW_H

#include "analysis/news.h"

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
    double events;         /* trouble records of those patterns */
    double lasted_seconds; /* from the first to the last of them */
};

struct onset_split split_find(const struct model *model, const struct news *news, size_t count,
                              int64_t from_ns, int64_t to_ns);
/* Is the split an outage, or one of the small things that healthy systems say? given: a person named the
 * time. */
bool split_convinces(const struct model *model, const struct onset_split *split, bool given);

#endif
