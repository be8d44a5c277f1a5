/* Only short values that differ. What a task was and is ("oldState": "RUNNING") is no setting: tasks pass
 * through states all day. */
#include "record/telling_was.h"

#include "base/ascii.h"

#include <string.h>
#include <strings.h>

enum { VALUE_BYTES_MAX = 32, LAST_BYTES_MAX = 24 };

static bool same(struct span text, const char *word)
{
    return text.len == strlen(word) && strncasecmp((const char *)text.ptr, word, text.len) == 0;
}

static struct span last_of(struct span name)
{
    const uint8_t *dot = name.len ? memrchr(name.ptr, '.', name.len) : NULL;
    return dot ? span_skip(name, (size_t)(dot + 1 - name.ptr)) : name;
}

/* "old_value", "oldValue" -> "value", "old" -> ""; false: the name does not begin so. */
static bool behind(struct span name, const char *mark, struct span *ret_rest)
{
    struct span last = last_of(name);
    size_t n = strlen(mark);
    if (last.len < n || last.len > LAST_BYTES_MAX || strncasecmp((const char *)last.ptr, mark, n) != 0)
        return false;
    *ret_rest = span_skip(last, n);
    bool joined =
        ret_rest->len && (ret_rest->ptr[0] == '_' || ret_rest->ptr[0] == '-' || ret_rest->ptr[0] == ' ');
    if (joined)
        *ret_rest = span_skip(*ret_rest, 1);
    return joined || ret_rest->len == 0 || (ret_rest->ptr[0] >= 'A' && ret_rest->ptr[0] <= 'Z');
}

static bool is_state(struct span rest)
{
    return same(rest, "state") || same(rest, "status") || same(rest, "phase");
}

static bool is_setting(struct span text)
{
    for (size_t i = 0; i < text.len; i++)
        if (!is_letter(text.ptr[i]) && !is_digit(text.ptr[i]) && !memchr("-_.%", text.ptr[i], 4))
            return false;
    return text.len && text.len <= VALUE_BYTES_MAX;
}

static bool says_changed(const struct telling *members, size_t count)
{
    static const char *const words[] = {"change",    "changed",  "field",  "attribute",
                                        "parameter", "property", "setting"};
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < sizeof words / sizeof *words; k++)
            if (members[i].value.quoted && same(last_of(members[i].name), words[k]))
                return true;
    return false;
}

/* Is it what `old` has become? rest: of its name; NULL: it is called "from". */
static bool became(const struct telling *old, const struct span *rest, const struct telling *new)
{
    struct span is;
    bool fits = rest ? behind(new->name, "new", &is) && is.len == rest->len &&
                           strncasecmp((const char *)is.ptr, (const char *)rest->ptr, is.len) == 0
                     : same(last_of(new->name), "to");
    return fits && is_setting(new->value.text) && !span_equal(old->value.text, new->value.text);
}

size_t telling_was(struct telling *members, size_t count)
{
    size_t old = count, new = count;
    for (size_t i = 0; i < count; i++) {
        struct span rest;
        bool named = behind(members[i].name, "old", &rest);
        if (named ? is_state(rest) : !same(last_of(members[i].name), "from") || !says_changed(members, count))
            continue;
        if (!is_setting(members[i].value.text))
            continue;
        for (size_t k = 0; k < count; k++)
            if (became(&members[i], named ? &rest : NULL, &members[k]) &&
                (new == count || span_compare(members[k].name, members[new].name) < 0)) {
                old = i;
                new = k;
            }
    }
    if (new == count)
        return count;
    members[new].was = members[old].value.text;
    memmove(members + old, members + old + 1, (count - old - 1) * sizeof *members);
    return count - 1;
}
