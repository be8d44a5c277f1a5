/* For each position of the text the three bytes there, in lower case, are hashed to a slot; a filled slot
 * leads to the words that are filed under such three bytes, and each is compared in full. A word is filed
 * under its three bytes that the fewest words have in common (" the" words of English would share a few slots
 * otherwise). With 1,000 words in 8,192 slots seven positions of eight end at the slot, which is a table of
 * 16 KiB: it stays in the first-level cache. */
#include "analysis/rule_index.h"

#include "analysis/rule_words.h"
#include "base/arena.h"

#include <stdlib.h>

#define SLOT_BITS 13
#define SLOTS     (1u << SLOT_BITS)

struct filed { /* one word of one rule */
    struct span word;
    uint32_t rule;
    uint16_t before; /* bytes of the word before the three it is filed under */
    uint16_t next;   /* index + 1 of the next word in the slot; 0: none */
};

struct rule_index {
    uint16_t slots[SLOTS]; /* index + 1 of the first word; 0: none */
    struct filed *filed;
    size_t filed_count;
    uint64_t *always; /* rules without words */
    uint64_t *found;
    size_t sets;
    uint8_t lower[256];
};

static uint32_t slot_of(uint32_t three)
{
    return (three * 0x9e3779b1u) >> (32 - SLOT_BITS);
}

static uint32_t three_at(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16;
}

static size_t words_count(const char *const *words, size_t rule_count)
{
    size_t count = 0;
    for (size_t i = 0; i < rule_count; i++)
        for (const char *at = words[i]; rule_words_next(&at).len;)
            count++;
    return count;
}

static void file_words(struct rule_index *index)
{
    uint16_t *uses = memory_alloc(SLOTS * sizeof *uses);
    for (size_t i = 0; i < index->filed_count; i++)
        for (size_t k = 0; k + 3 <= index->filed[i].word.len; k++)
            uses[slot_of(three_at(index->filed[i].word.ptr + k))]++;
    for (size_t i = 0; i < index->filed_count; i++) {
        struct filed *filed = &index->filed[i];
        uint32_t best = slot_of(three_at(filed->word.ptr));
        for (size_t k = 1; k + 3 <= filed->word.len; k++) {
            uint32_t slot = slot_of(three_at(filed->word.ptr + k));
            if (uses[slot] < uses[best]) {
                best = slot;
                filed->before = (uint16_t)k;
            }
        }
        filed->next = index->slots[best];
        index->slots[best] = (uint16_t)(i + 1);
    }
    free(uses);
}

struct rule_index *rule_index_new(const char *const *words, size_t rule_count)
{
    struct rule_index *index = memory_alloc(sizeof *index);
    size_t count = words_count(words, rule_count);
    index->sets = (rule_count + 63) / 64;
    index->always = memory_alloc(index->sets * sizeof *index->always);
    index->found = memory_alloc(index->sets * sizeof *index->found);
    index->filed = memory_alloc(count * sizeof *index->filed);
    for (size_t c = 0; c < 256; c++)
        index->lower[c] = (uint8_t)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
    bool full = count >= UINT16_MAX; /* far beyond any catalogue: run every rule rather than fail */
    for (uint32_t i = 0; i < rule_count; i++) {
        const char *at = words[i];
        if (!*at || full)
            index->always[i / 64] |= 1ULL << (i % 64);
        for (struct span word; !full && (word = rule_words_next(&at)).len;)
            index->filed[index->filed_count++] = (struct filed){.word = word, .rule = i};
    }
    file_words(index);
    return index;
}

struct rule_index *rule_index_free(struct rule_index *index)
{
    if (!index)
        return NULL;
    free(index->always);
    free(index->found);
    free(index->filed);
    free(index);
    return NULL;
}

size_t rule_index_sets(const struct rule_index *index)
{
    return index->sets;
}

static void look_at(struct rule_index *index, struct span text, size_t at, uint16_t first)
{
    for (uint16_t f = first; f; f = index->filed[f - 1].next) {
        const struct filed *filed = &index->filed[f - 1];
        if (at < filed->before || filed->word.len > text.len - (at - filed->before))
            continue;
        const uint8_t *ptr = text.ptr + at - filed->before;
        size_t n = 0;
        while (n < filed->word.len && index->lower[ptr[n]] == filed->word.ptr[n])
            n++;
        if (n == filed->word.len)
            index->found[filed->rule / 64] |= 1ULL << (filed->rule % 64);
    }
}

const uint64_t *rule_index_look(struct rule_index *index, struct span text)
{
    if (index->sets)
        memcpy(index->found, index->always, index->sets * sizeof *index->found);
    if (text.len < 3)
        return index->found;
    uint32_t three = (uint32_t)index->lower[text.ptr[0]] << 8 | (uint32_t)index->lower[text.ptr[1]] << 16;
    for (size_t i = 0; i + 3 <= text.len; i++) {
        three = three >> 8 | (uint32_t)index->lower[text.ptr[i + 2]] << 16;
        uint16_t first = index->slots[slot_of(three)];
        if (first)
            look_at(index, text, i, first);
    }
    return index->found;
}
