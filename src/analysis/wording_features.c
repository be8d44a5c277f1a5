/* Words are runs of letters, split where small letters turn to capitals (BackgroundService) and at any other
 * byte (read_timeout). Their values are not looked at: numbers are one word, ids another. A colon, a comma or
 * a bracket stands between words that belong to different parts of the sentence, an arrow between two values.
 */
#include "analysis/wording_features.h"

#include "base/ascii.h"
#include "base/table.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

enum {
    MESSAGE_BYTES = 400, /* what a message is about stands at its front */
    WORDS_MAX = 120,
    WORD_BYTES = 22,
    STEM_BYTES = 5,
    STEM_OF = 6, /* shorter words are their own stem */
    ID_BYTES = 4 /* "x509" and the like: letters and digits that are no word */
};

enum token_kind { TOKEN_WORD, TOKEN_BREAK };

struct token {
    enum token_kind kind;
    uint64_t word, stem;
    bool stemmed;
};

struct reader {
    struct span text;
    struct token tokens[WORDS_MAX];
    size_t count;
};

static bool is_word_byte(uint8_t c)
{
    return is_letter(c) || c >= 0x80; /* words of other languages are words */
}

static bool is_upper(uint8_t c)
{
    return is_letter(c) && !(c & 0x20);
}

static uint64_t hash_of(const void *text, size_t n)
{
    return XXH3_64bits(text, n);
}

static void add_token(struct reader *r, struct token token)
{
    if (r->count < WORDS_MAX)
        r->tokens[r->count++] = token;
}

static void add_sign(struct reader *r, const char *sign)
{
    uint64_t hash = hash_of(sign, 1);
    add_token(r, (struct token){TOKEN_WORD, hash, hash, false});
}

static void add_break(struct reader *r)
{
    add_token(r, (struct token){.kind = TOKEN_BREAK});
}

static void add_word(struct reader *r, const uint8_t *text, size_t n)
{
    uint8_t low[WORD_BYTES];
    if (n > WORD_BYTES)
        n = WORD_BYTES;
    for (size_t i = 0; i < n; i++)
        low[i] = text[i] | 0x20;
    bool stemmed = n >= STEM_OF;
    add_token(r,
              (struct token){TOKEN_WORD, hash_of(low, n), hash_of(low, stemmed ? STEM_BYTES : n), stemmed});
}

/* Letters: a word, or several that capitals part; an abbreviation is one: "HTTPServer" is two words. */
static void read_words(struct reader *r, const uint8_t *p, size_t n)
{
    for (size_t from = 0, to; from < n; from = to) {
        to = from + 1;
        if (to < n && is_upper(p[from]) && is_upper(p[to]))
            while (to < n && is_upper(p[to]) && !(to + 1 < n && !is_upper(p[to + 1])))
                to++;
        else
            while (to < n && !is_upper(p[to]))
                to++;
        add_word(r, p + from, to - from);
    }
}

/* From a letter on, to the end of letters and digits; returns where that is. */
static size_t read_name(struct reader *r, size_t at)
{
    const uint8_t *p = r->text.ptr;
    size_t end = at, letters = at;
    while (end < r->text.len && (is_word_byte(p[end]) || is_digit(p[end])))
        end++;
    while (letters < end && is_word_byte(p[letters]))
        letters++;
    size_t digits = end;
    while (digits > letters && is_digit(p[digits - 1]))
        digits--;
    if (letters == end || end - at < ID_BYTES) {
        read_words(r, p + at, letters - at);
        if (letters < end)
            add_sign(r, "0");
    } else if (digits == letters && letters - at >= 3) { /* "node12" */
        read_words(r, p + at, letters - at);
        add_sign(r, "0");
    } else {
        add_sign(r, "#");
    }
    return end;
}

/* "12", "3.7", "10:42:07", "12ms" is a number and a word. */
static size_t read_number(struct reader *r, size_t at)
{
    const uint8_t *p = r->text.ptr;
    while (at < r->text.len && (is_digit(p[at]) || ((p[at] == '.' || p[at] == ':') && at + 1 < r->text.len &&
                                                    is_digit(p[at + 1]))))
        at++;
    add_sign(r, "0");
    return at;
}

static void read_tokens(struct reader *r)
{
    struct span t = r->text;
    for (size_t at = 0; at < t.len && r->count < WORDS_MAX;) {
        uint8_t c = t.ptr[at], next = at + 1 < t.len ? t.ptr[at + 1] : ' ';
        if (is_word_byte(c)) {
            at = read_name(r, at);
        } else if (is_digit(c)) {
            at = read_number(r, at);
        } else if ((c == '-' || c == '=') && next == '>') {
            add_sign(r, ">");
            at += 2;
        } else {
            if (c == '=' || c == '%' || c == '!' || c == '?')
                add_sign(r, (const char[]){(char)c, 0});
            else if (c == ':' || c == ';' || c == ',' || c == '(' || c == ')' || (c == '.' && next == ' '))
                add_break(r);
            at++;
        }
    }
}

/* What a number is of, so that a word as the first one is another feature than the word itself. */
enum feature_kind { OF_WORD = 1, OF_STEM, OF_PAIR, OF_STEMS, OF_FIRST, OF_ALL };

static uint16_t feature(enum feature_kind kind, uint64_t a, uint64_t b)
{
    return (uint16_t)(key_mix(key_mix(a, (uint64_t)kind), b) >> (64 - WORDING_BITS));
}

size_t wording_features(struct span message, uint16_t *ret)
{
    struct reader r = {.text =
                           span_make(message.ptr, message.len < MESSAGE_BYTES ? message.len : MESSAGE_BYTES)};
    const struct token start = {.kind = TOKEN_WORD};
    struct token before = start;
    size_t n = 0;
    bool first = true;
    read_tokens(&r);
    for (size_t i = 0; i < r.count; i++) {
        struct token t = r.tokens[i];
        if (t.kind == TOKEN_BREAK) {
            t.word = t.stem = 1;
            before = t;
            continue;
        }
        ret[n++] = feature(OF_WORD, t.word, 0);
        if (t.stemmed)
            ret[n++] = feature(OF_STEM, t.stem, 0);
        if (before.word) {
            ret[n++] = feature(OF_PAIR, before.word, t.word);
            if (t.stemmed || before.stemmed)
                ret[n++] = feature(OF_STEMS, before.stem, t.stem);
        }
        if (first)
            ret[n++] = feature(OF_FIRST, t.word, 0);
        first = false;
        before = t;
    }
    ret[n++] = feature(OF_ALL, 0, 0);
    return n;
}
