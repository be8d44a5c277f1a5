/* timeline: how many events fell into which stretch of time, in bounded memory.
 *
 * Sparse bins of width 2^shift seconds whose edges are multiples of the width since the epoch. The shift is
 * always the smallest at which no more than `cap` bins are occupied. That makes a timeline a pure function of
 * the multiset of seconds it was given: adding and merging commute and associate exactly, in any grouping. A
 * rare pattern keeps one-second bins over days; a steady one is coarser.
 */
#ifndef ONSET_PROFILE_TIMELINE_H
#define ONSET_PROFILE_TIMELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct timeline_bin {
    uint32_t index; /* second >> shift */
    uint32_t count; /* saturates */
};

struct timeline {
    struct timeline_bin *bins; /* ascending index */
    uint16_t count, size, cap;
    uint16_t last; /* the bin added to most recently */
    uint8_t shift;
};

void timeline_init(struct timeline *timeline, uint16_t cap); /* cap: 2 to 32767 */
void timeline_done(struct timeline *timeline);
void timeline_add_slow(struct timeline *timeline, uint32_t second, uint32_t count);
void timeline_merge(struct timeline *into, const struct timeline *from);
/* Expected number of events in [from, to) seconds; a bin that is cut counts in proportion. */
double timeline_count(const struct timeline *timeline, int64_t from_second, int64_t to_second);
bool timeline_validate(const struct timeline *timeline, const char **ret_reason);

/* Ask for the memory of the bin ahead of time. */
static inline void timeline_prefetch(const struct timeline *timeline)
{
    __builtin_prefetch(&timeline->bins[timeline->last]);
}

/* Logs are mostly in order: the bin is the last one again, or the one behind it. */
static inline void timeline_add_many(struct timeline *timeline, uint32_t second, uint32_t count)
{
    uint32_t index = second >> timeline->shift;
    if (timeline->count) {
        struct timeline_bin *bin = &timeline->bins[timeline->last];
        bool next = bin->index < index && timeline->last + 1 < timeline->count;
        bin += next;
        if (bin->index == index && bin->count <= UINT32_MAX - count) {
            timeline->last = (uint16_t)(timeline->last + next);
            bin->count += count;
            return;
        }
    }
    timeline_add_slow(timeline, second, count);
}

static inline void timeline_add(struct timeline *timeline, uint32_t second)
{
    timeline_add_many(timeline, second, 1);
}

#endif
