/* An effect outweighs the rest ("retrying the migration: connection refused" is an effect), a cause outweighs
 * a change and what a program does about it ("disk full, request aborted"), and a value that became another
 * is a change. What is denied ("0 errors") is not said. */
#include "analysis/language.h"

#include "analysis/language_denied.h"
#include "analysis/language_words.h"
#include "base/ascii.h"

#include <pthread.h>
#include <string.h>
#include <strings.h>

#define MESSAGE_BYTES 600 /* what a message is about stands at its front */

/* Part of the same word: "read_timeout" is a name, no time-out. */
static bool joins_word(uint8_t c)
{
    return is_letter(c) || c == '_';
}

#define PAIRS (27 * 27)

/* The entries of a list by their first two letters: those of a pair are order[from[pair]] up to the next
 * one's. */
struct phrases {
    uint8_t order[LANGUAGE_PHRASES_MAX], from[PAIRS + 1];
};

static struct phrases lists[LANGUAGE_LISTS];

static unsigned letter_of(uint8_t c)
{
    unsigned letter = (unsigned)(c | 0x20) - 'a';
    return letter < 26 ? letter + 1 : 0;
}

static unsigned pair_of(const uint8_t *two)
{
    return letter_of(two[0]) * 27 + letter_of(two[1]);
}

static void index_lists(void)
{
    for (size_t of = 0; of < LANGUAGE_LISTS; of++) {
        struct phrases *p = &lists[of];
        const struct language_list *words = &language_lists[of];
        uint8_t next[PAIRS] = {0};
        for (size_t i = 0; i < words->count; i++)
            p->from[pair_of((const uint8_t *)words->phrases[i]) + 1]++;
        for (unsigned pair = 0; pair < PAIRS; pair++) {
            next[pair] = p->from[pair];
            p->from[pair + 1] = (uint8_t)(p->from[pair + 1] + p->from[pair]);
        }
        for (size_t i = 0; i < words->count; i++)
            p->order[next[pair_of((const uint8_t *)words->phrases[i])]++] = (uint8_t)i;
    }
}

/* Does the phrase stand at the start of a word, text[at]? */
static bool stands(struct span text, size_t at, const char *phrase)
{
    size_t n = strlen(phrase);
    if (n > text.len - at || (text.ptr[at + 2] | 0x20) != (phrase[2] | 0x20) ||
        strncasecmp((const char *)text.ptr + at, phrase, n) != 0)
        return false;
    bool stem = n >= 8 || at + n == text.len; /* a long entry may go on: reconfigur-ed */
    return stem || !joins_word(text.ptr[at + n]);
}

/* The first of some lists of which the text holds an entry; count if it holds none. *ret_at (may be NULL):
 * where the first one stands. */
static size_t first_held(struct span text, const int *wanted, size_t count, size_t *ret_at)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, index_lists);
    for (size_t at = 0; at + 1 < text.len && count; at++) {
        if (!joins_word(text.ptr[at]))
            continue;
        unsigned pair = pair_of(text.ptr + at);
        for (size_t k = 0; k < count; k++) {
            const struct phrases *p = &lists[wanted[k]];
            for (size_t i = p->from[pair]; i < p->from[pair + 1]; i++) {
                const char *phrase = language_lists[wanted[k]].phrases[p->order[i]];
                if (stands(text, at, phrase) && !language_denied(text, at, at + strlen(phrase))) {
                    count = k; /* what comes before it in the order is still looked for */
                    if (ret_at)
                        *ret_at = at;
                    break;
                }
            }
        }
        while (at + 1 < text.len && joins_word(text.ptr[at + 1]))
            at++;
    }
    return count;
}

static bool holds(struct span text, int list)
{
    return first_held(text, &list, 1, NULL) == 0;
}

/* A token beside an arrow that may be a value: letters, digits, -_.% and no more than one dot (an address has
 * more); it may stand in quotes. */
static bool is_value(const uint8_t *p, size_t n)
{
    if (n > 2 && p[0] == '"' && p[n - 1] == '"') {
        p++;
        n -= 2;
    }
    size_t dots = 0;
    for (size_t i = 0; i < n; i++) {
        dots += p[i] == '.';
        if (!is_letter(p[i]) && !is_digit(p[i]) && p[i] != '-' && p[i] != '_' && p[i] != '.' && p[i] != '%')
            return false;
    }
    return n > 0 && dots < 2;
}

/* "serial 41 -> 42", "maxmemory 256mb => 64mb", "policy: lru -> noeviction": a value that became another. */
static bool shows_transition(struct span text)
{
    for (size_t at = 2; at + 4 < text.len; at++) {
        const uint8_t *p = text.ptr + at;
        if (p[-1] != ' ' || (p[0] != '-' && p[0] != '=') || p[1] != '>' || p[2] != ' ')
            continue;
        size_t left = at - 1, right = at + 3, end = right;
        while (left > 0 && text.ptr[left - 1] != ' ')
            left--;
        while (end < text.len && text.ptr[end] != ' ' && text.ptr[end] != ',' && text.ptr[end] != ';')
            end++;
        if (left > 0 && is_value(text.ptr + left, at - 1 - left) && is_value(text.ptr + right, end - right))
            return true;
    }
    return false;
}

static struct span head_of(struct span message)
{
    return span_make(message.ptr, message.len < MESSAGE_BYTES ? message.len : MESSAGE_BYTES);
}

enum role language_role(struct span message)
{
    message = head_of(message);
    if (shows_transition(message))
        return ROLE_CHANGE;
    static const int order[] = {EFFECTS, CAUSES, CONSEQUENCES, CHANGES, LIFECYCLES};
    static const enum role roles[] = {ROLE_SYMPTOM, ROLE_CAUSE,  ROLE_SYMPTOM,
                                      ROLE_CHANGE,  ROLE_CHANGE, ROLE_UNKNOWN};
    size_t at = 0, held = first_held(message, order, sizeof order / sizeof *order, &at);
    bool answered = roles[held] == ROLE_CAUSE && holds(span_make(message.ptr, at), CONSEQUENCES);
    return answered ? ROLE_SYMPTOM : roles[held]; /* "rejected: invalid body" */
}

bool language_undone(struct span message)
{
    return holds(head_of(message), UNDONE);
}

/* "serving again", "answering normally again" */
static bool is_well_again(struct span text)
{
    enum { BYTES_BEFORE = 24 };
    const uint8_t *again = text.ptr, *end = text.ptr + text.len;
    for (; (again = memmem(again, (size_t)(end - again), " again", 6)); again += 6) {
        size_t before = (size_t)(again - text.ptr);
        if (again + 6 < end && joins_word(again[6]))
            continue;
        size_t n = before < BYTES_BEFORE ? before : BYTES_BEFORE;
        while (n < before && n && joins_word(again[-(ptrdiff_t)n - 1]))
            n--;
        if (holds(span_make(again - n, n), WELL))
            return true;
    }
    return false;
}

bool language_recovers(struct span message)
{
    message = head_of(message);
    return holds(message, RECOVERIES) || is_well_again(message);
}

bool language_lifecycle(struct span message)
{
    return holds(message, LIFECYCLES) && !holds(message, CHANGES) && !shows_transition(message);
}

bool language_destroys(struct span message)
{
    return holds(message, DESTRUCTIONS);
}

bool language_alters(struct span message)
{
    return holds(message, DESTRUCTIONS) || holds(message, ALTERATIONS);
}

bool language_begins(struct span message)
{
    return holds(message, BEGINNINGS);
}

bool language_absence(struct span message)
{
    return holds(message, ABSENCES);
}

bool language_reloads(struct span message)
{
    return holds(message, RELOADS);
}
