/* Why looks are told once per different word: a few thousand words make up a million rows. */
#include "pattern/template_words.h"

#include "base/ascii.h"
#include "pattern/kernel.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#define QUOTED_BLANKS_MAX 2
#define HEX_LETTERS_MAX   8
#define FLAGS_MIN         2 /* one flag alone may be what the line is about: "check=db healthy=false" */
#define PAIRS_MIN         3

/* Words that say how something ended or stands. A slot that has held one of them is no variable. */
static const char *const outcomes[] = {
    "up",           "down",         "opened",   "closed",    "open",      "close",        "succeeded",
    "failed",       "success",      "failure",  "started",   "stopped",   "start",        "stop",
    "enabled",      "disabled",     "accepted", "rejected",  "connected", "disconnected", "true",
    "false",        "ok",           "error",    "yes",       "no",        "healthy",      "unhealthy",
    "online",       "offline",      "active",   "inactive",  "passed",    "granted",      "denied",
    "info",         "warn",         "warning",  "fatal",     "debug",     "ready",        "lost",
    "timeout",      "refused",      "reset",    "master",    "slave",     "leader",       "follower",
    "running",      "terminated",   "alive",    "dead",      "in",        "out",          "on",
    "off",          "added",        "removed",  "created",   "deleted",   "completed",    "aborted",
    "available",    "unavailable",  "valid",    "invalid",   "allowed",   "blocked",      "primary",
    "standby",      "secondary",    "locked",   "unlocked",  "mounted",   "unmounted",    "reachable",
    "unreachable",  "critical",     "normal",   "degraded",  "acquired",  "released",     "successful",
    "unsuccessful", "successfully", "expired",  "cancelled", "canceled",  "pending",      "begin",
    "end",          "finished",     "crashed",  "killed",    "exited",    "unknown"};

/* What stands where there is no value. */
static const char *const empties[] = {"null", "nil", "none", "undefined", "-", "n", "unset", "empty", "nan"};

static const char *const units[] = {"ns",
                                    "us",
                                    "ms",
                                    "s",
                                    "sec",
                                    "secs",
                                    "second",
                                    "seconds",
                                    "m",
                                    "min",
                                    "mins",
                                    "minute",
                                    "minutes",
                                    "h",
                                    "hr",
                                    "hrs",
                                    "hour",
                                    "hours",
                                    "day",
                                    "days",
                                    "b",
                                    "kb",
                                    "mb",
                                    "gb",
                                    "tb",
                                    "pb",
                                    "kib",
                                    "mib",
                                    "gib",
                                    "tib",
                                    "byte",
                                    "bytes",
                                    "msec",
                                    "usec",
                                    "msecs",
                                    "nanos",
                                    "millis",
                                    "milliseconds",
                                    "microseconds",
                                    "\xc2\xb5s",
                                    "\xce\xbcs"};

enum { LOOKS_OUTCOME = 1, LOOKS_EMPTY = 2, LOOKS_UNIT = 4, LOOKS_TRUTH = 8, LOOKS_BYTES_MAX = 15 };

/* The word in small letters, as a key. */
static uint64_t looks_key(struct span word)
{
    uint8_t small[LOOKS_BYTES_MAX];
    for (size_t i = 0; i < word.len; i++)
        small[i] = word.ptr[i] >= 'A' && word.ptr[i] <= 'Z' ? word.ptr[i] | 0x20 : word.ptr[i];
    return XXH3_64bits(small, word.len) | 1;
}

static void add_looks(struct word_list *list, const char *const *words, size_t count, uintptr_t looks)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t key = looks_key(span_of(words[i]));
        table_put(&list->looks, key, (void *)((uintptr_t)table_get(&list->looks, key) | looks));
    }
}

static unsigned looks_of(const struct word_list *list, struct span word)
{
    return word.len <= LOOKS_BYTES_MAX ? (unsigned)(uintptr_t)table_get(&list->looks, looks_key(word)) : 0;
}

/* "beef", "ff": hexadecimal that happens to hold no digit */
static bool is_hex_letters(struct span word)
{
    for (size_t i = 0; i < word.len; i++)
        if ((word.ptr[i] | 0x20) < 'a' || (word.ptr[i] | 0x20) > 'f')
            return false;
    return word.len <= HEX_LETTERS_MAX;
}

static bool is_atom(uint8_t c)
{
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '_' || c == '-' ||
           c == '.' || c >= 0x80;
}

static size_t atom_end(struct span s, size_t at)
{
    while (at < s.len && is_atom(s.ptr[at]))
        at++;
    return at;
}

/* One word: atoms, "Class::method", "x+". */
static size_t word_end(struct span s, size_t at)
{
    size_t end = atom_end(s, at);
    while (end + 2 < s.len && s.ptr[end] == ':' && s.ptr[end + 1] == ':' && is_letter(s.ptr[end - 1]) &&
           is_letter(s.ptr[end + 2]))
        end = atom_end(s, end + 2);
    bool sign = end == at + 1 && end < s.len && s.ptr[end] == '+' && is_letter(s.ptr[at]);
    return end + (sign && (end + 1 == s.len || s.ptr[end + 1] == ' '));
}

static void look_at_letters(const struct word_list *list, struct word *word)
{
    struct span text = word->text;
    bool digits = true;
    word->small = true;
    for (size_t i = 0; i < text.len; i++) {
        word->small &= text.ptr[i] >= 'a' && text.ptr[i] <= 'z';
        digits &= text.ptr[i] >= '0' && text.ptr[i] <= '9';
    }
    unsigned looks = looks_of(list, text);
    word->number = digits;
    word->outcome = looks & LOOKS_OUTCOME;
    word->truth = looks & LOOKS_TRUTH;
    word->empty = looks & LOOKS_EMPTY || is_hex_letters(text);
}

static struct word *word_new(struct word_list *list, struct span text, uint64_t hash)
{
    if (list->count == list->size) {
        list->size = list->size ? list->size * 2 : 1024;
        list->words = memory_resize(list->words, list->size * sizeof *list->words);
    }
    list->words[list->count] = (struct word){.text = text, .hash = hash, .alone = key_mix(1, hash)};
    return &list->words[list->count++];
}

enum form { FORM_SIGN, FORM_ATOM, FORM_RUN, FORM_COUNTED };

static uint32_t word_id(struct word_list *list, struct span text, enum form form)
{
    uint64_t key = key_mix(XXH3_64bits(text.ptr, text.len), 1 + form);
    uintptr_t known = (uintptr_t)table_get(&list->ids, key);
    if (known)
        return (uint32_t)(known - 1);
    struct span same = text;
    if (form == FORM_COUNTED && text.len > 3 && text.ptr[text.len - 1] == 's')
        same.len--;
    uint64_t hash =
        form == FORM_RUN ? list->words[WORD_ID_VARIABLE].hash : XXH3_64bits(same.ptr, same.len) | 1;
    struct word *word = word_new(list, text, hash);
    word->variable = form == FORM_RUN;
    word->bracket = form == FORM_SIGN && strchr("([{\"'`", text.ptr[0]);
    word->open = form == FORM_ATOM || form == FORM_COUNTED;
    if (word->open)
        look_at_letters(list, word);
    table_put(&list->ids, key, (void *)(uintptr_t)list->count);
    return (uint32_t)(list->count - 1);
}

void words_init(struct word_list *list)
{
    static const char *const truths[] = {"true", "false"};
    *list = (struct word_list){0};
#define LOOKS(words, looks) add_looks(list, words, sizeof(words) / sizeof *(words), looks)
    LOOKS(outcomes, LOOKS_OUTCOME);
    LOOKS(empties, LOOKS_EMPTY);
    LOOKS(units, LOOKS_UNIT);
    LOOKS(truths, LOOKS_TRUTH);
    struct span variable = span_make("\x01", 1);
    word_new(list, variable, 2)->variable = true;
    table_put(&list->ids, key_mix(XXH3_64bits(variable.ptr, 1), 1 + FORM_RUN), (void *)1);
    word_id(list, span_make(" ", 1), FORM_SIGN);
    word_new(list, variable, 2)->variable = true;
}

void words_done(struct word_list *list)
{
    table_done(&list->ids);
    table_done(&list->values);
    table_done(&list->looks);
    free(list->words);
}

void words_next_source(struct word_list *list)
{
    table_done(&list->values);
    list->brackets = false;
}

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

static bool is_joint(uint8_t c)
{
    return c && strchr(" ,:;/+-.#*x@%~", c) != NULL;
}

/* The end of the run of variables that starts with the one at `at`. */
static size_t run_end(const struct word_list *list, struct span s, size_t at)
{
    size_t end = at + 1;
    for (;;) {
        size_t next = end;
        while (next < s.len && next < end + 3 && is_joint(s.ptr[next]))
            next++;
        if (next > end && next < s.len && s.ptr[next] == MASK_BYTE) {
            end = next + 1;
            continue;
        }
        next = end + (end < s.len && s.ptr[end] == ' ');
        size_t stop = atom_end(s, next);
        if (next < stop && (stop == s.len || s.ptr[stop] != MASK_BYTE) &&
            looks_of(list, span_make(s.ptr + next, stop - next)) & LOOKS_UNIT) {
            end = stop;
            continue;
        }
        if (end < s.len && s.ptr[end] == '%')
            end++;
        return end;
    }
}

/* "<1 sec", ">5": the sign belongs to the value; "<5>" is a bracket. */
static bool is_comparator(struct span s, size_t at, uint32_t words, const uint32_t *ids)
{
    return (s.ptr[at] == '<' || s.ptr[at] == '>') && at + 1 < s.len && s.ptr[at + 1] == MASK_BYTE &&
           (words == 0 || ids[words - 1] == WORD_ID_BLANK) &&
           (at + 2 >= s.len || s.ptr[at + 2] != (s.ptr[at] == '<' ? '>' : '<'));
}

/* The values of flags, where there are several of them and other values with names. */
static void mask_flags(uint32_t *ids, uint32_t n, const struct word_list *list)
{
    size_t pairs = 0, flags = 0;
    for (int pass = 0; pass < 2; pass++)
        for (uint32_t t = 0; t + 1 < n; t++) {
            if (list->words[ids[t]].text.ptr[0] != '=')
                continue;
            uint32_t value = t + 1 + (ids[t + 1] == WORD_ID_BLANK);
            bool flag = value < n && list->words[ids[value]].truth;
            pairs += pass == 0;
            flags += pass == 0 && flag;
            if (pass && flag && flags >= FLAGS_MIN && pairs >= PAIRS_MIN)
                ids[value] = WORD_ID_VARIABLE;
        }
}

void row_split(struct row *row, struct span shaped, struct word_list *list, struct arena *arena)
{
    uint32_t ids[ROW_WORDS_MAX];
    uint32_t n = 0;
    for (size_t at = 0; at < shaped.len;) {
        if (shaped.ptr[at] == ' ' && n < ROW_WORDS_MAX - 4) {
            ids[n++] = WORD_ID_BLANK;
            at++;
            continue;
        }
        size_t end = at + 1, quoted = quoted_end(shaped, at);
        enum form form = FORM_SIGN;
        if (n >= ROW_WORDS_MAX - 4) {
            end = shaped.len;
        } else if (quoted > at) {
            ids[n++] = word_id(list, span_make(shaped.ptr + at, 1), FORM_SIGN);
            ids[n++] = word_id(list, span_make(shaped.ptr + at + 1, quoted - at - 1), FORM_ATOM);
            at = quoted;
            end = at + 1;
        } else if (shaped.ptr[at] == MASK_BYTE || is_comparator(shaped, at, n, ids)) {
            end = run_end(list, shaped, shaped.ptr[at] == MASK_BYTE ? at : at + 1);
            form = FORM_RUN;
        } else if (is_atom(shaped.ptr[at])) {
            end = word_end(shaped, at);
            bool counted = n >= 2 && ids[n - 1] == WORD_ID_BLANK && list->words[ids[n - 2]].variable;
            form = counted ? FORM_COUNTED : FORM_ATOM;
        }
        ids[n++] = word_id(list, span_make(shaped.ptr + at, end - at), form);
        at = end;
    }
    row->brackets = false;
    row->version = 0;
    for (uint32_t t = 0; t < n; t++)
        row->brackets |= list->words[ids[t]].bracket;
    list->brackets |= row->brackets;
    mask_flags(ids, n, list);
    row->count = n;
    row->words = arena_alloc(arena, n * sizeof *ids);
    memcpy(row->words, ids, n * sizeof *ids);
}
