/* report_catalogue: rules as a table, one a line, or as JSON (schema "onset-catalogue/1"). Same rules as
 * report.h. */
#ifndef ONSET_REPORT_REPORT_CATALOGUE_H
#define ONSET_REPORT_REPORT_CATALOGUE_H

#include "report/report.h"

int report_catalogue_text(const struct rule *const *rules, size_t count, const struct report_style *style,
                          onset_sink sink, void *context);
int report_catalogue_json(const struct rule *const *rules, size_t count, onset_sink sink, void *context);

#endif
