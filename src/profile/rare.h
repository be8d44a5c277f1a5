/* rare: how often profiles that will be added up have met a series, until that is more than TURNS_RARE.
 *
 * Of a rare series profiles keep more than counts (exemplar.h, odds.h), and each of its lines costs as much
 * as thirty others. Workers share one of these, so that what is no rarity to all of them is none to any:
 * else each would have to meet it TURNS_RARE times by itself. It saves work and changes no sum: what a part
 * has not kept, the sum would not keep.
 *
 * Threads: any number, at once. What finds no place is counted by each for itself. Memory: 128 KiB, of which
 * only what is used is touched. */
#ifndef ONSET_PROFILE_RARE_H
#define ONSET_PROFILE_RARE_H

#include "profile/profile.h"

#include <stdatomic.h>

enum { RARE_SLOTS = 8192 };

struct rare { /* zeroed is empty */
    struct rare_slot {
        _Atomic uint64_t key; /* of a series; 0: free */
        atomic_uint count;
    } slots[RARE_SLOTS];
};

/* One more record of that series, which one of the profiles has counted or is about to. False: there are more
 * than TURNS_RARE in all. */
static inline bool rare_count(struct rare *rare, uint64_t key)
{
    struct rare_slot *slot = &rare->slots[key % RARE_SLOTS];
    uint64_t held = 0;
    if (atomic_load_explicit(&slot->key, memory_order_relaxed) != key &&
        !atomic_compare_exchange_strong(&slot->key, &held, key) && held != key)
        return true;
    return atomic_fetch_add_explicit(&slot->count, 1, memory_order_relaxed) < TURNS_RARE;
}

#endif
