/* report_baseline: the patterns that a baseline remembers, one at a time. */
#ifndef ONSET_REPORT_REPORT_BASELINE_H
#define ONSET_REPORT_REPORT_BASELINE_H

#include "profile/store.h"
#include "report/report.h"

void report_baseline_text(const struct store_row *row, bool first, const struct report_style *style,
                          struct text *ret_text); /* first: with the heads of the columns */
void report_baseline_json(const struct store_row *row, struct text *ret_text); /* one object, one line */

#endif
