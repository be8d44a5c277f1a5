/* Why "one position at a time, with at least four values": a slot that takes many words is a variable (user,
 * host, file), one that takes two or three is an outcome or a state, and merging those would hide that
 * something turned. Cost: a row of t words is hashed once with each word left out, O(t) by sums of word
 * hashes, and sorted. */
#include "pattern/template_slots.h"

#include "pattern/kernel.h"
#include "pattern/template.h"

#include <strings.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

/* Words that say how something ended or stands. A slot that has held one of them is no variable. */
static bool tells_outcome(struct span word)
{
    static const char *const words[] = {
        "up",       "down",     "opened",     "closed",       "open",    "close",     "succeeded", "failed",
        "success",  "failure",  "started",    "stopped",      "start",   "stop",      "enabled",   "disabled",
        "accepted", "rejected", "connected",  "disconnected", "true",    "false",     "ok",        "error",
        "yes",      "no",       "healthy",    "unhealthy",    "online",  "offline",   "active",    "inactive",
        "passed",   "granted",  "denied",     "info",         "warn",    "warning",   "fatal",     "debug",
        "ready",    "lost",     "timeout",    "refused",      "reset",   "master",    "slave",     "leader",
        "follower", "running",  "terminated", "alive",        "dead",    "in",        "out",       "on",
        "off",      "added",    "removed",    "created",      "deleted", "completed", "aborted"};
    for (size_t i = 0; i < sizeof words / sizeof *words && word.len <= strlen("disconnected"); i++)
        if (((word.ptr[0] | 0x20) == words[i][0]) && word.len == strlen(words[i]) &&
            strncasecmp((const char *)word.ptr, words[i], word.len) == 0)
            return true;
    return false;
}

static bool is_atom(uint8_t c)
{
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '_' || c == '-' ||
           c == '.' || c >= 0x80;
}

static uint32_t word_id(struct word_list *list, struct span text, bool open)
{
    uint64_t hash = key_mix(XXH3_64bits(text.ptr, text.len), 1);
    uintptr_t known = (uintptr_t)table_get(&list->ids, hash);
    if (known)
        return (uint32_t)(known - 1);
    if (list->count == list->size) {
        list->size = list->size ? list->size * 2 : 1024;
        list->words = memory_resize(list->words, list->size * sizeof *list->words);
    }
    list->words[list->count++] = (struct word){text, hash, open, open && tells_outcome(text)};
    table_put(&list->ids, hash, (void *)(uintptr_t)list->count);
    return (uint32_t)(list->count - 1);
}

void words_init(struct word_list *list)
{
    *list = (struct word_list){0};
    word_id(list, span_make("\x01", 1), false);
    word_id(list, span_make(" ", 1), false);
    word_id(list, span_make("\x01*", 2), false); /* another name in the table, but the same word: */
    list->words[WORD_ID_OPENED] = list->words[WORD_ID_VARIABLE];
}

void words_done(struct word_list *list)
{
    table_done(&list->ids);
    free(list->words);
}

#define QUOTED_BLANKS_MAX 2

/* The end of a quoted value of one to three words, none of them a variable; `at` when there is none. */
static size_t quoted_end(struct span s, size_t at)
{
    uint8_t quote = s.ptr[at];
    if ((quote != '"' && quote != '\'') || (at && is_atom(s.ptr[at - 1])))
        return at;
    size_t blanks = 0;
    for (size_t i = at + 1; i < s.len; i++) {
        if (s.ptr[i] == quote)
            return i > at + 1 && (i + 1 == s.len || !is_atom(s.ptr[i + 1])) ? i : at;
        blanks += s.ptr[i] == ' ';
        if (blanks > QUOTED_BLANKS_MAX || s.ptr[i] == MASK_BYTE)
            return at;
    }
    return at;
}

void row_split(struct row *row, struct span shaped, struct word_list *list, struct arena *arena)
{
    uint32_t ids[ROW_WORDS_MAX];
    uint32_t n = 0;
    for (size_t at = 0; at < shaped.len;) {
        size_t end = at + 1, quoted = quoted_end(shaped, at);
        bool atom = is_atom(shaped.ptr[at]);
        while (atom && end < shaped.len && is_atom(shaped.ptr[end]))
            end++;
        if (n >= ROW_WORDS_MAX - 4) {
            end = shaped.len;
            atom = false;
        } else if (quoted > at) {
            ids[n++] = word_id(list, span_make(shaped.ptr + at, 1), false);
            at++;
            end = quoted;
            atom = true;
        }
        ids[n++] = word_id(list, span_make(shaped.ptr + at, end - at), atom);
        at = end;
    }
    row->count = n;
    row->words = arena_alloc(arena, n * sizeof *ids);
    memcpy(row->words, ids, n * sizeof *ids);
}

uint32_t row_root(struct row *rows, uint32_t i)
{
    while (rows[i].parent != i)
        i = rows[i].parent = rows[rows[i].parent].parent;
    return i;
}

static void unite(struct row *rows, uint32_t a, uint32_t b)
{
    a = row_root(rows, a);
    b = row_root(rows, b);
    if (a < b)
        rows[b].parent = a;
    else
        rows[a].parent = b;
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

struct sums { /* before[t]: hash of the words in front of t; behind[t]: of those from t on */
    uint64_t before[ROW_WORDS_MAX + 1], behind[ROW_WORDS_MAX + 1];
};

static void sum_row(const struct row *row, const struct word_list *list, struct sums *sums)
{
    sums->before[0] = row->group;
    sums->behind[row->count] = 1;
    for (uint32_t t = 0; t < row->count; t++)
        sums->before[t + 1] = key_mix(sums->before[t], list->words[row->words[t]].hash);
    for (uint32_t t = row->count; t > 0; t--)
        sums->behind[t - 1] = key_mix(sums->behind[t], list->words[row->words[t - 1]].hash);
}

/* Where the bracket that opens at word t closes; 0: nowhere, or it holds less than two words. */
static uint32_t group_end(const struct row *row, uint32_t t, const struct word_list *list)
{
    uint8_t open = list->words[row->words[t]].text.ptr[0];
    uint8_t close = open == '(' ? ')' : open == '[' ? ']' : open == '{' ? '}' : 0;
    uint32_t depth = 0, words = 0;
    for (uint32_t i = t; close && i < row->count; i++) {
        const struct word *word = &list->words[row->words[i]];
        depth += word->text.ptr[0] == open;
        words += word->open;
        if (word->text.ptr[0] == close && --depth == 0)
            return words && i > t + 2 ? i : 0;
    }
    return 0;
}

static uint64_t words_hash(const struct row *row, uint32_t at, uint32_t end, const struct word_list *list)
{
    uint64_t hash = 1;
    for (uint32_t t = at; t < end; t++)
        hash = key_mix(hash, list->words[row->words[t]].hash);
    return hash;
}

/* All words (or all brackets) of all roots, each with what it stands in. */
static size_t list_slots(const struct row *rows, size_t count, const struct word_list *list, bool brackets,
                         struct slot *slots)
{
    struct sums sums;
    size_t n = 0;
    for (uint32_t i = 0; i < count; i++) {
        const struct row *row = &rows[i];
        if (row->parent != i)
            continue;
        sum_row(row, list, &sums);
        for (uint32_t t = 0; t < row->count; t++) {
            bool open = list->words[row->words[t]].open || row->words[t] == WORD_ID_OPENED;
            uint32_t at = brackets ? t + 1 : t, end = brackets ? group_end(row, t, list) : t + 1;
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

/* A word of a sentence: small letters between blanks. Four of them in one place may be four sayings. */
static bool is_plain(const struct row *row, const struct slot *slot, const struct word_list *list)
{
    struct span text = list->words[row->words[slot->at]].text;
    if ((slot->at && row->words[slot->at - 1] != WORD_ID_BLANK) ||
        (slot->end < row->count && row->words[slot->end] != WORD_ID_BLANK))
        return false;
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] < 'a' || text.ptr[i] > 'z')
            return false;
    return true;
}

static bool enough_values(const struct row *rows, const struct word_list *list, const struct slot *first,
                          const struct slot *end)
{
    size_t values = 0, plain = 0;
    bool opened = false;
    for (const struct slot *s = first; s < end; s++) {
        if (s > first && s->value == s[-1].value)
            continue;
        values++;
        if (rows[s->row].words[s->at] == WORD_ID_OPENED) {
            opened = true;
        } else if (s->end == s->at + 1) {
            if (list->words[rows[s->row].words[s->at]].outcome)
                return false;
            plain += is_plain(&rows[s->row], s, list);
        } else {
            plain++;
        }
    }
    size_t left = words_left(&rows[first->row], first, list);
    bool sayings = plain * 2 > values && values + left < TEMPLATE_EVIDENCE;
    return left && (opened ? values > 1 : values >= TEMPLATE_VALUES && !sayings);
}

/* Roots cover what was united with them: a place where they differ is a variable. */
static void cover(struct row *rows, size_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        struct row *root = &rows[row_root(rows, i)];
        if (root == &rows[i] ||
            root->count != rows[i].count) /* folded rows are shorter than what they cover */
            continue;
        for (uint32_t t = 0; t < root->count; t++)
            if (root->words[t] != rows[i].words[t])
                root->words[t] = WORD_ID_OPENED;
    }
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
        row->folded = true;
    }
    return true;
}

/* Open the slots that have held enough different values. Returns whether anything merged. */
static bool open_slots(struct row *rows, size_t count, const struct word_list *list, const struct slot *slots,
                       size_t n, bool brackets)
{
    bool merged = false;
    for (size_t i = 0, j; i < n; i = j) {
        for (j = i + 1; j < n && slots[j].key == slots[i].key; j++)
            continue;
        if (j - i < 2 || !enough_values(rows, list, slots + i, slots + j))
            continue;
        if (brackets && !fold(rows, slots + i, slots + j))
            continue;
        for (size_t k = i + 1; k < j; k++)
            unite(rows, slots[i].row, slots[k].row);
        merged = true;
    }
    if (!brackets)
        cover(rows, count);
    for (size_t i = 0; i < count; i++)
        rows[i].folded = false;
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
            unite(rows, (uint32_t)(first - 1), i);
        else
            table_put(&seen, key, (void *)(uintptr_t)(i + 1));
    }
    table_done(&seen);
}

/* Several words at once */

struct skeleton { /* a row without its rare words */
    uint64_t key;
    uint32_t row;
};

static int compare_skeleton(const void *a, const void *b)
{
    const struct skeleton *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return (x->row > y->row) - (x->row < y->row);
}

static int compare_count(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static uint64_t place_key(const struct row *row, uint32_t t)
{
    return key_mix(key_mix(row->group, (uint64_t)row->count << 32 | t), row->words[t] + 1);
}

/* Rare: in its place at most a quarter as frequent as the middle word of its row, in its place. ret_rare[t]
 * for each word. Returns how many; 0 too when that is more than half of the row's words. */
static size_t find_rare(const struct row *row, const struct word_list *list, const struct table *places,
                        bool *ret_rare)
{
    uint32_t counts[ROW_WORDS_MAX], sorted[ROW_WORDS_MAX], n = 0;
    for (uint32_t t = 0; t < row->count; t++)
        if (list->words[row->words[t]].open) {
            uintptr_t known = (uintptr_t)table_get(places, place_key(row, t));
            counts[t] = known ? (uint32_t)known : 1;
            sorted[n++] = counts[t];
        }
    if (n < 3)
        return 0;
    qsort(sorted, n, sizeof *sorted, compare_count);
    uint32_t middle = sorted[n / 2];
    size_t rare = 0;
    for (uint32_t t = 0; t < row->count; t++) {
        const struct word *word = &list->words[row->words[t]];
        ret_rare[t] = word->open && !word->outcome && counts[t] * 4 <= middle;
        rare += ret_rare[t];
    }
    return rare * 2 < n ? rare : 0;
}

/* How many roots hold a word in a place, for words that are in more than one: 1 is left out, for most words
 * of a long log are names that come once. */
static void count_places(const struct row *rows, size_t count, const struct word_list *list,
                         struct table *ret_places)
{
    uint32_t *roots = memory_alloc(list->count * sizeof *roots); /* per word */
    for (int pass = 0; pass < 2; pass++)
        for (uint32_t i = 0; i < count; i++)
            for (uint32_t t = 0; t < rows[i].count && rows[i].parent == i; t++) {
                uint32_t word = rows[i].words[t];
                if (!list->words[word].open)
                    continue;
                if (pass == 0) {
                    roots[word]++;
                } else if (roots[word] > 1) {
                    uint64_t key = place_key(&rows[i], t);
                    table_put(ret_places, key, (char *)table_get(ret_places, key) + 1);
                }
            }
    free(roots);
}

static size_t list_skeletons(const struct row *rows, size_t count, const struct word_list *list,
                             struct skeleton *ret_list)
{
    struct table places = {0};
    bool rare[ROW_WORDS_MAX];
    size_t n = 0;
    count_places(rows, count, list, &places);
    for (uint32_t i = 0; i < count; i++) {
        const struct row *row = &rows[i];
        if (row->parent != i || find_rare(row, list, &places, rare) < 2)
            continue;
        uint64_t key = key_mix(row->group, row->count);
        for (uint32_t t = 0; t < row->count; t++)
            key = key_mix(key, rare[t] ? 5 : list->words[row->words[t]].hash);
        ret_list[n++] = (struct skeleton){key, i};
    }
    table_done(&places);
    return n;
}

static int compare_id(const void *a, const void *b)
{
    return compare_count(a, b);
}

/* Has every place where these rows differ held enough values? scratch: room for their number. */
static bool places_are_open(const struct row *rows, const struct word_list *list,
                            const struct skeleton *first, size_t n, uint32_t *scratch)
{
    const struct row *row = &rows[first->row];
    for (uint32_t t = 0; t < row->count; t++) {
        size_t values = 1, plain = 0, left = 0;
        for (size_t i = 0; i < n; i++)
            scratch[i] = rows[first[i].row].words[t];
        qsort(scratch, n, sizeof *scratch, compare_id);
        for (size_t i = 1; i < n; i++)
            values += scratch[i] != scratch[i - 1];
        if (values == 1)
            continue;
        struct slot slot = {.at = (uint16_t)t, .end = (uint16_t)(t + 1)};
        for (size_t i = 0; i < n; i++)
            plain += is_plain(&rows[first[i].row], &slot, list);
        left = words_left(row, &slot, list);
        bool plainly = plain * 2 > n;
        size_t least = plainly || left < 6 ? TEMPLATE_VALUES * 2 : TEMPLATE_VALUES;
        if (values < least || left < 2 || (plainly && values + left < TEMPLATE_EVIDENCE * 2))
            return false;
    }
    return true;
}

static bool merge_skeletons(struct row *rows, size_t count, const struct word_list *list)
{
    struct skeleton *skeletons = memory_alloc((count + 1) * sizeof *skeletons);
    uint32_t *scratch = memory_alloc((count + 1) * sizeof *scratch);
    size_t n = list_skeletons(rows, count, list, skeletons);
    bool merged = false;
    qsort(skeletons, n, sizeof *skeletons, compare_skeleton);
    for (size_t i = 0, j; i < n; i = j) {
        for (j = i + 1; j < n && skeletons[j].key == skeletons[i].key; j++)
            continue;
        if (j - i < TEMPLATE_VALUES || !places_are_open(rows, list, skeletons + i, j - i, scratch))
            continue;
        for (size_t k = i + 1; k < j; k++)
            unite(rows, skeletons[i].row, skeletons[k].row);
        merged = true;
    }
    if (merged) {
        cover(rows, count);
        unite_equal(rows, count, list);
    }
    free(scratch);
    free(skeletons);
    return merged;
}

static bool merge_slots(struct row *rows, size_t count, const struct word_list *list, bool brackets,
                        struct slot *slots)
{
    size_t n = keep_shared(slots, list_slots(rows, count, list, brackets, slots));
    qsort(slots, n, sizeof *slots, compare_slot);
    bool merged = open_slots(rows, count, list, slots, n, brackets);
    if (merged)
        unite_equal(rows, count, list);
    return merged;
}

void rows_merge(struct row *rows, size_t count, const struct word_list *list)
{
    size_t words = 0;
    for (uint32_t i = 0; i < count; i++)
        rows[i].parent = i;
    unite_equal(rows, count, list);
    for (uint32_t i = 0; i < count; i++)
        words += rows[i].parent == i ? rows[i].count : 0;
    struct slot *slots = memory_alloc((words + 1) * sizeof *slots);
    bool changed = merge_slots(rows, count, list, false, slots);
    changed |= merge_skeletons(rows, count, list);
    if (changed)
        merge_slots(rows, count, list, false, slots);
    if (merge_slots(rows, count, list, true, slots)) {
        merge_slots(rows, count, list, true, slots);
        merge_skeletons(rows, count, list);
        merge_slots(rows, count, list, false, slots);
    }
    free(slots);
}
