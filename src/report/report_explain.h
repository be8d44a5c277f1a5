/* report_explain: all that is known of one pattern (findings.explained, which must be there). Text for a
 * person: log lines are not cut, as they are to be copied. JSON: schema "onset-explain/1". Same rules as
 * report.h. */
#ifndef ONSET_REPORT_REPORT_EXPLAIN_H
#define ONSET_REPORT_REPORT_EXPLAIN_H

#include "report/report.h"

int report_explain_text(const struct findings *f, const struct report_style *style, onset_sink sink,
                        void *context);
int report_explain_json(const struct findings *f, onset_sink sink, void *context);

#endif
