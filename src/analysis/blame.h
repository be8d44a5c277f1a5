/* blame: who names whom. A service that others complain of, or that they miss, is nearer to the cause than
 * those who complain. Names are those of the services in the logs. */
#ifndef ONSET_ANALYSIS_BLAME_H
#define ONSET_ANALYSIS_BLAME_H

#include "analysis/window.h"

/* For each service, how many others have new trouble around the split that names it. Into the model's arena.
 */
uint32_t *blame_count(struct model *model, const struct news *news, size_t count,
                      const struct onset_split *split);
/* A part that the text of a service names and that says nothing from time_ns to the end of the logs: one of
 * the services, or a word that is made like their names although no log is there for it. Empty when there is
 * none, or when less than a minute follows. The span points into the text or into the model. */
struct span blame_silent(const struct model *model, struct span text, uint32_t service, int64_t time_ns);

#endif
