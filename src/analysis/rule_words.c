/* A small recursive reader of the PCRE2 syntax that keeps, for each part, the sets of strings of which any
 * match must hold one each: a run of plain characters is a set of one; an alternation is the union of the
 * best sets of its branches (or nothing, if a branch has none); a sequence has the best few of the sets of
 * its parts; what may occur zero times gives nothing. What the reader does not know makes it give up
 * ("nothing is known"), which is slow but never wrong. The build tool checks the outcome against the samples
 * of each rule all the same. Method: Russ Cox, "Regular Expression Matching with a Trigram Index". */
#include "analysis/rule_words.h"

#define WORDS_MAX  64 /* more branches than this: nothing is known */
#define GROUPS_MAX 32
#define NEEDS_MAX  3

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

struct needs { /* sets that are all needed, the best first */
    struct words set[NEEDS_MAX];
    size_t count;
};

struct run { /* plain characters side by side */
    uint8_t bytes[RULE_WORD_BYTES_MAX];
    size_t len;
};

static void read_choices(struct reader *r, struct needs *ret_needs);

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

static void keep(struct needs *needs, const struct words *set)
{
    size_t at = 0;
    while (at < needs->count && worth(set) <= worth(&needs->set[at]))
        at++;
    if (worth(set) == 0 || at == NEEDS_MAX)
        return;
    needs->count += needs->count < NEEDS_MAX;
    memmove(&needs->set[at + 1], &needs->set[at], (needs->count - at - 1) * sizeof *set);
    needs->set[at] = *set;
}

static void run_end(struct reader *r, struct run *run, struct needs *needs)
{
    struct words one = {.count = 0};
    if (run->len >= RULE_WORD_BYTES_MIN) {
        words_add(&one, arena_copy(r->arena, span_make(run->bytes, run->len)));
        keep(needs, &one);
    }
    run->len = 0;
}

static void run_add(struct reader *r, struct run *run, struct needs *needs, uint8_t c)
{
    if (run->len == sizeof run->bytes)
        run_end(r, run, needs);
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

static void read_group(struct reader *r, struct run *run, struct needs *needs)
{
    enum group_kind kind = group_open(r);
    if (kind == GROUP_NOTHING)
        return;
    if (kind == GROUP_LOST || ++r->depth > GROUPS_MAX) {
        r->lost = true;
        return;
    }
    struct needs inner;
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
    run_end(r, run, needs);
    for (size_t i = 0; needed && i < inner.count; i++)
        keep(needs, &inner.set[i]);
}

/* The escape at r->at: returns true with the byte when it stands for itself. */
static bool read_escape(struct reader *r, struct run *run, struct needs *needs, uint8_t *ret_byte)
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
    run_end(r, run, needs);
    bool any;
    read_quantifier(r, &any);
    return false;
}

static void read_sequence(struct reader *r, struct needs *ret_needs)
{
    struct needs needs;
    struct run run = {.len = 0};
    needs.count = 0;
    while (!r->lost && *r->at && *r->at != '|' && *r->at != ')') {
        uint8_t byte = (uint8_t)*r->at;
        bool any;
        if (byte == '(') {
            read_group(r, &run, &needs);
            continue;
        }
        if (byte == '[') {
            skip_class(r);
            run_end(r, &run, &needs);
            read_quantifier(r, &any);
            continue;
        }
        if (byte == '.') {
            r->at++;
            run_end(r, &run, &needs);
            read_quantifier(r, &any);
            continue;
        }
        if (byte == '^' || byte == '$') {
            r->at++;
            continue;
        }
        if (byte == '\\') {
            if (!read_escape(r, &run, &needs, &byte))
                continue;
        } else {
            r->at++;
        }
        bool needed = read_quantifier(r, &any);
        if (needed)
            run_add(r, &run, &needs, byte);
        if (any)
            run_end(r, &run, &needs);
    }
    run_end(r, &run, &needs);
    *ret_needs = needs;
}

static void read_choices(struct reader *r, struct needs *ret_needs)
{
    struct needs branch;
    read_sequence(r, ret_needs);
    while (!r->lost && *r->at == '|') {
        struct words *all = &ret_needs->set[0];
        r->at++;
        read_sequence(r, &branch);
        bool known = ret_needs->count && branch.count && all->count + branch.set[0].count <= WORDS_MAX;
        for (size_t i = 0; known && i < branch.set[0].count; i++)
            words_add(all, branch.set[0].item[i]);
        ret_needs->count = known;
    }
    if (r->lost)
        ret_needs->count = 0;
}

static const char *words_text(struct arena *arena, const char *before, const struct words *set)
{
    const char *text = before;
    for (size_t i = 0; i < set->count; i++)
        text = arena_printf(arena, "%s%s%.*s", text, *text ? "\n" : "", (int)set->item[i].len,
                            (const char *)set->item[i].ptr);
    return text;
}

const char *rule_words_of(struct arena *arena, const char *pattern, const char **ret_also)
{
    struct reader r = {.arena = arena, .at = pattern};
    struct needs needs;
    read_choices(&r, &needs);
    *ret_also = "";
    if (r.lost || *r.at || needs.count == 0)
        return "";
    for (size_t i = 1; i < needs.count; i++)
        *ret_also = words_text(arena, i > 1 ? arena_printf(arena, "%s\n", *ret_also) : "", &needs.set[i]);
    return words_text(arena, "", &needs.set[0]);
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

bool rule_words_all_in(const char *also, struct span text)
{
    while (*also) {
        bool found = false;
        for (struct span word; (word = rule_words_next(&also)).len;)
            found = found || holds(text, word);
        if (!found)
            return false;
    }
    return true;
}
