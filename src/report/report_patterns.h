/* report_patterns: the table of templates of a model, most frequent first. Text for a person (not cut: a
 * template is to be copied), JSON (schema "onset-patterns/1") for a program. Same rules as report.h. */
#ifndef ONSET_REPORT_REPORT_PATTERNS_H
#define ONSET_REPORT_REPORT_PATTERNS_H

#include "analysis/model.h"
#include "report/report.h"

int report_patterns_text(const struct model *m, const struct report_style *style, onset_sink sink,
                         void *context);
int report_patterns_json(const struct model *m, onset_sink sink, void *context);

#endif
