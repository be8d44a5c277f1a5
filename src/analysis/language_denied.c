/* A clause ends at a mark: what stands before it denies nothing. A 0 counts only where it is a count: "worker
 * 0 unavailable" is the name of a worker. */
#include "analysis/language_denied.h"

#include "base/ascii.h"

#include <string.h>
#include <strings.h>

enum { WORDS_OF_COUNT = 4, WORDS_OF_NO = 2 };

static bool is_one_of(struct span word, const char *const *words)
{
    for (; *words; words++)
        if (word.len == strlen(*words) && strncasecmp((const char *)word.ptr, *words, word.len) == 0)
            return true;
    return false;
}

static bool ends_clause(uint8_t c)
{
    return c == ',' || c == ';' || c == ':' || c == '(' || c == '|' || c == '[' || c == '{' || c == '=';
}

/* The word before text[at] in the same clause; empty: there is none. Moves *at to its begin. */
static struct span word_before(struct span text, size_t *at)
{
    size_t end = *at;
    while (end && text.ptr[end - 1] == ' ')
        end--;
    if (end && text.ptr[end - 1] == '.' && end < *at)
        return (struct span){0};
    size_t begin = end;
    while (begin && text.ptr[begin - 1] != ' ' && !ends_clause(text.ptr[begin - 1]))
        begin--;
    *at = begin;
    return span_make(text.ptr + begin, end - begin);
}

/* text[at] is '0' and a word: does it count something? */
static bool counts(struct span text, size_t at)
{
    static const char *const before[] = {"with", "and", "or", "found", "has", "had",
                                         "got",  "are", "is", "were",  NULL};
    struct span rest = span_skip(text, at + 1);
    struct span word = word_before(text, &at);
    return word.len == 0 || is_one_of(word, before) || span_starts(rest, " of ");
}

static bool denied_before(struct span text, size_t begin)
{
    static const char *const noes[] = {"no",   "not",    "without", "never", "isn't", "wasn't",
                                       "zero", "didn't", "doesn't", "won't", NULL};
    size_t at = begin;
    for (size_t i = 0; i < WORDS_OF_COUNT; i++) {
        struct span word = word_before(text, &at);
        if (word.len == 0)
            return false;
        if (i <= WORDS_OF_NO && is_one_of(word, noes))
            return true;
        if (word.len == 1 && word.ptr[0] == '0' && counts(text, at))
            return true;
    }
    return false;
}

static bool is_nothing(struct span rest)
{
    static const char *const words[] = {"0", "false", "none", "null", "nil", "no", NULL};
    size_t n = 0;
    while (n < rest.len &&
           (is_letter(rest.ptr[n]) || is_digit(rest.ptr[n]) || rest.ptr[n] == '.' || rest.ptr[n] == '%'))
        n++;
    if (n > 1 && rest.ptr[n - 1] == '.')
        n--;
    return is_one_of(span_make(rest.ptr, n), words);
}

static bool denied_behind(struct span text, size_t end)
{
    bool sets = end > 3 && memcmp(text.ptr + end - 3, " to", 3) == 0; /* "set to 0" */
    while (end < text.len && is_letter(text.ptr[end]))
        end++;
    if (end < text.len && (text.ptr[end] == '"' || text.ptr[end] == '\''))
        end++;
    if (end >= text.len || (text.ptr[end] != '=' && text.ptr[end] != ':' && text.ptr[end] != ' '))
        return false;
    bool value = text.ptr[end] != ' ';
    for (end++; end < text.len && (text.ptr[end] == ' ' || text.ptr[end] == '"' || text.ptr[end] == '\'');
         end++)
        ;
    struct span rest = span_skip(text, end);
    if (value)
        return is_nothing(rest);
    return !sets && rest.len && rest.ptr[0] == '0' &&
           (rest.len == 1 || rest.ptr[1] == ',' || rest.ptr[1] == ';');
}

bool language_denied(struct span text, size_t begin, size_t end)
{
    return denied_before(text, begin) || denied_behind(text, end);
}
