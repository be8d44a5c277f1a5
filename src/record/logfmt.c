#include "record/logfmt.h"

#include "record/audit_text.h"
#include "record/find.h"
#include "record/layout.h"
#include "record/telling.h"

#include <stdlib.h>

enum { EARLY_PAIRS = 8 }; /* a level or message comes within these */

/* clang-format off */
static const bool is_name_byte[256] = {
    ['a' ... 'z'] = true, ['A' ... 'Z'] = true, ['0' ... '9'] = true,
    ['_'] = true, ['.'] = true, ['-'] = true, ['@'] = true, ['/'] = true,
};
/* clang-format on */

/* name= at *at; moves *at behind it. */
static bool read_name(struct span text, size_t *at, struct span *ret_name)
{
    size_t start = *at, i = start, end = text.len - start > 64 ? start + 64 : text.len;
    while (i < end && is_name_byte[text.ptr[i]])
        i++;
    if (i == start || i >= text.len || text.ptr[i] != '=')
        return false;
    *ret_name = span_make(text.ptr + start, i - start);
    *at = i + 1;
    return true;
}

/* read_name and what the name means. */
static bool read_named(struct span text, size_t *at, struct fields *fields, struct span *ret_name,
                       struct field_name *ret_what)
{
    struct field_memo *memo = fields->memo;
    const uint8_t *start = text.ptr + *at;
    const struct field_memo_name *known = memo ? field_memo_match(memo, start, text.ptr + text.len) : NULL;
    if (known) {
        *ret_name = span_make(start, known->bytes - 1u);
        *ret_what = (struct field_name){(enum field_role)known->role, known->rank};
        *at += known->bytes;
        return true;
    }
    if (!read_name(text, at, ret_name))
        return false;
    *ret_what = field_names_find(fields->names, *ret_name);
    if (memo)
        field_memo_learn(memo, span_make(ret_name->ptr, ret_name->len + 1), *ret_what);
    return true;
}

static struct field_value read_value(struct span text, size_t *at)
{
    const uint8_t *start = text.ptr + *at, *end = text.ptr + text.len, *p = start;
    struct field_value value = {.quoted = true};
    if (p == end || *p != '"') {
        p = find_blank(p, end);
        value.text = span_make(start, (size_t)(p - start));
        *at = (size_t)(p - text.ptr);
        return value;
    }
    for (start = ++p; (p = find_quote(p, end)) < end && *p != '"';) {
        bool last = p + 1 == end;
        value.escaped |= !last;
        p += last ? 1 : 2;
    }
    value.text = span_make(start, (size_t)(p - start));
    *at = (size_t)(p - text.ptr) + (p < end);
    return value;
}

/* msg=File is infected action=blocked: a message without quotes goes on to the next pair. */
static void read_sentence(struct fields *fields, struct span text, size_t *at, struct field_value *value)
{
    struct span name;
    size_t end = *at;
    for (;;) {
        size_t next = end;
        while (next < text.len && (text.ptr[next] == ' ' || text.ptr[next] == '\t'))
            next++;
        size_t behind = next;
        if (next >= text.len || text.ptr[next] == '"' || read_name(text, &behind, &name))
            break;
        end = (size_t)(find_blank(text.ptr + next, text.ptr + text.len) - text.ptr);
    }
    if (end == *at)
        return;
    layout_unfit(fields->record);
    value->text.len += end - *at;
    *at = end;
}

/* "time=2026-08-07 14:31:05 level=info": a date, and a blank and a clock behind it. */
static bool is_half_time(struct span value, struct span rest)
{
    enum { DATE_BYTES_MAX = 11 };
    return value.len <= DATE_BYTES_MAX && rest.len > 4 && (unsigned)rest.ptr[1] - '0' < 10 &&
           (rest.ptr[2] == ':' || rest.ptr[3] == ':');
}

/* "msg" and the like count, "event" or "text" are everyday names. */
static bool is_told(const struct fields *fields)
{
    return fields->severity || fields->message.rank <= 2 || fields->audit;
}

/* A line that is laid out as an earlier one. */
static bool read_laid_out(struct span text, struct fields *fields)
{
    const struct layouts *layouts = fields->pairs;
    bool early = true;
    for (unsigned i = 0; i < layouts->work->value_count; i++) {
        struct field_value value;
        const struct layout_name *name = layout_value(layouts, text, i, &value);
        if (early && name->pair >= EARLY_PAIRS) {
            early = false;
            if (!is_told(fields))
                return false;
        }
        if (value.text.len)
            fields_add(fields, name->what, span_make(name->text, name->bytes), &value, name->later);
    }
    fields->count = layouts->work->pairs;
    if (early && fields->count >= EARLY_PAIRS && !is_told(fields))
        return false;
    fields_finish(fields);
    return fields->count >= 2 && is_told(fields);
}

/* The pairs of text, one by one. */
static bool read_pairs(struct span text, struct fields *fields)
{
    size_t at = 0;
    struct span name;
    struct field_name what;
    for (;;) {
        while (at < text.len && (text.ptr[at] == ' ' || text.ptr[at] == '\t'))
            at++;
        if (at >= text.len)
            break;
        if (!read_named(text, &at, fields, &name, &what)) {
            if (fields->count == 0)
                return false;
            layout_unfit(fields->record);
            at = (size_t)(find_blank(text.ptr + at, text.ptr + text.len) -
                          text.ptr); /* a word between pairs */
            continue;
        }
        bool string = at < text.len && text.ptr[at] == '"';
        struct field_value value = read_value(text, &at);
        if (!string && (what.role == FIELD_MESSAGE ||
                        (what.role == FIELD_TIME && is_half_time(value.text, span_skip(text, at)))))
            read_sentence(fields, text, &at, &value);
        if (fields->record && (string || value.text.len))
            layout_token_told(fields->record, text, value.text, string);
        if (what.role != FIELD_OTHER && value.text.len)
            fields_add(fields, what, name, &value, 0);
        else if (what.role != FIELD_OTHER && string && fields->record) /* the next one may hold something */
            layout_value_told(fields->record, what, name, value, 0, fields->count);
        fields->count++;
        if (fields->count == EARLY_PAIRS && !is_told(fields))
            return false;
    }
    return true;
}

bool logfmt_read(struct span text, struct fields *fields)
{
    if (fields->laid_out)
        return read_laid_out(text, fields);
    fields->record = fields->pairs ? layouts_record(fields->pairs, text) : NULL;
    if (fields->memo)
        field_memo_start(fields->memo);
    bool all = read_pairs(text, fields);
    if (all && fields->record)
        layouts_learn(fields->pairs, text, fields->count);
    fields->record = NULL;
    if (!all)
        return false;
    fields_finish(fields);
    return fields->count >= 2 && is_told(fields);
}

enum { SUMMARY_PAIRS_MAX = 64 };

struct pair {
    struct span name, whole; /* whole: NAME=VALUE as it stands there */
    struct field_value value;
    enum field_role role;
};

static int compare_pair(const void *a, const void *b)
{
    const struct pair *x = a, *y = b;
    int c = span_compare(x->name, y->name);
    return c ? c : span_compare(x->whole, y->whole);
}

/* The pairs as a request, or as the command of an audit; empty when they are neither. */
static struct span sentence_of(const struct pair *pairs, size_t count, struct scratch *scratch)
{
    struct telling members[SUMMARY_PAIRS_MAX];
    for (size_t i = 0; i < count; i++)
        members[i] = (struct telling){.name = pairs[i].name, .value = pairs[i].value, .role = pairs[i].role};
    bool request = telling_kind(members, count) == TELLING_REQUEST;
    return request ? telling_text(members, count, TELLING_REQUEST, scratch)
                   : audit_text(members, count, scratch);
}

struct span logfmt_summary(struct span text, const struct field_names *names, struct scratch *scratch)
{
    struct pair pairs[SUMMARY_PAIRS_MAX];
    size_t count = 0, at = 0;
    for (;;) {
        while (at < text.len && (text.ptr[at] == ' ' || text.ptr[at] == '\t'))
            at++;
        if (at >= text.len)
            break;
        size_t start = at;
        struct pair *pair = &pairs[count];
        if (count == SUMMARY_PAIRS_MAX || !read_name(text, &at, &pair->name))
            return text;
        pair->value = read_value(text, &at);
        pair->whole = span_make(text.ptr + start, at - start);
        pair->role = field_names_find(names, pair->name).role;
        count += pair->role != FIELD_TIME && pair->role != FIELD_LEVEL && pair->role != FIELD_STREAM;
    }
    struct span sentence = sentence_of(pairs, count, scratch);
    if (sentence.len)
        return sentence;
    qsort(pairs, count, sizeof *pairs, compare_pair);
    uint8_t *out = scratch_alloc(scratch, text.len + 1), *p = out;
    for (size_t i = 0; i < count; i++) {
        if (i)
            *p++ = ' ';
        p = mempcpy(p, pairs[i].whole.ptr, pairs[i].whole.len);
    }
    scratch_shrink(scratch, out, (size_t)(p - out));
    return count ? span_make(out, (size_t)(p - out)) : text;
}
