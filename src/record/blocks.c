/* The lines of one block are its values until its message begins. Where names are padded to one column, the
 * message ends at the next name in that column; else it is the rest of the block. */
#include "record/blocks.h"

#include "base/ascii.h"

#include <limits.h>
#include <string.h>
#include <strings.h>

void blocks_init(struct blocks *blocks, const struct field_names *names)
{
    *blocks = (struct blocks){0};
    scratch_init(&blocks->values, &blocks->overflow);
    text_init(&blocks->message, BLOCK_MESSAGE_BYTES_MAX);
    text_init(&blocks->id, BLOCK_WORD_MAX);
    fields_init(&blocks->fields, names, NULL, NULL);
}

void blocks_done(struct blocks *blocks)
{
    scratch_done(&blocks->values);
    arena_done(&blocks->overflow);
    text_done(&blocks->message);
    text_done(&blocks->id);
}

void blocks_reset(struct blocks *blocks)
{
    fields_init(&blocks->fields, blocks->fields.names, NULL, NULL);
    scratch_recycle(&blocks->values);
    text_clear(&blocks->message);
    text_clear(&blocks->id);
    blocks->lines = 0;
    blocks->any = blocks->in_message = blocks->after_empty = false;
}

/* ---- lines ---- */

/* "  Log Name: System", "ProviderName : x": the name, and where its colon stands; 0 bytes: it is none. */
static struct span name_of(struct span line, size_t *ret_colon)
{
    enum { NAME_BYTES_MAX = 32 };
    size_t from = 0, at;
    while (from < line.len && is_blank(line.ptr[from]))
        from++;
    for (at = from; at < line.len && at - from < NAME_BYTES_MAX &&
                    (is_letter(line.ptr[at]) || line.ptr[at] == ' ' || line.ptr[at] == '_');)
        at++;
    *ret_colon = at;
    bool value = at < line.len && line.ptr[at] == ':' && (at + 1 == line.len || is_blank(line.ptr[at + 1]));
    return value ? span_trim(span_make(line.ptr + from, at - from)) : (struct span){0};
}

/* What the names of an event mean, as fields have it; NULL: nothing that tells when, how bad or what. */
static const char *meaning_of(struct span name)
{
    static const char *const meanings[][2] = {{"Date", "time"},
                                              {"TimeCreated", "time"},
                                              {"TimeGenerated", "time"},
                                              {"Level", "level"},
                                              {"LevelDisplayName", "level"},
                                              {"EntryType", "level"},
                                              {"Source", "service"},
                                              {"ProviderName", "service"},
                                              {"Event ID", "id"},
                                              {"Id", "id"},
                                              {"EventID", "id"},
                                              {"InstanceId", "id"},
                                              {"Message", "message"},
                                              {"Description", "message"}};
    for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++)
        if (strlen(meanings[i][0]) == name.len &&
            strncasecmp(meanings[i][0], (const char *)name.ptr, name.len) == 0)
            return meanings[i][1];
    return NULL;
}

/* The word that begins a block; bytes: 0 when it is none. */
static void learn_word(struct blocks *blocks, struct span first)
{
    size_t n = 0;
    while (n < BLOCK_WORD_MAX && n < first.len && is_letter(first.ptr[n]))
        n++;
    memcpy(blocks->word, first.ptr, n);
    blocks->word_bytes = (uint8_t)n;
}

bool blocks_learn(struct blocks *blocks, const struct span *lines, size_t count)
{
    bool time = false, message = false;
    size_t names = 0, colon = 0, at = 0;
    blocks_reset(blocks);
    blocks->word_bytes = 0;
    if (count == 0 || lines[0].len == 0 || !is_letter(lines[0].ptr[0]))
        return false;
    struct span first = name_of(lines[0], &colon);
    bool padded = first.len && colon > first.len && colon <= UINT8_MAX;
    learn_word(blocks, lines[0]);
    blocks->column = padded ? (uint8_t)colon : 0;
    if (!padded && !blocks_starts(blocks, lines[0]))
        return false;
    for (size_t i = padded ? 0 : 1; i < count && !(message && time); i++) {
        struct span name = name_of(lines[i], &at);
        bool within = padded && message && (lines[i].len == 0 || is_blank(lines[i].ptr[0]));
        if (within)
            continue;
        if (name.len == 0 || (padded && at != colon))
            break;
        const char *meaning = meaning_of(name);
        names++;
        time |= meaning && strcmp(meaning, "time") == 0;
        message |= meaning && strcmp(meaning, "message") == 0;
    }
    return message && time && names >= 3;
}

bool blocks_starts(const struct blocks *blocks, struct span line)
{
    size_t n = blocks->word_bytes;
    if (blocks->any && !blocks->after_empty)
        return false;
    if (line.len <= n || memcmp(line.ptr, blocks->word, n) != 0)
        return false;
    return blocks->column ? line.len > blocks->column && line.ptr[blocks->column] == ':' : line.ptr[n] == '[';
}

/* "Level : 3": from 1 as Windows counts, which is not as syslog does. */
static struct span level_of_windows(struct span value)
{
    static const char *const levels[] = {"critical", "error", "warning", "information", "verbose"};
    unsigned number = value.len == 1 ? (unsigned)value.ptr[0] - '1' : UINT_MAX;
    return number < sizeof levels / sizeof *levels ? span_of(levels[number]) : value;
}

static void add_value(struct blocks *blocks, const char *meaning, struct span value)
{
    struct span name = span_of(meaning);
    if (strcmp(meaning, "level") == 0)
        value = level_of_windows(value);
    struct field_value kept = {scratch_copy(&blocks->values, value), true, false};
    if (strcmp(meaning, "id") == 0) {
        text_clear(&blocks->id);
        text_add(&blocks->id, value.ptr, value.len);
        return;
    }
    fields_add(&blocks->fields, field_names_find(blocks->fields.names, name), name, &kept, 0);
}

static void add_message(struct blocks *blocks, struct span text)
{
    if (blocks->message.len)
        text_add_byte(&blocks->message, '\n');
    text_add(&blocks->message, text.ptr, text.len);
}

void blocks_add(struct blocks *blocks, struct span line, const struct stamp_context *context,
                struct stamp_cache *cache)
{
    size_t colon;
    blocks->fields.context = context;
    blocks->fields.cache = cache;
    blocks->after_empty = span_trim(line).len == 0;
    blocks->any |= !blocks->after_empty;
    if (blocks->after_empty)
        return;
    if (blocks->lines++ >= BLOCK_LINES_MAX) {
        blocks->message.truncated = true;
        return;
    }
    struct span name = blocks->in_message && !blocks->column ? (struct span){0} : name_of(line, &colon);
    bool named = name.len && (!blocks->column || (colon == blocks->column && !is_blank(line.ptr[0])));
    if (!named) {
        if (blocks->in_message)
            add_message(blocks, blocks->column ? span_trim(line) : line);
        return;
    }
    const char *meaning = meaning_of(name);
    struct span value = span_trim(span_skip(line, colon + 1));
    blocks->in_message = meaning && strcmp(meaning, "message") == 0;
    if (blocks->in_message && value.len)
        add_message(blocks, value);
    else if (meaning && value.len && !blocks->in_message)
        add_value(blocks, meaning, value);
}

bool blocks_finish(struct blocks *blocks)
{
    if (!blocks->any)
        return false;
    if (blocks->message.len == 0) { /* of a provider that is not installed */
        text_puts(&blocks->message, "Event ");
        text_add(&blocks->message, blocks->id.ptr, blocks->id.len);
    }
    struct span name = span_of("message");
    struct field_value kept = {scratch_copy(&blocks->values, text_span(&blocks->message)), true, false};
    fields_add(&blocks->fields, field_names_find(blocks->fields.names, name), name, &kept, 0);
    fields_finish(&blocks->fields);
    return true;
}
