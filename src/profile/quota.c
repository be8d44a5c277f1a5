/* Why by first words: a program's sentences differ early, what it puts into them differs late. Why several
 * depths: in front of the sentence there may be a level, a thread and a logger. Why smallest order within a
 * family, and not the first to come: see profile.c. */
#include "profile/quota.h"

#include "base/ascii.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#define WORD_BYTES_MAX 64 /* a longer run is no word */

struct quota_families quota_families_of(uint64_t stream, struct span message)
{
    struct quota_families families = {.count = 0};
    uint64_t key = stream;
    size_t at = 0;
    while (families.count < QUOTA_WORDS) {
        while (at < message.len && is_blank(message.ptr[at]))
            at++;
        if (at == message.len)
            break;
        size_t end = at;
        bool digits = false;
        for (; end < message.len && !is_blank(message.ptr[end]); end++)
            digits |= (uint8_t)(message.ptr[end] - '0') < 10;
        bool plain = !digits && end - at <= WORD_BYTES_MAX;
        key = key_mix(key, plain ? XXH3_64bits(message.ptr + at, end - at) : families.count);
        families.keys[families.count++] = key;
        at = end;
    }
    return families;
}

void quota_done(struct quota *quota)
{
    table_done(&quota->full);
    free(quota->limits);
    *quota = (struct quota){0};
}

static int compare_entry(const void *a, const void *b)
{
    const struct quota_entry *x = a, *y = b;
    return (x->order > y->order) - (x->order < y->order);
}

static void set_full(struct quota *quota, uint64_t family, uint64_t limit)
{
    quota->limits = memory_resize(quota->limits, (quota->count + 1) * sizeof *quota->limits);
    quota->limits[quota->count++] = limit;
    table_put(&quota->full, family, (void *)(uintptr_t)quota->count);
}

bool quota_is_full(const struct quota *quota, uint64_t order, const struct quota_families *families)
{
    for (size_t d = 0; d < families->count && quota->count; d++) {
        uintptr_t found = (uintptr_t)table_get(&quota->full, families->keys[d]);
        if (found && order > quota->limits[found - 1])
            return true;
    }
    return false;
}

/* In order of `order`: a family takes what comes until it is full. */
size_t quota_choose(struct quota *quota, struct quota_entry *entries, size_t count, size_t max,
                    uint64_t exempt)
{
    struct table taken = {0};
    size_t kept = 0;
    quota_done(quota);
    qsort(entries, count, sizeof *entries, compare_entry);
    for (size_t i = 0; i < count && kept < max; i++) {
        struct quota_entry *e = &entries[i];
        size_t n = e->order < exempt ? 0 : e->families->count;
        if (n && quota_is_full(quota, e->order, e->families))
            continue;
        for (size_t d = 0; d < n; d++) {
            uint64_t key = e->families->keys[d];
            uintptr_t members = (uintptr_t)table_get(&taken, key) + 1, most = max >> (d + 1);
            table_put(&taken, key, (void *)members);
            if (members >= (most ? most : 1))
                set_full(quota, key, e->order);
        }
        struct quota_entry kept_entry = *e;
        entries[i] = entries[kept];
        entries[kept++] = kept_entry;
    }
    table_done(&taken);
    return kept;
}
