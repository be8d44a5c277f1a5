/* What following tells, as it happens: for a terminal, or one JSON object a line (schema "onset-follow/1").
 */
#ifndef ONSET_REPORT_REPORT_FOLLOW_H
#define ONSET_REPORT_REPORT_FOLLOW_H

#include "report/report.h"

enum follow_event {
    FOLLOW_WATCHING,  /* enough is known of what is normal */
    FOLLOW_CANDIDATE, /* a hypothesis, told for the first time */
    FOLLOW_UPDATE,    /* ... that stands elsewhere now */
    FOLLOW_OVER,      /* the trouble has stopped */
    FOLLOW_AGAIN,     /* ... and is back */
    FOLLOW_END
};

struct follow_report {
    enum follow_event event;
    const struct findings *findings; /* of CANDIDATE, UPDATE, OVER and AGAIN */
    size_t index;                    /* of the candidate */
    size_t index_before;             /* of UPDATE: where it stood when it was told last */
    double confidence_before;
    int64_t now_ns;          /* wall clock */
    uint64_t lines, sources; /* read so far */
    int verdict;             /* of END: enum onset_verdict */
};

int report_follow_text(const struct follow_report *report, const struct report_style *style, onset_sink sink,
                       void *context);
int report_follow_json(const struct follow_report *report, onset_sink sink, void *context);

#endif
