/* exemplar: real lines that stand for a series: its first one, and of a rare series the last ones that tell
 * of a change. Both sets are functions of the records alone, not of the order in which they came or were
 * merged: the smallest by (time, file, offset), and the TURNS_KEPT largest of the rest. */
#ifndef ONSET_PROFILE_EXEMPLAR_H
#define ONSET_PROFILE_EXEMPLAR_H

#include "profile/profile.h"

/* a before b, by (time, file, offset) */
bool exemplar_before(const struct exemplar *a, const struct exemplar *b);
/* Copy the line into e, and free what e held: at most EXEMPLAR_BYTES_MAX bytes of the line and of a message
 * outside of it, and of a longer line what stands around the first sign of a failure behind them. */
void exemplar_set(struct exemplar *e, const struct occurrence *line);

/* The same, at most `bytes` of either, and nothing of what is behind. */
void exemplar_keep(struct exemplar *e, const struct occurrence *line, size_t bytes);
/* What was copied, as a line again; lives as long as e. Severity, kind and head are not known of it. */
struct occurrence exemplar_line(const struct exemplar *e);

/* Of a long line, where the part that is not kept first says that something failed; mostly empty. */
struct span exemplar_excerpt(const struct exemplar *e);

/* One more record of a series that has its first line already. */
void turns_add(struct series *series, const struct occurrence *line);
/* The first line is about to be replaced by an earlier one. */
void turns_demote(struct series *series);
/* Before counts are added up: all lines of `from`, its first one included when it is not the first of both.
 */
void turns_merge(struct series *into, const struct series *from, bool with_first);
void turns_done(struct series *series);

#endif
