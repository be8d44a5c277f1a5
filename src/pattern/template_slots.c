/* Why "one position at a time, with at least four values": a slot that takes many words is a variable (user, host, file), one
 * that takes two or three is an outcome or a state, and merging those would hide that something turned.
 * Cost: a row of t words is hashed once with each word left out, O(t) by sums of word hashes, and sorted. */
#include "pattern/template_slots.h"

#include "pattern/kernel.h"
#include "pattern/template.h"

#include <strings.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#define ROUNDS 4

/* Words that say how something ended or stands. A slot that has held one of them is no variable. */
static bool tells_outcome(struct span word)
{
    static const char *const words[] = {
        "up",        "down",     "opened",  "closed",   "open",      "close",    "succeeded", "failed",   "success",
        "failure",   "started",  "stopped", "start",    "stop",      "enabled",  "disabled",  "accepted", "rejected",
        "connected", "disconnected", "true", "false",   "ok",        "error",    "yes",       "no",       "healthy",
        "unhealthy", "online",   "offline", "active",   "inactive",  "passed",   "granted",   "denied",   "info",
        "warn",      "warning",  "fatal",   "debug",    "ready",     "lost",     "timeout",   "refused",  "reset",
        "master",    "slave",    "leader",  "follower", "running",   "terminated", "alive",   "dead",     "in",
        "out",       "on",       "off",     "added",    "removed",   "created",  "deleted",   "completed", "aborted"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (word.len == strlen(words[i]) && strncasecmp((const char *)word.ptr, words[i], word.len) == 0)
            return true;
    return false;
}

static bool is_atom(uint8_t c)
{
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '_' || c == '-' || c == '.' || c >= 0x80;
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
}

void words_done(struct word_list *list)
{
    table_done(&list->ids);
    free(list->words);
}

/* The end of a quoted value that has no blank and no variable inside; `at` when there is none. */
static size_t quoted_end(struct span s, size_t at)
{
    uint8_t quote = s.ptr[at];
    if ((quote != '"' && quote != '\'') || (at && is_atom(s.ptr[at - 1])))
        return at;
    for (size_t i = at + 1; i < s.len; i++) {
        if (s.ptr[i] == quote)
            return i > at + 1 && (i + 1 == s.len || !is_atom(s.ptr[i + 1])) ? i : at;
        if (s.ptr[i] == ' ' || s.ptr[i] == MASK_BYTE)
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

struct slot { /* a row without its word at `position` */
    uint64_t key;
    uint32_t value, row, position;
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

static size_t list_slots(struct row *rows, size_t count, const struct word_list *list, struct slot *slots)
{
    size_t n = 0;
    for (uint32_t i = 0; i < count; i++) {
        const struct row *row = &rows[i];
        if (row->parent != i)
            continue;
        uint64_t sum = 0;
        for (uint32_t t = 0; t < row->count; t++)
            sum += key_mix(list->words[row->words[t]].hash, t + 1);
        for (uint32_t t = 0; t < row->count; t++)
            if (list->words[row->words[t]].open)
                slots[n++] = (struct slot){key_mix(sum - key_mix(list->words[row->words[t]].hash, t + 1),
                                                   key_mix(row->group, (uint64_t)row->count << 32 | t)),
                                           row->words[t], i, t};
    }
    return n;
}

/* Is there enough left without that word to tell a message by? One word that stays, three when it is the first that goes. */
static bool says_enough(const struct row *row, uint32_t position, const struct word_list *list)
{
    uint32_t before = 0, words = 0;
    for (uint32_t t = 0; t < row->count; t++) {
        bool word = t != position && list->words[row->words[t]].open && list->words[row->words[t]].text.len > 1;
        words += word;
        before += word && t < position;
    }
    return words >= (before ? 1 : 3);
}

/* Open the slots that have held enough different words. Returns whether anything merged. */
static bool open_slots(struct row *rows, const struct word_list *list, const struct slot *slots, size_t n)
{
    bool merged = false;
    for (size_t i = 0, j; i < n; i = j) {
        size_t values = 0;
        bool outcome = !says_enough(&rows[slots[i].row], slots[i].position, list);
        for (j = i; j < n && slots[j].key == slots[i].key; j++) {
            values += j == i || slots[j].value != slots[j - 1].value;
            outcome |= list->words[slots[j].value].outcome;
        }
        if (values < TEMPLATE_VALUES || outcome)
            continue;
        for (size_t k = i; k < j; k++) {
            rows[slots[k].row].words[slots[k].position] = WORD_ID_VARIABLE;
            unite(rows, slots[i].row, slots[k].row);
        }
        merged = true;
    }
    return merged;
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

void rows_merge(struct row *rows, size_t count, const struct word_list *list)
{
    size_t words = 0;
    for (uint32_t i = 0; i < count; i++)
        rows[i].parent = i;
    unite_equal(rows, count, list);
    for (uint32_t i = 0; i < count; i++)
        words += rows[i].parent == i ? rows[i].count : 0;
    struct slot *slots = memory_alloc((words + 1) * sizeof *slots);
    for (int round = 0; round < ROUNDS; round++) {
        size_t n = list_slots(rows, count, list, slots);
        qsort(slots, n, sizeof *slots, compare_slot);
        if (!open_slots(rows, list, slots, n))
            break;
        unite_equal(rows, count, list);
    }
    free(slots);
}
