#include "record/layout.h"

#include "base/arena.h"
#include "record/twins.h"

#include <stdlib.h>

enum {
    SIBLINGS_MAX = 12,
    WINDOW =
        512 /* lines that were like none before; when fewer than so many were like one meanwhile, enough */
};

void layouts_init(struct layouts *layouts, bool pairs)
{
    *layouts = (struct layouts){.kernel = marks_kernel(), .pairs = pairs};
}

void layouts_done(struct layouts *layouts)
{
    free(layouts->nodes);
    free(layouts->names);
    free(layouts->work);
    free(layouts->twins);
    layouts_init(layouts, layouts->pairs);
}

void layouts_forget(struct layouts *layouts)
{
    layouts->off = false;
    layouts->hits = layouts->misses = 0;
    layouts->node_count = layouts->name_count = 0;
    twins_forget(layouts->twins);
}

/* ---- match ---- */

bool layouts_match(struct layouts *layouts, struct span text)
{
    layouts->mark_count = 0;
    if (layouts->off || text.len > MARKS_BYTES_MAX || text.len < 2)
        return false;
    if (!layouts->work)
        layouts->work = memory_alloc(sizeof *layouts->work);
    struct layout_work *work = layouts->work;
    marks_find *find = layouts->pairs ? layouts->kernel->pairs : layouts->kernel->json;
    uint32_t n = (uint32_t)text.len, count = find(text.ptr, n, work->at, &work->backslash);
    work->at[count] = (uint16_t)n;
    layouts->mark_count = count;
    const struct layout_node *last = NULL;
    if (layouts->node_count)
        last = layouts->kernel->walk(layouts->nodes, work->at, text.ptr, n, work->values, &work->value_count);
    if (last) {
        work->pairs = last->pairs;
        work->path = (uint16_t)(last - layouts->nodes);
        layouts->hits++;
        return true;
    }
    if (++layouts->misses == WINDOW) {
        layouts->off = layouts->hits < WINDOW;
        layouts->hits = layouts->misses = 0;
    }
    return false;
}

/* ---- learn ---- */

struct layout_record *layouts_record(struct layouts *layouts, struct span text)
{
    if (layouts->off || layouts->mark_count == 0 || text.len > MARKS_BYTES_MAX)
        return NULL;
    struct layout_record *record = &layouts->work->record;
    record->unfit = false;
    record->count = record->token_count = 0;
    return record;
}

void layout_value_told(struct layout_record *record, struct field_name what, struct span name,
                       struct field_value value, uint8_t later, unsigned pair)
{
    if (record->count == LAYOUT_VALUES_MAX || name.len > LAYOUT_NAME_BYTES || pair > UINT16_MAX) {
        record->unfit = true;
        return;
    }
    struct layout_name *told = &record->names[record->count];
    memset(told, 0, sizeof *told); /* padding too: they are compared as bytes */
    told->what.role = what.role;
    told->what.rank = what.rank;
    told->pair = (uint16_t)pair;
    told->later = later;
    told->bytes = (uint8_t)name.len;
    told->quoted = value.quoted;
    if (name.len)
        memcpy(told->text, name.ptr, name.len);
    record->values[record->count++] = value.text;
}

void layout_token_told(struct layout_record *record, struct span text, struct span value, bool string)
{
    if (record->token_count == LAYOUT_TOKENS_MAX) {
        record->unfit = true;
        return;
    }
    uint32_t begin = (uint32_t)(value.ptr - text.ptr);
    record->tokens[record->token_count++] = (struct layout_token){begin, begin + (uint32_t)value.len, string};
}

/* Offset of the quote that closes the string whose first byte is at `at`. */
static size_t string_end(struct span text, size_t at)
{
    while (at < text.len && text.ptr[at] != '"')
        at += text.ptr[at] == '\\' ? 2 : 1;
    return at;
}

static bool is_named(struct span text, size_t at)
{
    while (at < text.len &&
           (text.ptr[at] == ' ' || text.ptr[at] == '\t' || text.ptr[at] == '\n' || text.ptr[at] == '\r'))
        at++;
    return at < text.len && text.ptr[at] == ':';
}

/* The values of an object that was read: its words, and the strings that are no names. */
static void object_tokens(struct layout_record *record, struct span text)
{
    for (size_t at = 0, end; at < text.len; at = end + 1) {
        end = at;
        if (text.ptr[at] == '"') {
            end = string_end(text, ++at);
            record->unfit |= end >= text.len;
            if (end < text.len && !is_named(text, end + 1))
                layout_token_told(record, text, span_make(text.ptr + at, end - at), true);
        } else if (marks_is_word(text.ptr[at])) {
            while (end < text.len && marks_is_word(text.ptr[end]))
                end++;
            layout_token_told(record, text, span_make(text.ptr + at, end - at), false);
            end--;
        }
    }
}

static struct layout_node *add_node(struct layouts *layouts)
{
    if (layouts->node_count == layouts->node_room) {
        layouts->node_room = (uint16_t)(layouts->node_room ? layouts->node_room * 2 : 48);
        layouts->nodes = memory_resize(layouts->nodes, layouts->node_room * sizeof *layouts->nodes);
    }
    struct layout_node *node = &layouts->nodes[layouts->node_count++];
    *node = (struct layout_node){0};
    return node;
}

static bool same_step(const struct layout_node *a, const struct layout_node *b)
{
    return a->bytes == b->bytes && a->marks == b->marks && a->kind == b->kind && a->name == b->name &&
           a->pairs == b->pairs && memcmp(a->text, b->text, a->bytes) == 0;
}

/* The child of *at that is as `step`, made when there is none; *at moves there. False: too many already. */
static bool follow(struct layouts *layouts, uint16_t *at, const struct layout_node *step)
{
    uint16_t last = 0;
    for (uint16_t next = layouts->nodes[*at].child; next; next = layouts->nodes[next].next) {
        if (same_step(&layouts->nodes[next], step)) {
            *at = next;
            return true;
        }
        last = next;
    }
    if (layouts->node_count == LAYOUT_NODES_MAX || layouts->nodes[*at].siblings == SIBLINGS_MAX)
        return false;
    uint16_t made = layouts->node_count;
    *add_node(layouts) = *step;
    struct layout_node *parent = &layouts->nodes[*at];
    parent->siblings++;
    parent->chained |= made == *at + 1;
    *(last ? &layouts->nodes[last].next : &parent->child) = made;
    *at = made;
    return true;
}

static bool is_plain(const uint8_t *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if ((p[i] < ' ' && p[i] != '\t') || p[i] == '\\')
            return false;
    return true;
}

/* text[from, to), in pieces; step: what is behind. mark: the first one that is not before it. */
static bool add_gap(struct layouts *layouts, struct span text, uint32_t from, uint32_t to, uint32_t *mark,
                    struct layout_node step, uint16_t *at)
{
    const uint16_t *marks = layouts->work->at;
    if (!is_plain(text.ptr + from, to - from))
        return false;
    for (;;) {
        bool whole = to - from <= LAYOUT_GAP_BYTES;
        struct layout_node piece = whole ? step : (struct layout_node){.kind = LAYOUT_GOES_ON};
        piece.bytes = (uint8_t)(whole ? to - from : LAYOUT_GAP_BYTES);
        memcpy(piece.text, text.ptr + from, piece.bytes);
        from += piece.bytes;
        for (; *mark < layouts->mark_count && marks[*mark] < from; ++*mark)
            piece.marks++;
        if (!follow(layouts, at, &piece))
            return false;
        if (whole)
            return true;
    }
}

/* Of pairs: nothing in quotes but the values that count as quoted. Of objects the marks say so. */
static bool quotes_fit(struct span gap, bool before, bool after)
{
    unsigned quotes = 0;
    for (size_t i = 0; i < gap.len; i++)
        quotes += gap.ptr[i] == '"';
    return quotes == (unsigned)before + after && (!before || gap.ptr[0] == '"') &&
           (!after || gap.ptr[gap.len - 1] == '"') && gap.len >= quotes;
}

static bool holds_digit(struct span gap)
{
    bool digit = false;
    for (size_t i = 0; i < gap.len; i++)
        digit |= (unsigned)gap.ptr[i] - '0' < 10;
    return digit;
}

/* Number of the name + 1; 0: there are too many. */
static uint8_t add_name(struct layouts *layouts, const struct layout_name *name)
{
    for (uint16_t i = 0; i < layouts->name_count; i++)
        if (memcmp(&layouts->names[i], name, sizeof *name) == 0)
            return (uint8_t)(i + 1);
    if (layouts->name_count == LAYOUT_NAMES_MAX)
        return 0;
    if (layouts->name_count % 16 == 0)
        layouts->names = memory_resize(layouts->names, (layouts->name_count + 16u) * sizeof *layouts->names);
    layouts->names[layouts->name_count++] = *name;
    return (uint8_t)layouts->name_count;
}

static bool add_path(struct layouts *layouts, struct span text, unsigned pairs)
{
    struct layout_work *work = layouts->work;
    struct layout_record *record = &work->record;
    uint32_t from = 0, mark = 0;
    unsigned told = 0;
    uint16_t at = 0;
    bool string = false, digits = false;
    for (unsigned i = 0; i < record->token_count; i++) {
        struct layout_token token = record->tokens[i];
        struct layout_node step = {.kind = token.string     ? LAYOUT_STRING
                                           : layouts->pairs ? LAYOUT_PLAIN
                                                            : LAYOUT_WORD};
        if (told < record->count && record->values[told].ptr == text.ptr + token.begin &&
            record->values[told].len == token.end - token.begin) {
            struct layout_name *name = &record->names[told++];
            name->string = token.string;
            step.name = add_name(layouts, name);
            if (!step.name)
                return false;
        }
        struct span gap = span_make(text.ptr + from, token.begin - from);
        digits |= holds_digit(gap);
        if ((layouts->pairs && !quotes_fit(gap, string, token.string)) ||
            !add_gap(layouts, text, from, token.begin, &mark, step, &at) ||
            (step.kind != LAYOUT_WORD && work->at[mark] != token.end))
            return false;
        string = token.string;
        from = token.end;
    }
    struct span gap = span_skip(text, from);
    struct layout_node step = {
        .kind = LAYOUT_LAST, .pairs = (uint16_t)pairs, .digits = digits || holds_digit(gap)};
    return told == record->count && !(layouts->pairs && !quotes_fit(gap, string, false)) &&
           add_gap(layouts, text, from, (uint32_t)text.len, &mark, step, &at);
}

void layouts_learn(struct layouts *layouts, struct span text, unsigned pairs)
{
    struct layout_record *record = &layouts->work->record;
    if (!layouts->pairs)
        object_tokens(record, text);
    if (record->unfit || pairs > UINT16_MAX)
        return;
    bool full = layouts->node_count + LAYOUT_TOKENS_MAX > LAYOUT_NODES_MAX ||
                layouts->name_count + LAYOUT_VALUES_MAX > LAYOUT_NAMES_MAX;
    if (full) { /* what the source writes now is what counts */
        layouts->node_count = layouts->name_count = 0;
        twins_forget(layouts->twins);
    }
    if (layouts->node_count == 0)
        add_node(layouts);
    add_path(layouts, text, pairs);
}
