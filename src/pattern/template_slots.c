/* Why "one position at a time, with at least four values": a slot that takes many words is a variable (user,
 * host, file), one that takes two or three is an outcome or a state, and merging those would hide that
 * something turned. Cost: a row of t words is hashed once with each word left out, O(t) by sums of word
 * hashes, and sorted. */
#include "pattern/template_slots.h"

#include "pattern/kernel.h"
#include "pattern/template.h"
#include "pattern/template_frames.h"
#include "pattern/template_gaps.h"
#include "pattern/template_kin.h"

#include <strings.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#define ROUNDS_MAX    4 /* what one round opens shows the next more places */
#define SORT_BITS_MAX 14

uint32_t row_root(struct row *rows, uint32_t i)
{
    while (rows[i].parent != i)
        i = rows[i].parent = rows[rows[i].parent].parent;
    return i;
}

void rows_unite(struct row *rows, uint32_t a, uint32_t b)
{
    a = row_root(rows, a);
    b = row_root(rows, b);
    if (a < b)
        rows[b].parent = a;
    else
        rows[a].parent = b;
}

void row_join(struct row *rows, uint32_t i, uint32_t general, const struct word_list *list)
{
    struct row *row = &rows[i], *into = &rows[row_root(rows, general)];
    for (uint32_t t = 0; t < into->count; t++) /* "12 ms" here, "5 s" there */
        if (list->words[into->words[t]].variable && into->words[t] != WORD_ID_OPENED)
            into->words[t] = WORD_ID_VARIABLE;
    into->version++;
    row->words = into->words; /* only the root's are looked at from now on */
    row->count = into->count;
    rows_unite(rows, i, general);
}

struct slot { /* a row without its words [at, end): one word, or what stands inside brackets */
    uint64_t key, value;
    uint32_t row;
    uint16_t at, end;
};

static int compare_slot(const void *a, const void *b)
{
    const struct slot *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    if (x->value != y->value)
        return x->value < y->value ? -1 : 1;
    return (x->row > y->row) - (x->row < y->row);
}

void row_sum(const struct row *row, const struct word_list *list, struct row_sums *ret_sums)
{
    ret_sums->before[0] = row->group;
    ret_sums->behind[row->count] = 1;
    for (uint32_t t = 0; t < row->count; t++)
        ret_sums->before[t + 1] = key_mix(ret_sums->before[t], list->words[row->words[t]].hash);
    for (uint32_t t = row->count; t > 0; t--)
        ret_sums->behind[t - 1] = key_mix(ret_sums->behind[t], list->words[row->words[t - 1]].hash);
}

static bool is_sign(const struct row *row, uint32_t t, const struct word_list *list)
{
    return t >= row->count || !(list->words[row->words[t]].open || list->words[row->words[t]].variable);
}

/* A quote opens behind a sign and closes in front of one: what stands in the midst of a word is an
 * apostrophe. */
static uint32_t quote_end(const struct row *row, uint32_t t, const struct word_list *list,
                          uint32_t *ret_words)
{
    uint8_t quote = list->words[row->words[t]].text.ptr[0];
    if (t && !is_sign(row, t - 1, list))
        return 0;
    for (uint32_t i = t + 1; i < row->count; i++) {
        const struct word *word = &list->words[row->words[i]];
        if (word->text.ptr[0] == quote && word->text.len == 1 && is_sign(row, i + 1, list))
            return i;
        *ret_words += word->open;
    }
    return 0;
}

uint32_t row_pair_end(const struct row *row, uint32_t t, const struct word_list *list, uint32_t *ret_words)
{
    const struct word *first = &list->words[row->words[t]];
    uint8_t open = first->text.len == 1 ? first->text.ptr[0] : 0;
    uint8_t close = open == '(' ? ')' : open == '[' ? ']' : open == '{' ? '}' : 0;
    uint32_t depth = 0;
    *ret_words = 0;
    if (open == '"' || open == '\'' || open == '`')
        return quote_end(row, t, list, ret_words);
    for (uint32_t i = t; close && i < row->count; i++) {
        const struct word *word = &list->words[row->words[i]];
        depth += word->text.ptr[0] == open;
        *ret_words += word->open;
        if (word->text.ptr[0] == close && --depth == 0)
            return i;
    }
    return 0;
}

uint32_t row_bracket_end(const struct row *row, uint32_t t, const struct word_list *list)
{
    uint32_t words, end = row_pair_end(row, t, list, &words);
    return words && end > t + 2 ? end : 0;
}

static uint64_t words_hash(const struct row *row, uint32_t at, uint32_t end, const struct word_list *list)
{
    uint64_t hash = list->words[row->words[at]].alone;
    for (uint32_t t = at + 1; t < end; t++)
        hash = key_mix(hash, list->words[row->words[t]].hash);
    return hash;
}

/* All words (or all brackets) of all roots, each with what it stands in. */
static size_t list_slots(const struct row *rows, size_t count, const struct word_list *list, bool brackets,
                         struct slot *slots)
{
    struct row_sums sums;
    size_t n = 0;
    for (uint32_t i = 0; i < count; i++) {
        const struct row *row = &rows[i];
        if (row->parent != i || (brackets && !row->brackets))
            continue;
        row_sum(row, list, &sums);
        for (uint32_t t = 0; t < row->count; t++) {
            bool open = list->words[row->words[t]].open || list->words[row->words[t]].variable;
            uint32_t at = brackets ? t + 1 : t, end = brackets ? row_bracket_end(row, t, list) : t + 1;
            if (open == brackets || end == 0)
                continue;
            slots[n++] = (struct slot){key_mix(sums.before[at], sums.behind[end]),
                                       words_hash(row, at, end, list), i, (uint16_t)at, (uint16_t)end};
        }
    }
    return n;
}

/* How many words are left without those of the slot; 0 when they cannot carry a message: it takes three of
 * them when the first word goes, for that is what a message is called by. */
static size_t words_left(const struct row *row, const struct slot *slot, const struct word_list *list)
{
    size_t before = 0, words = 0;
    for (uint32_t t = 0; t < row->count; t++) {
        bool inside = t >= slot->at && t < slot->end;
        bool word = !inside && list->words[row->words[t]].open && list->words[row->words[t]].text.len > 1;
        words += word;
        before += word && t < slot->at;
    }
    return before || words >= 3 ? words : 0;
}

/* Is a sentence left without the slot? What a header may hold does not count. */
static bool sentence_left(const struct row *row, const struct slot *slot, const struct word_list *list)
{
    size_t words = 0;
    for (uint32_t t = 0; t < row->count; t++) {
        const struct word *word = &list->words[row->words[t]];
        bool apart = (t == 0 || row->words[t - 1] == WORD_ID_BLANK) &&
                     (t + 1 == row->count || row->words[t + 1] == WORD_ID_BLANK);
        words += (t < slot->at || t >= slot->end) && apart && word->small && word->text.len > 1;
    }
    return words >= WORDS_SURE;
}

/* A word of a sentence: small letters between blanks. Four of them in one place may be four sayings. */
static bool is_plain(const struct row *row, const struct slot *slot, const struct word_list *list)
{
    return list->words[row->words[slot->at]].small &&
           (slot->at == 0 || row->words[slot->at - 1] == WORD_ID_BLANK) &&
           (slot->end == row->count || row->words[slot->end] == WORD_ID_BLANK);
}

/* Quoted in the midst of a sentence. Not the value of a pair, which may be a state. */
static bool is_quoted(const struct row *row, const struct slot *slot, const struct word_list *list)
{
    uint8_t quote = slot->at ? list->words[row->words[slot->at - 1]].text.ptr[0] : ' ';
    return (quote == '"' || quote == '\'' || quote == '`') &&
           (slot->at < 2 || row->words[slot->at - 2] == WORD_ID_BLANK);
}

/* MISSING, HALF_OPEN: a state rather than a name */
static bool is_constant(struct span text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] >= 'a' && text.ptr[i] <= 'z')
            return false;
    return text.len > 2;
}

/* The different words that a place has held. */
struct tally {
    size_t values, words, plain, quoted, numbers, constants, empties, outcomes;
    bool variable, opened;
};

static struct tally count_values(const struct row *rows, const struct word_list *list,
                                 const struct slot *first, const struct slot *end)
{
    struct tally n = {0};
    for (const struct slot *s = first; s < end; s++) {
        if (s > first && s->value == s[-1].value)
            continue;
        const struct row *row = &rows[s->row];
        const struct word *word = &list->words[row->words[s->at]];
        n.values++;
        if (s->end != s->at + 1) { /* what stands inside brackets */
            n.words++;
            n.plain++;
            continue;
        }
        n.opened |= row->words[s->at] == WORD_ID_OPENED;
        n.variable |= word->variable;
        n.words += word->open;
        n.plain += word->open && is_plain(row, s, list);
        n.quoted += word->open && is_quoted(row, s, list);
        n.numbers += word->number;
        n.constants += word->open && is_constant(word->text);
        n.empties += word->empty;
        n.outcomes += word->outcome;
    }
    return n;
}

static bool enough_values(const struct row *rows, const struct word_list *list, const struct slot *first,
                          const struct slot *end)
{
    struct tally n = count_values(rows, list, first, end);
    size_t left = words_left(&rows[first->row], first, list);
    if (n.values < 2 || n.outcomes * OUTCOMES_RARE > n.values)
        return false;
    if (n.variable && n.empties == n.words)
        return true;
    if (!left)
        return false;
    if (n.opened ||
        (n.variable && n.numbers + n.constants == 0 && sentence_left(&rows[first->row], first, list)))
        return true;
    if (n.numbers == n.words) /* numbers that are names, until there are too many of them */
        return n.numbers >= NUMBERS_MAX;
    bool sayings = n.plain * 2 > n.values && n.words + left < TEMPLATE_EVIDENCE;
    size_t least = n.quoted == n.words ? TEMPLATE_QUOTED : TEMPLATE_VALUES;
    return n.words + 2 * n.variable >= least && n.words >= 2 && !sayings;
}

/* Two ways to write a value are a variable, one of them singular and the other plural are not. */
static uint32_t differ(uint32_t a, uint32_t b, const struct word_list *list)
{
    const struct word *x = &list->words[a], *y = &list->words[b];
    if (x->hash != y->hash || a == WORD_ID_OPENED || b == WORD_ID_OPENED)
        return WORD_ID_OPENED;
    return x->variable ? WORD_ID_VARIABLE : x->text.len > y->text.len ? a : b;
}

static void learn_value(struct word_list *list, uint32_t word)
{
    static const char seen[1];
    if (list->words[word].open)
        table_put(&list->values, list->words[word].hash, (void *)seen);
}

/* Roots cover what was united with them: a place where they differ is a variable. Returns whether that was
 * news. */
static bool cover(struct row *rows, size_t count, struct word_list *list)
{
    size_t values = list->values.count;
    bool changed = false;
    for (uint32_t i = 0; i < count; i++) {
        struct row *root = &rows[row_root(rows, i)];
        if (root == &rows[i] ||
            root->count != rows[i].count) /* folded rows are shorter than what they cover */
            continue;
        for (uint32_t t = 0; t < root->count; t++)
            if (root->words[t] != rows[i].words[t]) {
                uint32_t word = root->words[t];
                root->words[t] = differ(word, rows[i].words[t], list);
                root->version += root->words[t] != word;
                changed |= root->words[t] != word;
                if (root->words[t] != WORD_ID_OPENED)
                    continue;
                learn_value(list, word);
                learn_value(list, rows[i].words[t]);
            }
    }
    return changed || list->values.count != values;
}

/* Put one variable in the place of the slot, in all its rows; not when one of them was folded in this round.
 */
static bool fold(struct row *rows, const struct slot *first, const struct slot *end)
{
    for (const struct slot *s = first; s < end; s++)
        if (rows[s->row].folded)
            return false;
    for (const struct slot *s = first; s < end; s++) {
        struct row *row = &rows[s->row];
        row->words[s->at] = WORD_ID_OPENED;
        memmove(row->words + s->at + 1, row->words + s->end, (row->count - s->end) * sizeof *row->words);
        row->count -= s->end - s->at - 1u;
        row->version++;
        row->folded = true;
    }
    return true;
}

static bool is_outcome(const struct row *rows, const struct word_list *list, const struct slot *slot)
{
    return slot->end == slot->at + 1 && list->words[rows[slot->row].words[slot->at]].outcome;
}

/* Open the slots that have held enough different values. Returns whether anything merged. */
static bool open_slots(struct row *rows, const struct word_list *list, const struct slot *slots, size_t n,
                       bool brackets)
{
    bool merged = false;
    for (size_t i = 0, j; i < n; i = j) {
        for (j = i + 1; j < n && slots[j].key == slots[i].key; j++)
            continue;
        if (j - i < 2 || !enough_values(rows, list, slots + i, slots + j))
            continue;
        if (brackets && !fold(rows, slots + i, slots + j))
            continue;
        size_t first = i;
        while (is_outcome(rows, list, &slots[first]))
            first++;
        for (size_t k = first + 1; k < j; k++)
            if (!is_outcome(rows, list, &slots[k]))
                rows_unite(rows, slots[first].row, slots[k].row);
        merged = true;
    }
    return merged;
}

/* Leave out slots whose key too few others have: most of them, and sorting is what costs. A full count per
 * hash bucket never leaves out too many. */
static size_t keep_shared(struct slot *slots, size_t n)
{
    size_t size = 1024, kept = 0;
    while (size < 2 * n)
        size *= 2;
    uint8_t *buckets = memory_alloc(size);
    for (size_t i = 0; i < n; i++)
        buckets[slots[i].key & (size - 1)] += buckets[slots[i].key & (size - 1)] < 2;
    for (size_t i = 0; i < n; i++)
        if (buckets[slots[i].key & (size - 1)] == 2)
            slots[kept++] = slots[i];
    free(buckets);
    return kept;
}

/* Rows that are equal, from the start or because the same places were opened. */
static void unite_equal(struct row *rows, size_t count, const struct word_list *list)
{
    struct table seen = {0};
    for (uint32_t i = 0; i < count; i++) {
        if (rows[i].parent != i)
            continue;
        uint64_t key = key_mix(rows[i].group, rows[i].count);
        for (uint32_t t = 0; t < rows[i].count; t++)
            key = key_mix(key, list->words[rows[i].words[t]].hash);
        uintptr_t first = (uintptr_t)table_get(&seen, key);
        if (first)
            rows_unite(rows, (uint32_t)(first - 1), i);
        else
            table_put(&seen, key, (void *)(uintptr_t)(i + 1));
    }
    table_done(&seen);
}

/* As qsort would. Keys are hashes, so their first bits part them evenly, into buckets that are sorted at
 * once. */
static void sort_slots(struct slot *slots, size_t n)
{
    unsigned bits = 1;
    while (bits < SORT_BITS_MAX && (size_t)8 << bits < n)
        bits++;
    size_t buckets = (size_t)1 << bits, *ends = memory_alloc(buckets * sizeof *ends);
    struct slot *from = memory_alloc((n + 1) * sizeof *from);
    memcpy(from, slots, n * sizeof *from);
    for (size_t i = 0; i < n; i++)
        ends[from[i].key >> (64 - bits)]++;
    for (size_t b = 0, at = 0; b < buckets; b++) {
        at += ends[b];
        ends[b] = at - ends[b];
    }
    for (size_t i = 0; i < n; i++)
        slots[ends[from[i].key >> (64 - bits)]++] = from[i];
    for (size_t b = 0, at = 0; b < buckets; at = ends[b++])
        if (ends[b] - at > 1)
            qsort(slots + at, ends[b] - at, sizeof *slots, compare_slot);
    free(from);
    free(ends);
}

/* What merges, one after the other, until none finds more. */
enum pass { PASS_WORDS, PASS_INSIDE, PASS_FRAMES, PASS_FRAMES_INSIDE, PASS_COUNT }; /* INSIDE: brackets */

struct merging {
    struct row *rows;
    size_t count;
    struct word_list *list;
    struct slot *slots;
    struct table idle_frames; /* template_frames.h */
    size_t changes;           /* of rows or known values */
    size_t
        idle[PASS_COUNT]; /* .changes + 1 when the pass found nothing: until more changes it finds nothing */
};

static bool merge_slots(struct merging *m, bool brackets)
{
    size_t n = keep_shared(m->slots, list_slots(m->rows, m->count, m->list, brackets, m->slots));
    sort_slots(m->slots, n);
    bool merged = open_slots(m->rows, m->list, m->slots, n, brackets);
    m->changes += !brackets && cover(m->rows, m->count, m->list);
    for (size_t i = 0; i < m->count; i++)
        m->rows[i].folded = false;
    if (merged)
        unite_equal(m->rows, m->count, m->list);
    return merged;
}

static bool merge_frames(struct merging *m, bool brackets)
{
    bool merged = frames_merge(m->rows, m->count, m->list, brackets, &m->idle_frames);
    if (merged) {
        cover(m->rows, m->count, m->list);
        unite_equal(m->rows, m->count, m->list);
    }
    return merged;
}

static bool merge(struct merging *m, enum pass pass)
{
    bool inside = pass == PASS_INSIDE || pass == PASS_FRAMES_INSIDE;
    if (m->idle[pass] == m->changes + 1)
        return false;
    size_t before = m->changes;
    bool merged =
        pass == PASS_WORDS || pass == PASS_INSIDE ? merge_slots(m, inside) : merge_frames(m, inside);
    m->changes += merged;
    m->idle[pass] = m->changes == before ? before + 1 : 0;
    return merged;
}

static bool merge_kin(struct merging *m)
{
    struct row *rows = m->rows;
    size_t count = m->count;
    bool merged = lists_merge(rows, count, m->list);
    if (merged)
        unite_equal(rows, count, m->list);
    if (values_merge(rows, count, m->list)) {
        cover(rows, count, m->list);
        unite_equal(rows, count, m->list);
        lists_merge(rows, count, m->list);
        merged = true;
    }
    merged = merged | brackets_merge(rows, count, m->list) | gaps_merge(rows, count, m->list);
    m->changes += merged;
    return merged;
}

void rows_merge(struct row *rows, size_t count, struct word_list *list)
{
    struct merging m = {.rows = rows, .count = count, .list = list};
    size_t words = 0;
    for (uint32_t i = 0; i < count; i++)
        rows[i].parent = i;
    unite_equal(rows, count, list);
    for (uint32_t i = 0; i < count; i++)
        if ((rows[i].first = rows[i].parent == i))
            words += rows[i].count;
    m.slots = memory_alloc((words + 1) * sizeof *m.slots);
    bool more = true;
    for (int round = 0; more && round < ROUNDS_MAX; round++) {
        more = merge(&m, PASS_WORDS);
        more |= merge(&m, PASS_FRAMES);
        for (int brackets = 1; brackets >= 0 && list->brackets; brackets--) {
            more |= merge(&m, brackets ? PASS_INSIDE : PASS_WORDS);
            more |= merge(&m, brackets ? PASS_FRAMES_INSIDE : PASS_FRAMES);
        }
        if (more)
            merge(&m, PASS_WORDS);
        more |= merge_kin(&m);
    }
    table_done(&m.idle_frames);
    free(m.slots);
}
