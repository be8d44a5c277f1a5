#include "analysis/place.h"

#include "base/ascii.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#define NAME_BYTES_MIN 3
#define SHARE_MOST     3 /* a word of more than every third line is no place */
#define WORDS_MAX      32
#define PARTS_MAX      16 /* streams of a pattern that are looked at */

struct places {
    struct table words; /* hash -> struct seen */
    struct arena arena;
    size_t lines, count;
};

struct seen {
    uint32_t service; /* that has it */
    bool several;     /* and others too */
    size_t lines;
};

static bool is_name_byte(uint8_t c)
{
    return is_letter(c) || is_digit(c) || c == '_' || c == '-' || c == '.';
}

/* Names of hosts hold letters and mostly a digit, a dot or a hyphen; names of months and levels do not, and
 * what klog puts before the message ("E1101") has one letter. */
static bool is_name(struct span word)
{
    size_t letters = 0;
    for (size_t i = 0; i < word.len; i++)
        letters += is_letter(word.ptr[i]);
    return word.len >= NAME_BYTES_MIN && letters > 1 && letters < word.len && is_letter(word.ptr[0]);
}

static size_t split(struct span text, bool (*inside)(uint8_t), struct span *words, size_t count)
{
    for (size_t at = 0; at < text.len && count < WORDS_MAX;) {
        size_t end = at;
        while (end < text.len && inside(text.ptr[end]))
            end++;
        struct span word = span_make(text.ptr + at, end - at);
        bool known = !is_name(word);
        for (size_t i = 0; i < count && !known; i++)
            known = span_equal(words[i], word);
        if (!known)
            words[count++] = word;
        at = end + 1;
    }
    return count;
}

static bool is_folder_byte(uint8_t c)
{
    return c != '/';
}

/* The folders of its source, and the words before its message. */
static size_t words_of(const struct model *m, const struct series *series, struct span words[WORDS_MAX])
{
    const struct exemplar *e = &series->exemplar;
    const struct stream *stream = table_get(&m->logs->streams, series->stream);
    struct span name = span_of(stream ? stream->name : "");
    while (name.len && name.ptr[name.len - 1] != '/')
        name.len--;
    size_t n = split(name, is_folder_byte, words, 0);
    return e->message_at < e->raw_bytes ? split(span_make(e->text, e->message_at), is_name_byte, words, n)
                                        : n;
}

static uint64_t key_of(struct span word)
{
    return key_mix(XXH3_64bits(word.ptr, word.len), 19);
}

static bool is_place(const struct places *places, const struct seen *seen)
{
    return seen && seen->several && seen->lines * SHARE_MOST <= places->lines;
}

static void note_words(struct places *p, const struct model *m, const struct series *series, uint32_t service)
{
    struct span words[WORDS_MAX];
    size_t n = words_of(m, series, words);
    p->lines++;
    for (size_t k = 0; k < n; k++) {
        struct seen *seen = table_get(&p->words, key_of(words[k]));
        if (!seen) {
            seen = arena_alloc(&p->arena, sizeof *seen);
            *seen = (struct seen){.service = service};
            table_put(&p->words, key_of(words[k]), seen);
        }
        seen->several |= seen->service != service;
        seen->lines++;
    }
}

struct places *places_new(const struct model *m)
{
    struct places *p = memory_alloc(sizeof *p);
    for (size_t i = 0; i < m->pattern_count; i++)
        for (uint32_t k = 0; k < m->patterns[i].part_count && k < PARTS_MAX; k++)
            note_words(p, m, m->patterns[i].parts[k], m->patterns[i].service);
    for (size_t i = 0; i < p->words.size; i++)
        p->count += is_place(p, p->words.slots[i].value);
    return p;
}

struct places *places_free(struct places *p)
{
    if (p) {
        table_done(&p->words);
        arena_done(&p->arena);
        free(p);
    }
    return NULL;
}

size_t places_count(const struct places *p)
{
    return p->count;
}

struct place_words places_of(const struct places *p, const struct model *m, const struct series *series)
{
    struct place_words found = {.count = 0};
    struct span words[WORDS_MAX];
    size_t n = words_of(m, series, words);
    for (size_t k = 0; k < n && found.count < PLACE_WORDS; k++)
        if (is_place(p, table_get(&p->words, key_of(words[k]))))
            found.words[found.count++] = words[k];
    return found;
}

struct span place_shared(const struct place_words *a, const struct place_words *b)
{
    for (size_t i = 0; i < a->count; i++)
        for (size_t k = 0; k < b->count; k++)
            if (span_equal(a->words[i], b->words[k]))
                return a->words[i];
    return (struct span){0};
}
