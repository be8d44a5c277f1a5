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

static struct span head_of(struct span message)
{
    return span_make(message.ptr, message.len < MESSAGE_BYTES ? message.len : MESSAGE_BYTES);
}

/* Does the front of the text hold an entry of the list? What is denied ("0 deleted") is not said. */
static bool holds(struct span text, int list)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, index_lists);
    text = head_of(text);
    const struct phrases *p = &lists[list];
    for (size_t at = 0; at + 1 < text.len; at++) {
        if (!joins_word(text.ptr[at]))
            continue;
        unsigned pair = pair_of(text.ptr + at);
        for (size_t i = p->from[pair]; i < p->from[pair + 1]; i++) {
            const char *phrase = language_lists[list].phrases[p->order[i]];
            if (stands(text, at, phrase) && !language_denied(text, at, at + strlen(phrase)))
                return true;
        }
        while (at + 1 < text.len && joins_word(text.ptr[at + 1]))
            at++;
    }
    return false;
}

bool language_undone(struct span message)
{
    return holds(message, UNDONE);
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
