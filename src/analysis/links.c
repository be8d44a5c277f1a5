#include "analysis/links.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#define WORD_BYTES_MIN 5

static bool is_word(uint8_t c)
{
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '_' || c == '-';
}

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

/* "2026-03-11", alone or before a time: all lines of a day may hold it. */
static bool is_date(struct span word)
{
    for (size_t i = 0; i < 10; i++)
        if (word.len < 10 || (i == 4 || i == 7 ? word.ptr[i] != '-' : !is_digit(word.ptr[i])))
            return false;
    return true;
}

static bool is_id(struct span word)
{
    if (is_date(word))
        return false;
    size_t digits = 0;
    for (size_t i = 0; i < word.len; i++)
        digits += is_digit(word.ptr[i]);
    return digits * 2 < word.len || word.len >= 8; /* short numbers are counts, ports, times */
}

/* Ascending, each once. */
static void insert(struct link_words *set, uint64_t word)
{
    size_t at = 0;
    while (at < set->count && set->words[at] < word)
        at++;
    if ((at < set->count && set->words[at] == word) || set->count == LINK_WORDS)
        return;
    memmove(set->words + at + 1, set->words + at, (set->count - at) * sizeof *set->words);
    set->words[at] = word;
    set->count++;
}

static void words_of(const struct series *series, struct link_words *ret_set)
{
    const struct exemplar *e = &series->exemplar;
    struct span text = {e->text + e->message_at, e->message_bytes};
    ret_set->count = 0;
    for (size_t at = 0; at < text.len;) {
        size_t end = at;
        while (end < text.len && is_word(text.ptr[end]))
            end++;
        struct span word = {text.ptr + at, end - at};
        if (word.len >= WORD_BYTES_MIN && is_id(word))
            insert(ret_set, key_mix(XXH3_64bits(word.ptr, word.len), 11));
        at = end + 1;
    }
}

void links_make(struct links *links, const struct model *m)
{
    *links = (struct links){.rare = m->pattern_count / 50 > 4 ? m->pattern_count / 50 : 4};
    struct link_words set;
    for (size_t i = 0; i < m->pattern_count; i++) {
        words_of(m->patterns[i].first, &set);
        for (size_t k = 0; k < set.count; k++) {
            uintptr_t n = (uintptr_t)table_get(&links->holders, set.words[k]);
            table_put(&links->holders, set.words[k], (void *)(n + 1));
        }
    }
}

void links_done(struct links *links)
{
    table_done(&links->holders);
}

void links_add(const struct links *links, const struct series *series, struct link_words *words)
{
    struct link_words set;
    words_of(series, &set);
    for (size_t k = 0; k < set.count; k++)
        if ((uintptr_t)table_get(&links->holders, set.words[k]) <= links->rare)
            insert(words, set.words[k]);
}

bool links_share(const struct link_words *a, const struct link_words *b)
{
    for (size_t i = 0, k = 0; i < a->count && k < b->count;) {
        if (a->words[i] == b->words[k])
            return true;
        if (a->words[i] < b->words[k])
            i++;
        else
            k++;
    }
    return false;
}
