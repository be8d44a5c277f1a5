/* subject: what a change is about, and whether that is what got into trouble.
 *
 * An early line precedes all trouble, whatever it is about; an engineer asks whose change it was. Three
 * things tell, all learnt from the logs themselves: a service that the line names and that changes, fails or
 * falls silent right after it; how often its service speaks of such changes anyhow; how often sources speak
 * up for the first time amid these logs. And who changed something last is asked first. */
#ifndef ONSET_ANALYSIS_SUBJECT_H
#define ONSET_ANALYSIS_SUBJECT_H

#include "analysis/hypothesis.h"

struct subjects;

struct subjects *subjects_new(const struct model *model);
struct subjects *subjects_free(struct subjects *subjects);
/* The services that the first line of a series names, beside its own one; each once. */
#define SUBJECTS_NAMED 16 /* the rest is not looked at */
size_t subjects_named(const struct subjects *subjects, const struct series *series, uint32_t own,
                      uint32_t ret[SUBJECTS_NAMED]);
/* Weighs one of the events, a change; events by time. */
void subjects_weigh(const struct subjects *subjects, struct model *model, struct hypothesis *hypothesis,
                    const struct hypothesis *events, size_t count, const struct onset_split *split);
/* When all are weighed: changes that nothing ties to the trouble, and after which others were made before it
 * came. */
void subjects_supersede(struct model *model, struct hypothesis *events, size_t count,
                        const struct onset_split *split);

#endif
