/* hypothesis: one event, news of one service at one moment, with what speaks for and against that it began
 * the trouble, in bits that add up. */
#ifndef ONSET_ANALYSIS_HYPOTHESIS_H
#define ONSET_ANALYSIS_HYPOTHESIS_H

#include "analysis/links.h"
#include "analysis/place.h"
#include "analysis/shift.h"
#include "analysis/window.h"

#define EVIDENCE_MAX 16
#define BURST_GROUP_NS                                                                                       \
    (250 * 1000000LL) /* what one request takes: news of one service this close is one event */
#define BURST_SPAN_NS (1000 * 1000000LL) /* that spans a second at most */

struct hypothesis {            /* one event: news of one service at one moment */
    const struct news *first;  /* its earliest line */
    const struct news *lead;   /* its earliest line that tells something */
    const struct news *worst;  /* of greatest severity; may be the lead */
    const struct news *detail; /* an exception of it, or NULL */
    uint32_t service;
    int64_t time_ns, last_ns; /* of its first and its last piece of news */
    uint8_t severity;
    enum role role;
    bool lifecycle; /* a change that tells only of a process that begins or ends */
    bool destroys;  /* a change that no rule knows takes something away */
    bool absence;   /* one of its lines says what is not there */
    enum layer layer;
    const struct rule *rule;
    double surprise; /* the greatest of its news */
    double mass;
    double bits;
    double share_after; /* of the effect mass of other events, how much came after it */
    size_t services_after;
    struct link_words words;       /* rare words of its lines */
    const struct pattern *earlier; /* a failure of long before that it may go back to, or NULL */
    const struct shift *shift;     /* work that ended or began with a change and stayed so, or NULL */
    struct place_words place;
    struct evidence evidence[EVIDENCE_MAX];
    size_t evidence_count;
};

/* The news between two times as events, by time, and the changes before that are marked; without evidence.
 * Into the model's arena. */
struct hypothesis *hypotheses_new(struct model *model, const struct news *news, size_t count, int64_t from_ns,
                                  int64_t to_ns, size_t *ret_count);

/* One more piece of evidence; sentence must live as long as the hypothesis. */
void hypothesis_add(struct hypothesis *hypothesis, const char *kind, double bits, const char *sentence);
/* The bits of what ties it to the trouble: what it is about, and rare words that both name. */
double hypothesis_tied_bits(const struct hypothesis *hypothesis);
/* Only in builds that bench/ablation makes: is this kind of evidence left out? */
bool evidence_left_out(const char *kind);

#endif
