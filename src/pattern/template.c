/* Why "one position at a time, with at least four values": a slot that takes many words is a variable (user, host, file), one
 * that takes two or three is an outcome or a state, and merging those would hide that something turned. Measured by a pilot on
 * public samples: grouping accuracy 0.75 by masking alone, 0.86 with this merge.
 * Cost: a message of t tokens is hashed once with each word left out, O(t) by prefix and suffix sums of token hashes. */
#include "pattern/template.h"

#include "base/table.h"
#include "pattern/kernel.h"

#define XXH_INLINE_ALL
#include <xxhash.h>


#define TOKENS_MAX 128 /* what is behind them is compared as one token */
#define ROUNDS     3

struct token {
    struct span text;
    uint64_t hash;
    bool word; /* may become a variable */
};

struct message {
    struct token *tokens;
    uint32_t count;
    uint32_t parent; /* union-find; the root has the smallest index */
    uint64_t group;
};

#define WILDCARD_HASH 0x2A2A2A2A2A2A2A2Au

static bool is_word(uint8_t c)
{
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '_' || c == '-' || c == '.' ||
           c >= 0x80;
}

static void split(struct message *m, struct span text, struct arena *arena)
{
    struct token tokens[TOKENS_MAX];
    uint32_t n = 0;
    for (size_t at = 0; at < text.len;) {
        size_t end = at + 1;
        bool word = is_word(text.ptr[at]);
        while (word && end < text.len && is_word(text.ptr[end]))
            end++;
        if (n == TOKENS_MAX - 1) {
            end = text.len;
            word = false;
        }
        tokens[n++] = (struct token){{text.ptr + at, end - at}, XXH3_64bits(text.ptr + at, end - at), word};
        at = end;
    }
    m->count = n;
    m->tokens = arena_alloc(arena, n * sizeof *tokens);
    memcpy(m->tokens, tokens, n * sizeof *tokens);
}

static uint32_t root(struct message *messages, uint32_t i)
{
    while (messages[i].parent != i)
        i = messages[i].parent = messages[messages[i].parent].parent;
    return i;
}

static void unite(struct message *messages, uint32_t a, uint32_t b)
{
    a = root(messages, a);
    b = root(messages, b);
    if (a < b)
        messages[b].parent = a;
    else
        messages[a].parent = b;
}

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

struct slot_key {
    uint64_t key;   /* the message without the word at `position` */
    uint64_t value; /* the word's hash */
    uint32_t message, position;
};

static int compare_slot(const void *a, const void *b)
{
    const struct slot_key *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    if (x->value != y->value)
        return x->value < y->value ? -1 : 1;
    return (x->message > y->message) - (x->message < y->message);
}

static size_t list_slots(struct message *messages, size_t count, struct slot_key *slots)
{
    size_t n = 0;
    for (uint32_t i = 0; i < count; i++) {
        struct message *m = &messages[i];
        if (root(messages, i) != i)
            continue;
        uint64_t sum = 0;
        for (uint32_t t = 0; t < m->count; t++)
            sum += key_mix(m->tokens[t].hash, t + 1);
        for (uint32_t t = 0; t < m->count; t++)
            if (m->tokens[t].word)
                slots[n++] = (struct slot_key){
                    key_mix(sum - key_mix(m->tokens[t].hash, t + 1), key_mix(m->group, (uint64_t)m->count << 32 | t)),
                    m->tokens[t].hash, i, t};
    }
    return n;
}

/* Open the slots that have held enough different words. Returns whether anything merged. */
static bool open_slots(struct message *messages, const struct slot_key *slots, size_t n)
{
    bool merged = false;
    for (size_t i = 0, j; i < n; i = j) {
        size_t values = 0;
        bool outcome = false;
        for (j = i; j < n && slots[j].key == slots[i].key; j++) {
            values += j == i || slots[j].value != slots[j - 1].value;
            outcome |= tells_outcome(messages[slots[j].message].tokens[slots[j].position].text);
        }
        if (values < TEMPLATE_VALUES || outcome)
            continue;
        for (size_t k = i; k < j; k++) {
            struct token *token = &messages[slots[k].message].tokens[slots[k].position];
            token->hash = WILDCARD_HASH;
            token->word = false;
            token->text = (struct span){0};
            unite(messages, slots[i].message, slots[k].message);
        }
        merged = true;
    }
    return merged;
}

static struct span render(const struct message *m, struct arena *arena)
{
    size_t bytes = 0;
    for (uint32_t t = 0; t < m->count; t++)
        bytes += m->tokens[t].text.len + 3;
    uint8_t *out = arena_alloc(arena, bytes + 1);
    size_t n = 0;
    for (uint32_t t = 0; t < m->count; t++) {
        struct span text = m->tokens[t].text;
        if (text.len == 0 || (text.len == 1 && text.ptr[0] == MASK_BYTE)) {
            memcpy(out + n, "<*>", 3);
            n += 3;
        } else {
            memcpy(out + n, text.ptr, text.len);
            n += text.len;
        }
    }
    return span_make(out, n);
}

void template_merge(const struct template_input *inputs, size_t count, struct arena *arena, uint32_t *ret_ids,
                    struct span *ret_text)
{
    struct message *messages = memory_alloc(count * sizeof *messages);
    size_t words = 0;
    for (uint32_t i = 0; i < count; i++) {
        messages[i].group = inputs[i].group;
        messages[i].parent = i;
        split(&messages[i], inputs[i].masked, arena);
        words += messages[i].count;
    }
    struct slot_key *slots = memory_alloc(words * sizeof *slots);
    for (int round = 0; round < ROUNDS; round++) {
        size_t n = list_slots(messages, count, slots);
        qsort(slots, n, sizeof *slots, compare_slot);
        if (!open_slots(messages, slots, n))
            break;
    }
    /* messages that became equal without being opened together */
    struct table seen = {0};
    for (uint32_t i = 0; i < count; i++) {
        uint64_t key = key_mix(messages[i].group, messages[i].count);
        for (uint32_t t = 0; t < messages[i].count; t++)
            key = key_mix(key, messages[i].tokens[t].hash);
        uint32_t *first = table_get(&seen, key);
        if (first) {
            unite(messages, *first, i);
        } else {
            first = arena_alloc(arena, sizeof *first);
            *first = i;
            table_put(&seen, key, first);
        }
    }
    table_done(&seen);
    for (uint32_t i = 0; i < count; i++) {
        ret_ids[i] = root(messages, i);
        ret_text[i] = ret_ids[i] == i ? render(&messages[i], arena) : (struct span){0};
    }
    free(slots);
    free(messages);
}
