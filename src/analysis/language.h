/* language: how a line is worded, where the catalogue knows no rule for it. Words that engineers of any
 * system use for a change (applying, migrating, rolled back), for a cause (expired, no space left, missing)
 * and for an effect of something elsewhere (timed out, refused, retrying). Weaker evidence than a rule: a
 * word may mean anything. */
#ifndef ONSET_ANALYSIS_LANGUAGE_H
#define ONSET_ANALYSIS_LANGUAGE_H

#include "analysis/catalogue.h"

/* The role that the words of a message suggest, ROLE_UNKNOWN when they suggest none. */
enum role language_role(struct span message);
/* A change: does it say that nothing was done (skipped, unchanged, up to date, would be)? */
bool language_undone(struct span message);
/* Does it say that a trouble is over (recovered, caught up, serving again)? */
bool language_recovers(struct span message);
/* Does it say that something is taken away (destroyed, deleted, pruned, revoked, disabled)? */
bool language_destroys(struct span message);
/* A change: does it say only that a process starts anew or reads its settings again (restarted, reloading)?
 */
bool language_lifecycle(struct span message);
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
