/* language: what words tell of a line beside its kind (wording.h): that nothing was done, that something is
 * gone or missing, that work begins. */
#ifndef ONSET_ANALYSIS_LANGUAGE_H
#define ONSET_ANALYSIS_LANGUAGE_H

#include "base/span.h"

/* A change: does it say that nothing was done (skipped, unchanged, up to date, would be)? */
bool language_undone(struct span message);
/* Does it say that a trouble is over (recovered, caught up, serving again)? */
bool language_recovers(struct span message);
/* Does it say that something is taken away (destroyed, deleted, pruned, revoked, disabled)? */
bool language_destroys(struct span message);
/* Does it say that settings are read again (reload, SIGHUP), which no process does when it starts? */
bool language_reloads(struct span message);
/* Does it say that some work begins (started, running, executing)? */
bool language_begins(struct span message);
/* Does it tell that something that was there is another now, or gone? To create is what any request does. */
bool language_alters(struct span message);
/* Does the message say that something it needs is not there (refused, no servers, unknown host), rather than
 * slow or failing? Such an effect points at what is missing. */
bool language_absence(struct span message);

#endif
