/* For each position of the text the three bytes there, in lower case, are hashed to a slot; a filled slot
 * leads to the words that are filed under such three bytes, and each is compared in full. A word is filed
 * under its three bytes that the fewest words have in common (" the" words of English would share a few slots
 * otherwise). With 10,000 words in 32,768 slots most positions of a text end at the slot.
 *
 * Why the further sets are not filed, too: their words are the common ones ("failed", "changed"), and would
 * be compared in every other text. All threes of a text are known by its end; a word none of whose threes is
 * missing is taken to be there, for the expression has the last word. */
#include "analysis/rule_index.h"

#include "analysis/rule_words.h"
#include "base/arena.h"

#include <stdlib.h>

static uint8_t lower(uint8_t c)
{
    return (uint8_t)(c - 'A') < 26 ? c | 0x20 : c;
}

static uint32_t slot_of(uint32_t three)
{
    return (three * 0x9e3779b1u) >> (32 - RULE_SLOT_BITS);
}

static uint32_t three_at(const char *bytes)
{
    return (uint32_t)(uint8_t)bytes[0] | (uint32_t)(uint8_t)bytes[1] << 8 | (uint32_t)(uint8_t)bytes[2] << 16;
}

static uint32_t keep_text(struct rule_index *index, char *text, const char *string)
{
    size_t at = index->text_bytes, bytes = strlen(string) + 1;
    if (text)
        memcpy(text + at, string, bytes);
    index->text_bytes += bytes;
    return (uint32_t)at;
}

static void copy_parts(struct rule_index *index, const struct rule_part *from, char *text,
                       struct indexed_part *parts)
{
    index->text_bytes = 0;
    for (size_t i = 0; i < index->part_count; i++) {
        struct indexed_part part = {.pattern = keep_text(index, text, from[i].pattern),
                                    .words = keep_text(index, text, from[i].words),
                                    .also = keep_text(index, text, from[i].also),
                                    .rule = (uint32_t)from[i].rule};
        if (parts)
            parts[i] = part;
    }
}

/* Returns how many; words: NULL to count them. */
static size_t list_words(const struct rule_index *index, struct indexed_word *words)
{
    size_t count = 0;
    for (size_t i = 0; i < index->part_count; i++) {
        const char *at = index->text + index->parts[i].words;
        for (struct span word; (word = rule_words_next(&at)).len; count++)
            if (words)
                words[count] = (struct indexed_word){.at = (uint32_t)((const char *)word.ptr - index->text),
                                                     .part = (uint16_t)i,
                                                     .bytes = (uint8_t)word.len};
    }
    return count;
}

static void file_words(const struct rule_index *index, struct indexed_word *words, uint16_t *slots)
{
    uint16_t *uses = memory_alloc(RULE_SLOTS * sizeof *uses);
    for (size_t i = 0; i < index->word_count; i++)
        for (size_t k = 0; k + 3 <= words[i].bytes; k++)
            uses[slot_of(three_at(index->text + words[i].at + k))]++;
    for (size_t i = 0; i < index->word_count; i++) {
        struct indexed_word *word = &words[i];
        uint32_t best = slot_of(three_at(index->text + word->at));
        for (size_t k = 1; k + 3 <= word->bytes; k++) {
            uint32_t slot = slot_of(three_at(index->text + word->at + k));
            if (uses[slot] < uses[best]) {
                best = slot;
                word->before = (uint8_t)k;
            }
        }
        word->next = slots[best];
        slots[best] = (uint16_t)(i + 1);
    }
    free(uses);
}

struct rule_index *rule_index_new(const struct rule_part *parts, size_t count)
{
    struct rule_index *index = memory_alloc(sizeof *index);
    index->part_count = count;
    copy_parts(index, parts, NULL, NULL);
    char *text = memory_alloc(index->text_bytes);
    struct indexed_part *copies = memory_alloc(count * sizeof *copies);
    copy_parts(index, parts, text, copies);
    index->text = text;
    index->parts = copies;
    index->word_count = list_words(index, NULL);
    /* far beyond any catalogue: try every part rather than fail */
    bool full = count >= RULE_INDEX_MAX || index->word_count >= RULE_INDEX_MAX;
    uint64_t *always = memory_alloc(rule_index_sets(index) * sizeof *always);
    for (size_t i = 0; i < count; i++)
        if (full || !*parts[i].words)
            always[i / 64] |= 1ULL << (i % 64);
    struct indexed_word *words = memory_alloc(index->word_count * sizeof *words);
    uint16_t *slots = memory_alloc(RULE_SLOTS * sizeof *slots);
    list_words(index, words);
    if (!full)
        file_words(index, words, slots);
    index->words = words;
    index->slots = slots;
    index->always = always;
    return index;
}

struct rule_index *rule_index_free(struct rule_index *index)
{
    if (!index)
        return NULL;
    free((void *)(uintptr_t)index->text);
    free((void *)(uintptr_t)index->parts);
    free((void *)(uintptr_t)index->words);
    free((void *)(uintptr_t)index->slots);
    free((void *)(uintptr_t)index->always);
    free(index);
    return NULL;
}

size_t rule_index_sets(const struct rule_index *index)
{
    return (index->part_count + 63) / 64;
}

static void look_at(const struct rule_index *index, struct span text, size_t at, uint16_t first,
                    uint64_t *found)
{
    for (uint16_t f = first; f; f = index->words[f - 1].next) {
        const struct indexed_word *word = &index->words[f - 1];
        const uint8_t *bytes = (const uint8_t *)index->text + word->at;
        if (at < word->before || word->bytes > text.len - (at - word->before))
            continue;
        const uint8_t *ptr = text.ptr + at - word->before;
        size_t n = 0;
        while (n < word->bytes && lower(ptr[n]) == bytes[n])
            n++;
        if (n == word->bytes)
            found[word->part / 64] |= 1ULL << (word->part % 64);
    }
}

/* Where in rule_look.threes, and which bit there. */
static uint32_t threes_at(uint32_t slot)
{
    return slot >> (RULE_SLOT_BITS - RULE_THREE_BITS) >> 6;
}

static uint64_t threes_bit(uint32_t slot)
{
    return 1ULL << (slot >> (RULE_SLOT_BITS - RULE_THREE_BITS) & 63);
}

void rule_index_look(const struct rule_index *index, struct span text, struct rule_look *look)
{
    size_t bytes = rule_index_sets(index) * sizeof *look->found;
    memset(look->threes, 0, sizeof look->threes);
    if (index->always)
        memcpy(look->found, index->always, bytes);
    else
        memset(look->found, 0, bytes);
    if (text.len < 3)
        return;
    uint32_t three = (uint32_t)lower(text.ptr[0]) << 8 | (uint32_t)lower(text.ptr[1]) << 16;
    for (size_t i = 0; i + 3 <= text.len; i++) {
        three = three >> 8 | (uint32_t)lower(text.ptr[i + 2]) << 16;
        uint32_t slot = slot_of(three);
        look->threes[threes_at(slot)] |= threes_bit(slot);
        if (index->slots[slot])
            look_at(index, text, i, index->slots[slot], look->found);
    }
}

static bool may_hold(const struct rule_look *look, struct span word)
{
    for (size_t k = 0; k + 3 <= word.len; k++) {
        uint32_t slot = slot_of(three_at((const char *)word.ptr + k));
        if (!(look->threes[threes_at(slot)] & threes_bit(slot)))
            return false;
    }
    return true;
}

bool rule_index_may(const struct rule_index *index, size_t part, const struct rule_look *look)
{
    const char *at = index->text + index->parts[part].also;
    while (*at) {
        bool may = false;
        for (struct span word; (word = rule_words_next(&at)).len;)
            may = may || may_hold(look, word);
        if (!may)
            return false;
    }
    return true;
}
