/* turning: does a message tell of a change that somebody or something made: "Pruned", "scaled down",
 * "deleting"?
 *
 * Asked of records that name what they are about beside their message (fields.h): a change is another one
 * when it is another thing that changes, while a request is the same whatever it asks for. By the words
 * alone, so that it is a function of the line; better too often than not, since what is told apart for
 * nothing is merged as templates are. */
#ifndef ONSET_RECORD_TURNING_H
#define ONSET_RECORD_TURNING_H

#include "base/span.h"

bool turning_is_told(struct span message);
/* The same, or of work that somebody or something began: "Starting job", "COMMAND=/bin/rm", "commit". */
bool turning_is_work(struct span message);

#endif
