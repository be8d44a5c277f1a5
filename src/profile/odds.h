/* odds: of a rare series, the lines in which a number is another one for the first time.
 *
 * A series knows words, not numbers: "rates loaded pairs=15" and "pairs=14" are one pattern. What an engineer
 * asks of a table, a pool or a limit is whether it is what it always was. So for each of the first
 * ODDS_PLACES words of a message this keeps the first line in which the number there is not that of the
 * series' first line. All lines before it had the same one. A function of the records alone, as turns are
 * (exemplar.h), and none of a series of more than TURNS_RARE records. */
#ifndef ONSET_PROFILE_ODDS_H
#define ONSET_PROFILE_ODDS_H

#include "profile/profile.h"

#define ODDS_PLACES 12  /* words of a message that are looked at */
#define ODDS_BYTES  256 /* of a message, likewise */

/* The number that stands as word `place` (from 0) of a message: "14" of "pairs=14", "30s", "0.5"; empty when
 * another kind of word stands there. ret_name: the word before it where '=' or ':' joins them, else empty. */
struct span odds_number(struct span message, size_t place, struct span *ret_name);

/* One more record of a series that has its first line already, and is not before it. */
void odds_add(struct series *series, const struct occurrence *line);
/* `line` is about to become the first line of the series. */
void odds_demote(struct series *series, const struct occurrence *line);
/* Before the first lines of both are compared: what `from` has becomes part of `into`. from_first: its first
 * line will be that of both. */
void odds_merge(struct series *into, const struct series *from, bool from_first);
void odds_done(struct series *series);
/* Are they such as this makes: few, in order, behind the first line? */
bool odds_fit(const struct series *series);

#endif
