/* A bar outside of all groups and classes cuts, unless something in the pattern reaches across it: an option
 * that is set on the way, a reference to a group, a verb, a quotation. What is not understood is not cut. */
#include "analysis/rule_parts.h"

#include "analysis/rule_words.h"

#include <string.h>

/* Behind a class that starts at p, or NULL. */
static const char *class_end(const char *p)
{
    p += p[1] == '^' ? 2 : 1;
    p += *p == ']';
    while (*p && *p != ']') {
        if (*p == '[' && p[1] == ':') {
            p = strstr(p + 2, ":]");
            if (!p)
                return NULL;
            p++;
        } else if (*p == '\\' && p[1]) {
            p++;
        }
        p++;
    }
    return *p ? p + 1 : NULL;
}

/* Does a group begin at p that knows nothing of other groups, and changes nothing behind it? */
static bool is_plain_group(const char *p)
{
    if (p[1] == '*')
        return false;
    if (p[1] != '?')
        return true;
    return strchr(":=!>", p[2]) || (p[2] == '<' && strchr("=!", p[3])) || strncmp(p + 2, "i:", 2) == 0;
}

/* The bars that cut; returns how many, 0 also where it must not be cut. */
static size_t find_bars(const char *p, const char *ret_bars[RULE_PARTS_MAX - 1])
{
    size_t depth = 0, count = 0;
    while (*p) {
        if (*p == '\\') {
            if (!p[1] || strchr("123456789gkQEK", p[1]))
                return 0;
            p += 2;
        } else if (*p == '[') {
            p = class_end(p);
            if (!p)
                return 0;
        } else {
            if (*p == '(' && !is_plain_group(p))
                return 0;
            depth += *p == '(';
            if (*p == ')' && depth-- == 0)
                return 0;
            if (*p == '|' && depth == 0) {
                if (count == RULE_PARTS_MAX - 1)
                    return 0;
                ret_bars[count++] = p;
            }
            p++;
        }
    }
    return depth ? 0 : count;
}

size_t rule_parts(struct arena *arena, const char *pattern, const char *words,
                  struct rule_part ret_parts[RULE_PARTS_MAX])
{
    static const char caseless[] = "(?i)";
    const char *bars[RULE_PARTS_MAX - 1], *at = pattern;
    int prefix = strncmp(pattern, caseless, sizeof caseless - 1) == 0 ? (int)sizeof caseless - 1 : 0;
    size_t count = find_bars(at += prefix, bars);
    for (size_t i = 0; i <= count && count; i++) {
        const char *end = i < count ? bars[i] : at + strlen(at);
        char *part = arena_printf(arena, "%.*s%.*s", prefix, pattern, (int)(end - at), at);
        const char *also, *own = rule_words_of(arena, part, &also);
        ret_parts[i] = (struct rule_part){.pattern = part, .words = *own ? own : words, .also = also};
        at = end + 1;
    }
    if (count)
        return count + 1;
    const char *also;
    rule_words_of(arena, pattern, &also);
    ret_parts[0] = (struct rule_part){.pattern = pattern, .words = words, .also = also};
    return 1;
}
