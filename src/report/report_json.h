/* report_json: parts of the JSON report that another one holds too. */
#ifndef ONSET_REPORT_REPORT_JSON_H
#define ONSET_REPORT_REPORT_JSON_H

#include "base/json_writer.h"
#include "report/report.h"

/* An object, null when the place has no source. */
void report_json_place(struct json_writer *json, const char *key, const struct place *place);
/* rank: 0 when it is not among those reported. */
void report_json_candidate(struct json_writer *json, const struct candidate *candidate, size_t rank);

#endif
