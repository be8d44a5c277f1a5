/* wording_features: what a message looks like to the model of wording, as numbers: its words, their stems,
 * pairs of neighbours, its first word. Whoever trains the model and whoever asks it must see the same. */
#ifndef ONSET_ANALYSIS_WORDING_FEATURES_H
#define ONSET_ANALYSIS_WORDING_FEATURES_H

#include "base/span.h"

enum {
    WORDING_BITS = 16, /* a feature is a hash of so many bits; 15 cost a point of the hits in a hundred */
    WORDING_FEATURES = 1 << WORDING_BITS,
    WORDING_FEATURES_MAX = 640, /* of one message */
};

/* What a message tells. */
enum wording_kind {
    WORDING_ACT,      /* somebody or something changed a thing */
    WORDING_LIFE,     /* a process starts, stops or reads its settings again */
    WORDING_JOB,      /* a piece of batch work begins, goes on or ends */
    WORDING_CAUSE,    /* a fault is named that explains trouble elsewhere */
    WORDING_EFFECT,   /* what is at fault is elsewhere */
    WORDING_RECOVERY, /* trouble is over */
    WORDING_WARNING,  /* a complaint that explains no outage */
    WORDING_ROUTINE,  /* every day's work */
    WORDING_KINDS
};

/* How it is logged. */
enum wording_level {
    WORDING_UNLEVELLED,
    WORDING_DEBUG,
    WORDING_INFO, /* notices, too */
    WORDING_WARN,
    WORDING_ERROR, /* and worse */
    WORDING_LEVELS
};

/* Features of the message's first 400 bytes, each below WORDING_FEATURES, in the order of its words; the last
 * one is the same for all messages. Returns how many: 1 to WORDING_FEATURES_MAX. */
size_t wording_features(struct span message, uint16_t *ret_features);

#endif
