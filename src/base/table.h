/* table: 64-bit key -> pointer, open addressing with linear probing. Keys are well-mixed hashes; 0 is not a
 * key. Never shrinks on its own; values are borrowed. One owner. */
#ifndef ONSET_BASE_TABLE_H
#define ONSET_BASE_TABLE_H

#include "base/arena.h"

#include <stdlib.h>

struct table_slot {
    uint64_t key;
    void *value;
};

struct table {
    struct table_slot *slots;
    size_t size, count; /* size: a power of two, or 0 */
};

/* The slot of key: its own, or the free one where it would go. The table must not be empty of slots. */
static inline struct table_slot *table_slot(const struct table *table, uint64_t key)
{
    size_t mask = table->size - 1;
    size_t at = (size_t)key & mask;
    while (table->slots[at].key != key && table->slots[at].key != 0)
        at = (at + 1) & mask;
    return &table->slots[at];
}

/* Ask for the memory of the slot ahead of time. */
static inline void table_prefetch(const struct table *table, uint64_t key)
{
    if (table->size)
        __builtin_prefetch(&table->slots[(size_t)key & (table->size - 1)]);
}

static inline void *table_get(const struct table *table, uint64_t key)
{
    return table->size ? table_slot(table, key)->value : NULL;
}

static inline void table_resize(struct table *table, size_t size)
{
    struct table old = *table;
    table->slots = memory_alloc(size * sizeof *table->slots);
    table->size = size;
    for (size_t i = 0; i < old.size; i++)
        if (old.slots[i].key)
            *table_slot(table, old.slots[i].key) = old.slots[i];
    free(old.slots);
}

static inline void table_put(struct table *table, uint64_t key, void *value)
{
    if ((table->count + 1) * 2 > table->size)
        table_resize(table, table->size ? table->size * 2 : 64);
    struct table_slot *slot = table_slot(table, key);
    table->count += slot->key == 0;
    *slot = (struct table_slot){key, value};
}

static inline void table_done(struct table *table)
{
    free(table->slots);
    *table = (struct table){0};
}

/* murmur3's finaliser: every input bit reaches every output bit; never 0. */
static inline uint64_t key_mix(uint64_t a, uint64_t b)
{
    uint64_t x = a ^ (b * 0x9E3779B97F4A7C15u);
    x ^= x >> 33;
    x *= 0xFF51AFD7ED558CCDu;
    x ^= x >> 33;
    x *= 0xC4CEB9FE1A85EC53u;
    x ^= x >> 33;
    return x ? x : 1;
}

#endif
