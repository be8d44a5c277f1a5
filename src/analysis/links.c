#include "analysis/links.h"

#include "base/ascii.h"

#include <stdlib.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#define WORD_BYTES_MIN     5
#define SPECIFIC_BYTES_MIN 12
#define HOST_DOTS_MIN      2
#define SPECIFIC           1ull /* bits of a hash tell how its word looks */
#define NAME               2ull

static bool is_word(uint8_t c)
{
    return is_letter(c) || is_digit(c) || c == '_' || c == '-';
}

/* "2026-03-11", alone or before a time: all lines of a day may hold it. */
static bool is_date(struct span word)
{
    for (size_t i = 0; i < 10; i++)
        if (word.len < 10 || (i == 4 || i == 7 ? word.ptr[i] != '-' : !is_digit(word.ptr[i])))
            return false;
    return true;
}

static const char *const everyday[] = {
    "about",       "accepted",   "after",      "again",        "allowed",       "already",    "another",
    "application", "attempt",    "available",  "backend",      "became",        "because",    "before",
    "being",       "cannot",     "change",     "changed",      "check",         "client",     "closed",
    "command",     "complete",   "completed",  "config",       "configuration", "configured", "connect",
    "connected",   "connecting", "connection", "connections",  "could",         "create",     "created",
    "current",     "database",   "default",    "delete",       "deleted",       "disabled",   "during",
    "enabled",     "entry",      "error",      "errors",       "event",         "exception",  "exited",
    "expected",    "failed",     "failing",    "failure",      "field",         "finished",   "first",
    "found",       "handle",     "handler",    "health",       "https",         "initiated",  "internal",
    "invalid",     "level",      "limit",      "listening",    "loaded",        "loading",    "local",
    "lookup",      "master",     "memory",     "message",      "method",        "missing",    "module",
    "network",     "normal",     "number",     "object",       "opened",        "operation",  "option",
    "options",     "other",      "parameter",  "pending",      "phase",         "primary",    "process",
    "processing",  "query",      "queue",      "reading",      "ready",         "reason",     "received",
    "record",      "reload",     "reloaded",   "reloading",    "remote",        "removed",    "replica",
    "request",     "requests",   "resource",   "response",     "restart",       "restarted",  "result",
    "retry",       "retrying",   "returned",   "running",      "seconds",       "server",     "servers",
    "service",     "services",   "session",    "setting",      "settings",      "should",     "shutdown",
    "signal",      "since",      "socket",     "source",       "started",       "starting",   "state",
    "statement",   "status",     "stderr",     "stdout",       "still",         "stopped",    "stopping",
    "stream",      "success",    "successful", "successfully", "synced",        "syncing",    "system",
    "table",       "target",     "terminated", "thread",       "timed",         "timeout",    "total",
    "transaction", "trying",     "unable",     "unknown",      "until",         "update",     "updated",
    "updating",    "using",      "value",      "version",      "waiting",       "warning",    "where",
    "which",       "while",      "without",    "worker",       "would",         "write",      "writing"};

/* <0, 0, >0: the word, in small letters, stands before the text, is the text, stands behind it. */
static int compare_word(struct span word, const char *text)
{
    for (size_t i = 0; i < word.len; i++) {
        uint8_t byte = is_letter(word.ptr[i]) ? word.ptr[i] | 0x20 : word.ptr[i];
        if (byte != (uint8_t)text[i])
            return byte - (uint8_t)text[i];
    }
    return -(int)(text[word.len] != 0);
}

/* A word that logs of all programs are full of names nothing, however few patterns here hold it. */
static bool is_everyday(struct span word)
{
    size_t from = 0, to = sizeof everyday / sizeof *everyday;
    while (from < to) {
        size_t middle = (from + to) / 2;
        int c = compare_word(word, everyday[middle]);
        if (c == 0)
            return true;
        if (c < 0)
            to = middle;
        else
            from = middle + 1;
    }
    return false;
}

/* What a word is made of. */
struct looks {
    size_t digits;
    bool joined; /* holds something else than letters behind its first byte: db-writer, nf_conntrack, orders2
                  */
};

static struct looks looks_of(struct span word)
{
    struct looks looks = {0};
    for (size_t i = 0; i < word.len; i++) {
        looks.digits += is_digit(word.ptr[i]);
        looks.joined |= i && !is_letter(word.ptr[i]);
    }
    return looks;
}

static bool is_id(struct span word, struct looks looks)
{
    if (looks.joined ? is_date(word) : is_everyday(word))
        return false;
    return looks.digits * 2 < word.len || word.len >= 8; /* short numbers are counts, ports, times */
}

/* An id of one thing by its looks: letters and digits, mixed and long. */
static bool is_specific(struct span word, struct looks looks)
{
    return word.len >= SPECIFIC_BYTES_MIN && looks.digits >= 2 && looks.digits < word.len;
}

static uint64_t hash_of(struct span word, struct looks looks)
{
    uint64_t hash = key_mix(XXH3_64bits(word.ptr, word.len), 11) & ~(SPECIFIC | NAME);
    return hash | (is_specific(word, looks) ? SPECIFIC : 0) | (looks.joined ? NAME : 0);
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

static bool is_host_byte(uint8_t c)
{
    return is_digit(c) || (c >= 'a' && c <= 'z') || c == '-' || c == '.';
}

/* Does a name of a host end so? Two or three letters, as most do, or what people call their own networks. */
static bool ends_host(struct span label)
{
    static const char *const ends[] = {"local", "internal", "example", "localdomain", "intranet", "corp",
                                       "home",  "cloud",    "consul",  "test",        "info",     "arpa"};
    bool letters = label.len >= 2;
    for (size_t i = 0; i < label.len; i++)
        letters &= is_letter(label.ptr[i]);
    bool known = letters && label.len <= 3;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        known |= span_equal(label, span_of(ends[i]));
    return known;
}

/* A host by its whole name, with which text begins: "payments.int.example.net", two dots at least. No class
 * or module ("org.apache.kafka", "nova.compute.manager"), address or version. Its bytes; 0: there is none. */
static size_t host_bytes(struct span text)
{
    static const char *const packages[] = {"com.", "org.", "java.", "javax.", "sun.", "jdk.", "kotlin."};
    size_t n = 0, dots = 0, label = 0;
    while (n < text.len && is_host_byte(text.ptr[n]))
        n++;
    if (n < text.len && is_word(text.ptr[n]))
        return 0;
    while (n && text.ptr[n - 1] == '.') /* the root, or the end of a sentence */
        n--;
    for (size_t i = 0; i < n; i++)
        if (text.ptr[i] == '.') {
            if (i == label)
                return 0;
            dots++;
            label = i + 1;
        }
    if (dots < HOST_DOTS_MIN) /* nearly all words */
        return 0;
    for (size_t i = 0; i < sizeof packages / sizeof *packages; i++)
        if (span_starts(text, packages[i]))
            return 0;
    return ends_host(span_make(text.ptr + label, n - label)) ? n : 0;
}

static void words_of(const struct series *series, struct link_words *ret_set)
{
    const struct exemplar *e = &series->exemplar;
    struct span text = {e->text + e->message_at, e->message_bytes};
    ret_set->count = 0;
    for (size_t at = 0; at < text.len;) {
        size_t host = at && text.ptr[at - 1] == '.' ? 0 : host_bytes(span_skip(text, at));
        if (host)
            insert(ret_set, key_mix(XXH3_64bits(text.ptr + at, host), 11) | SPECIFIC | NAME);
        size_t end = at;
        while (end < text.len && is_word(text.ptr[end]))
            end++;
        struct span word = {text.ptr + at, end - at};
        for (size_t n = word.len; n >= WORD_BYTES_MIN; n--) { /* nf_conntrack_max is of nf_conntrack, too */
            if (n < word.len && word.ptr[n] != '_' && word.ptr[n] != '-')
                continue;
            struct span part = span_make(word.ptr, n);
            struct looks looks = looks_of(part);
            if (is_id(part, looks))
                insert(ret_set, hash_of(part, looks));
            if (!looks.joined)
                break; /* nothing to cut */
        }
        at = end + 1;
    }
}

struct word_set {
    size_t count;
    uint64_t words[];
};

static uint64_t set_key(const struct series *series)
{
    return key_mix((uintptr_t)series, 1);
}

/* Most patterns are asked for again, one by one. */
static void keep_set(struct links *links, const struct series *series, const struct link_words *set)
{
    size_t bytes = set->count * sizeof *set->words;
    struct word_set *kept = arena_alloc(&links->arena, sizeof *kept + bytes);
    kept->count = set->count;
    memcpy(kept->words, set->words, bytes);
    table_put(&links->sets, set_key(series), kept);
}

void links_make(struct links *links, const struct model *m, int64_t from_ns)
{
    *links = (struct links){.rare = m->pattern_count / 50 > 4 ? m->pattern_count / 50 : 4};
    struct link_words set;
    for (size_t i = 0; i < m->pattern_count; i++) {
        bool young = m->patterns[i].first_ns >= from_ns && !m->patterns[i].baseline_count;
        words_of(m->patterns[i].first, &set);
        keep_set(links, m->patterns[i].first, &set);
        for (size_t k = 0; k < set.count; k++) {
            if (young && set.words[k] & SPECIFIC)
                continue;
            uintptr_t n = (uintptr_t)table_get(&links->holders, set.words[k]);
            table_put(&links->holders, set.words[k], (void *)(n + 1));
        }
    }
}

void links_done(struct links *links)
{
    table_done(&links->holders);
    table_done(&links->sets);
    arena_done(&links->arena);
}

void links_add(const struct links *links, const struct series *series, struct link_words *words)
{
    struct link_words set;
    const struct word_set *kept = table_get(&links->sets, set_key(series));
    if (!kept)
        words_of(series, &set);
    size_t count = kept ? kept->count : set.count;
    const uint64_t *list = kept ? kept->words : set.words;
    for (size_t k = 0; k < count; k++)
        if ((uintptr_t)table_get(&links->holders, list[k]) <= links->rare)
            insert(words, list[k]);
}

static bool share(const struct link_words *a, const struct link_words *b, uint64_t with)
{
    for (size_t i = 0, k = 0; i < a->count && k < b->count;) {
        if (a->words[i] == b->words[k] && (a->words[i] & with) == with)
            return true;
        if (a->words[i] <= b->words[k])
            i++;
        else
            k++;
    }
    return false;
}

bool links_share(const struct link_words *a, const struct link_words *b)
{
    return share(a, b, 0);
}

bool links_share_name(const struct link_words *a, const struct link_words *b)
{
    return share(a, b, NAME);
}

bool links_names_host(const struct links *links, const struct series *line, const struct series *trouble)
{
    struct span text = exemplar_message(&trouble->exemplar), said = exemplar_message(&line->exemplar);
    for (size_t at = 0; at < text.len; at++) {
        bool inside = at && (is_word(text.ptr[at - 1]) || text.ptr[at - 1] == '.');
        size_t host = inside ? 0 : host_bytes(span_skip(text, at)), label = 0;
        while (label < host && text.ptr[at + label] != '.')
            label++;
        struct span word = span_make(text.ptr + at, label);
        struct looks looks = looks_of(word);
        if (label < WORD_BYTES_MIN || !is_id(word, looks) ||
            (uintptr_t)table_get(&links->holders, hash_of(word, looks)) > links->rare)
            continue;
        const uint8_t *p = said.ptr, *end = said.ptr + said.len;
        for (; (p = memmem(p, (size_t)(end - p), word.ptr, word.len)); p++)
            if ((p == said.ptr || !is_word(p[-1])) && (p + label == end || !is_word(p[label])))
                return true;
    }
    return false;
}

void links_remove(struct link_words *words, const struct link_words *known)
{
    size_t kept = 0;
    for (size_t i = 0, k = 0; i < words->count; i++) {
        while (k < known->count && known->words[k] < words->words[i])
            k++;
        if (k == known->count || known->words[k] != words->words[i])
            words->words[kept++] = words->words[i];
    }
    words->count = kept;
}

void links_drop_ids(struct link_words *words)
{
    size_t kept = 0;
    for (size_t i = 0; i < words->count; i++)
        if (!(words->words[i] & SPECIFIC))
            words->words[kept++] = words->words[i];
    words->count = kept;
}
