/* A small recursive reader of the PCRE2 syntax that keeps, for each part, the set of strings of which any
 * match must hold one: a run of plain characters is a set of one; an alternation is the union of its branches
 * (or nothing, if a branch has none); a sequence is the best of its parts; what may occur zero times gives
 * nothing. What the reader does not know makes it give up ("nothing is known"), which is slow but never
 * wrong. The build tool checks the outcome against the samples of each rule all the same. Method: Russ Cox,
 * "Regular Expression Matching with a Trigram Index". */
#include "analysis/rule_words.h"

#define WORDS_MAX  64 /* more branches than this: nothing is known */
#define GROUPS_MAX 32

struct reader {
    struct arena *arena;
    const char *at;
    bool lost; /* met something that it does not know */
    int depth;
};

struct words {
    struct span item[WORDS_MAX];
    size_t count;     /* 0: nothing is known */
    size_t bytes_min; /* the shortest */
};

struct run { /* plain characters side by side */
    uint8_t bytes[RULE_WORD_BYTES_MAX];
    size_t len;
};

static void read_choices(struct reader *r, struct words *ret_words);

static uint8_t lower(uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? (uint8_t)(c | 0x20) : c;
}

/* Longer is rarer, up to a point; after that fewer is better. */
static size_t worth(const struct words *words)
{
    if (words->count == 0 || words->bytes_min < RULE_WORD_BYTES_MIN)
        return 0;
    return (words->bytes_min < 10 ? words->bytes_min : 10) * 2 * WORDS_MAX - words->count;
}

static void words_add(struct words *words, struct span word)
{
    if (words->count == 0 || word.len < words->bytes_min)
        words->bytes_min = word.len;
    words->item[words->count++] = word;
}

static void keep_better(struct words *best, const struct words *other)
{
    if (worth(other) > worth(best))
        *best = *other;
}

static void run_end(struct reader *r, struct run *run, struct words *best)
{
    struct words one = {.count = 0};
    if (run->len >= RULE_WORD_BYTES_MIN) {
        words_add(&one, arena_copy(r->arena, span_make(run->bytes, run->len)));
        keep_better(best, &one);
    }
    run->len = 0;
}

static void run_add(struct reader *r, struct run *run, struct words *best, uint8_t c)
{
    if (run->len == sizeof run->bytes)
        run_end(r, run, best);
    run->bytes[run->len++] = lower(c);
}

/* Past `[...]`, whose content says nothing. */
static void skip_class(struct reader *r)
{
    r->at++;
    if (*r->at == '^')
        r->at++;
    if (*r->at == ']')
        r->at++;
    while (*r->at && *r->at != ']') {
        if (*r->at == '\\' && r->at[1])
            r->at++;
        else if (*r->at == '[' && r->at[1] == ':') {
            const char *end = strstr(r->at, ":]");
            if (end)
                r->at = end + 1;
        }
        r->at++;
    }
    if (*r->at)
        r->at++;
    else
        r->lost = true;
}

/* A quantifier, if one stands here. Returns false when the atom before it may be missing. */
static bool read_quantifier(struct reader *r, bool *ret_any)
{
    bool needed = true;
    *ret_any = false;
    char c = *r->at;
    if (c == '{') {
        const char *p = r->at + 1, *digits = p;
        while (*p >= '0' && *p <= '9')
            p++;
        if (p == digits)
            return true; /* a plain brace */
        needed = strspn(digits, "0") < (size_t)(p - digits);
        while ((*p >= '0' && *p <= '9') || *p == ',')
            p++;
        if (*p != '}')
            return true;
        r->at = p + 1;
    } else if (c == '?' || c == '*' || c == '+') {
        needed = c == '+';
        r->at++;
    } else {
        return true;
    }
    *ret_any = true;
    if (*r->at == '?' || *r->at == '+')
        r->at++;
    return needed;
}

enum group_kind { GROUP_PLAIN, GROUP_ZERO_WIDTH, GROUP_NOTHING, GROUP_LOST };

/* What follows an opening parenthesis; moves past it. */
static enum group_kind group_open(struct reader *r)
{
    r->at++;
    if (*r->at == '*')
        return GROUP_LOST;
    if (*r->at != '?')
        return GROUP_PLAIN;
    const char *p = ++r->at;
    if (*p == '=' || *p == '!' || (*p == '<' && (p[1] == '=' || p[1] == '!'))) {
        r->at += *p == '<' ? 2 : 1;
        return GROUP_ZERO_WIDTH;
    }
    if (*p == '>' || *p == '|') {
        r->at++;
        return GROUP_PLAIN;
    }
    if (*p == 'P' || *p == '<' || *p == '\'') { /* a name */
        char close = *p == '\'' ? '\'' : '>';
        p += *p == 'P';
        if (*p != '<' && *p != '\'')
            return GROUP_LOST;
        const char *end = strchr(p + 1, close);
        if (!end)
            return GROUP_LOST;
        r->at = end + 1;
        return GROUP_PLAIN;
    }
    size_t flags = strspn(p, "imsJU-^");
    if (p[flags] == ')') {
        r->at = p + flags + 1;
        return GROUP_NOTHING;
    }
    if (p[flags] == ':') {
        r->at = p + flags + 1;
        return GROUP_PLAIN;
    }
    return GROUP_LOST;
}

static void read_group(struct reader *r, struct run *run, struct words *best)
{
    enum group_kind kind = group_open(r);
    if (kind == GROUP_NOTHING)
        return;
    if (kind == GROUP_LOST || ++r->depth > GROUPS_MAX) {
        r->lost = true;
        return;
    }
    struct words inner;
    read_choices(r, &inner);
    r->depth--;
    if (*r->at != ')') {
        r->lost = true;
        return;
    }
    r->at++;
    bool any;
    bool needed = read_quantifier(r, &any);
    if (kind == GROUP_ZERO_WIDTH)
        return;
    run_end(r, run, best);
    if (needed)
        keep_better(best, &inner);
}

/* The escape at r->at: returns true with the byte when it stands for itself. */
static bool read_escape(struct reader *r, struct run *run, struct words *best, uint8_t *ret_byte)
{
    uint8_t c = (uint8_t)r->at[1];
    if (!c) {
        r->lost = true;
        return false;
    }
    r->at += 2;
    bool letter = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (!letter) {
        *ret_byte = c;
        return true;
    }
    if (strchr("bBAzZG", c))
        return false; /* zero width: the run goes on */
    if (!strchr("dDsSwWhHvVRntrfe", c))
        r->lost = true;
    run_end(r, run, best);
    bool any;
    read_quantifier(r, &any);
    return false;
}

static void read_sequence(struct reader *r, struct words *ret_words)
{
    struct words best = {.count = 0};
    struct run run = {.len = 0};
    while (!r->lost && *r->at && *r->at != '|' && *r->at != ')') {
        uint8_t byte = (uint8_t)*r->at;
        bool any;
        if (byte == '(') {
            read_group(r, &run, &best);
            continue;
        }
        if (byte == '[') {
            skip_class(r);
            run_end(r, &run, &best);
            read_quantifier(r, &any);
            continue;
        }
        if (byte == '.') {
            r->at++;
            run_end(r, &run, &best);
            read_quantifier(r, &any);
            continue;
        }
        if (byte == '^' || byte == '$') {
            r->at++;
            continue;
        }
        if (byte == '\\') {
            if (!read_escape(r, &run, &best, &byte))
                continue;
        } else {
            r->at++;
        }
        bool needed = read_quantifier(r, &any);
        if (needed)
            run_add(r, &run, &best, byte);
        if (any)
            run_end(r, &run, &best);
    }
    run_end(r, &run, &best);
    *ret_words = best;
}

static void read_choices(struct reader *r, struct words *ret_words)
{
    struct words all, branch;
    bool known;
    read_sequence(r, &all);
    known = all.count > 0;
    while (!r->lost && *r->at == '|') {
        r->at++;
        read_sequence(r, &branch);
        known = known && branch.count > 0 && all.count + branch.count <= WORDS_MAX;
        for (size_t i = 0; known && i < branch.count; i++)
            words_add(&all, branch.item[i]);
    }
    *ret_words = known && !r->lost ? all : (struct words){.count = 0};
}

const char *rule_words_of(struct arena *arena, const char *pattern)
{
    struct reader r = {.arena = arena, .at = pattern};
    struct words words;
    read_choices(&r, &words);
    if (r.lost || *r.at || worth(&words) == 0)
        return "";
    const char *text = "";
    for (size_t i = 0; i < words.count; i++)
        text = arena_printf(arena, "%s%s%.*s", text, i ? "\n" : "", (int)words.item[i].len,
                            (const char *)words.item[i].ptr);
    return text;
}

struct span rule_words_next(const char **at)
{
    const char *word = *at;
    size_t len = strcspn(word, "\n");
    *at = word + len + (word[len] == '\n');
    return span_make(word, len);
}

static bool holds(struct span text, struct span word)
{
    for (size_t i = 0; i + word.len <= text.len; i++) {
        size_t n = 0;
        while (n < word.len && lower(text.ptr[i + n]) == word.ptr[n])
            n++;
        if (n == word.len)
            return true;
    }
    return false;
}

bool rule_words_in(const char *words, struct span text)
{
    if (!*words)
        return true;
    for (struct span word; (word = rule_words_next(&words)).len;)
        if (holds(text, word))
            return true;
    return false;
}
