#include "record/columns.h"

#include "base/ascii.h"
#include "record/severity.h"
#include "record/severity_parts.h"

/* The next word of text from *at on; empty at the end. */
static struct span next_word(struct span text, size_t *at)
{
    size_t i = *at;
    while (i < text.len && is_blank(text.ptr[i]))
        i++;
    size_t start = i;
    while (i < text.len && !is_blank(text.ptr[i]))
        i++;
    *at = i;
    return span_make(text.ptr + start, i - start);
}

/* Without the brackets and marks around it: "[info]", "WARN:", "|". */
static struct span bare(struct span word)
{
    while (word.len && !is_letter(word.ptr[0]) && !is_digit(word.ptr[0]))
        word = span_skip(word, 1);
    while (word.len && !is_letter(word.ptr[word.len - 1]) && !is_digit(word.ptr[word.len - 1]))
        word.len--;
    return word;
}

/* 0 for what is no level; words that hold a digit are masked and tell none. *ret_weak: of a level alone. */
static uint8_t level_of(struct span word, bool *ret_weak)
{
    word = bare(word);
    *ret_weak = true;
    if (word.len == 0)
        return 0;
    if (word.len == 1)
        return strchr("VDIWEFT", word.ptr[0]) ? severity_of_level(word) : 0;
    const struct level *level = level_find(word);
    *ret_weak = level && level->weak;
    return level ? level->severity : 0;
}

void columns_count_router(struct columns_count *count, struct span message)
{
    count->events++;
    count->routers += message.ptr[0] != '%' && severity_of_router(message);
}

void columns_count(struct columns_count *count, struct span message)
{
    size_t at = 0;
    size_t head = message.len < 64 ? message.len : 64;
    count->lines++;
    count->told += !memchr(message.ptr, '\t', head) && severity_of_header(message); /* masking hides tabs */
    for (size_t i = 0; i < COLUMNS_MAX; i++) {
        struct span word = next_word(message, &at);
        bool weak;
        uint8_t severity = word.len ? level_of(word, &weak) : 0;
        if (!severity)
            continue;
        (weak ? count->weak : count->strong)[i]++;
        count->levels[i] |= 1u << severity;
    }
}

uint8_t columns_level(const struct columns_count *count)
{
    enum { LINES_MIN = 2 };
    if (count->lines < LINES_MIN)
        return 0;
    for (uint8_t i = 0; i < COLUMNS_MAX; i++) {
        size_t found = count->strong[i] + count->weak[i];
        bool several = (count->levels[i] & (count->levels[i] - 1)) != 0;
        if (found * 10 >= count->lines * 9 && (several || count->weak[i] == 0))
            return count->told < found ? (uint8_t)(i + 1) : 0;
    }
    return 0;
}

uint8_t columns_severity(uint8_t level, struct span message)
{
    size_t at = 0;
    struct span word = {0};
    bool weak;
    for (unsigned i = 0; i < level; i++)
        word = next_word(message, &at);
    return level_of(word, &weak);
}

/* ---- W3C ---- */

bool columns_named(struct span line, struct columns *columns)
{
    static const char mark[] = "#Fields:";
    size_t at = sizeof mark - 1;
    struct columns found = *columns;
    found.status = found.method = found.target = 0;
    if (!span_starts(line, mark))
        return false;
    for (unsigned i = 1; i < UINT8_MAX; i++) {
        struct span name = next_word(line, &at);
        if (name.len == 0)
            break;
        if (span_equal(name, span_of("sc-status")))
            found.status = (uint8_t)i;
        else if (span_equal(name, span_of("cs-method")))
            found.method = (uint8_t)i;
        else if (span_equal(name, span_of("cs-uri-stem")) ||
                 (span_equal(name, span_of("cs-uri")) && !found.target))
            found.target = (uint8_t)i;
    }
    if (!found.status)
        return false;
    *columns = found;
    return true;
}

/* As next_word, but a field in quotes may hold blanks. */
static struct span next_field(struct span text, size_t *at)
{
    while (*at < text.len && is_blank(text.ptr[*at]))
        ++*at;
    if (*at >= text.len || text.ptr[*at] != '"')
        return next_word(text, at);
    size_t start = ++*at;
    const uint8_t *end = memchr(text.ptr + start, '"', text.len - start);
    size_t n = end ? (size_t)(end - text.ptr) - start : text.len - start;
    *at = start + n + (end != NULL);
    return span_make(text.ptr + start, n);
}

/* "TCP_MISS/503": what a proxy found, and the status. */
static struct span behind_result(struct span field)
{
    size_t n = 0;
    while (n < field.len && ((unsigned)field.ptr[n] - 'A' < 26 || field.ptr[n] == '_'))
        n++;
    return n >= 3 && n + 4 == field.len && field.ptr[n] == '/' ? span_skip(field, n + 1) : field;
}

/* 100 to 599 in three digits; else 0. */
static int status_of(struct span field)
{
    field = behind_result(field);
    if (field.len != 3 || field.ptr[0] < '1' || field.ptr[0] > '5' || !is_digit(field.ptr[1]) ||
        !is_digit(field.ptr[2]))
        return 0;
    return (field.ptr[0] - '0') * 100 + (field.ptr[1] - '0') * 10 + (field.ptr[2] - '0');
}

int columns_status(uint8_t status, struct span line)
{
    size_t at = 0;
    struct span field = {0};
    if (line.len == 0 || line.ptr[0] == '#')
        return 0;
    for (unsigned i = 0; i < status; i++)
        field = next_field(line, &at);
    return status_of(field);
}

struct span columns_request(const struct columns *columns, struct span line, struct scratch *scratch)
{
    struct span method = {0}, target = {0}, status = {0};
    size_t at = 0;
    if (!columns->method || !columns->target || line.len == 0 || line.ptr[0] == '#')
        return status;
    for (unsigned i = 1; i <= columns->method || i <= columns->target || i <= columns->status; i++) {
        struct span field = next_field(line, &at);
        if (i == columns->method)
            method = field;
        else if (i == columns->target)
            target = field;
        else if (i == columns->status)
            status = field;
    }
    if (!method.len || !target.len || !status.len)
        return (struct span){0};
    size_t len = method.len + target.len + status.len + 4;
    uint8_t *text = scratch_alloc(scratch, len), *p = text;
    *p++ = '"';
    p = (uint8_t *)memcpy(p, method.ptr, method.len) + method.len;
    *p++ = ' ';
    p = (uint8_t *)memcpy(p, target.ptr, target.len) + target.len;
    *p++ = '"';
    *p++ = ' ';
    memcpy(p, status.ptr, status.len);
    return span_make(text, len);
}

/* A status that servers really send: three digits may also be a size. */
static bool is_usual(int status)
{
    int number = status % 100;
    switch (status / 100) {
    case 1: return number < 4;
    case 2: return number < 8;
    case 3: return number < 9;
    case 4: return number < 32 || number == 51 || number == 60 || number == 99;
    case 5: return number < 12;
    default: return false;
    }
}

/* Does a word end as some method does, in two capitals? */
static bool may_have_method(struct span line)
{
    static const char lasts[] = "TDHES";
    const uint8_t *at = line.ptr, *end = line.ptr + line.len;
    for (const uint8_t *blank; at < end && (blank = memchr(at, ' ', (size_t)(end - at))); at = blank + 1)
        if (blank - line.ptr >= 2 && (unsigned)blank[-2] - 'A' < 26 &&
            memchr(lasts, blank[-1], sizeof lasts - 1))
            return true;
    return false;
}

/* "TCP_MISS" and the like, which proxies write. */
static bool names_result(struct span line)
{
    const uint8_t *at = line.ptr, *end = line.ptr + line.len;
    for (const uint8_t *bar; at < end && (bar = memchr(at, '_', (size_t)(end - at))); at = bar + 1)
        if (bar - line.ptr >= 3 && memcmp(bar - 3, "TCP", 3) == 0)
            return true;
    return false;
}

bool columns_has_request(struct span line)
{
    static const char *const methods[] = {"GET ", "POST ", "PUT ", "HEAD ", "PATCH ", "DELETE ", "OPTIONS "};
    if (!may_have_method(line))
        return false;
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        const uint8_t *p = memmem(line.ptr, line.len, methods[i], strlen(methods[i]));
        if (!p || (p > line.ptr && !is_blank(p[-1])))
            continue;
        struct span behind = span_trim(span_skip(line, (size_t)(p - line.ptr) + strlen(methods[i])));
        return behind.len > 1 && behind.ptr[behind.ptr[0] == '"'] == '/';
    }
    return false;
}

/* One pass: a server writes method, address and protocol in quotes, a framework method and path. */
void columns_count_request(struct columns_requests *requests, struct span line)
{
    enum { FIELDS = sizeof requests->hits / sizeof *requests->hits };
    size_t at = 0;
    const uint8_t *quote = line.len ? memchr(line.ptr, '"', line.len) : NULL;
    bool http = quote && memmem(quote, (size_t)(line.ptr + line.len - quote), " HTTP/", 6);
    if (!http && !names_result(line)) {
        if (!columns_has_request(line))
            return;
        requests->bare++;
    }
    requests->lines++;
    bool told = false;
    for (size_t i = 0; i < FIELDS && at < line.len; i++) {
        struct span field = next_field(line, &at);
        if (is_usual(status_of(field))) {
            requests->beside |= told;
            requests->hits[i]++;
        }
        told = at > 0 && strchr("\":=", line.ptr[at - 1]); /* also "status: 200" */
    }
}

uint8_t columns_status_found(const struct columns_requests *requests)
{
    enum { LINES_MIN = 2, BARE_MIN = 3, FIELDS = sizeof requests->hits / sizeof *requests->hits };
    if (requests->lines < (requests->bare ? BARE_MIN : LINES_MIN) || requests->beside)
        return 0;
    for (uint8_t i = 0; i < FIELDS; i++)
        if (requests->hits[i] == requests->lines)
            return (uint8_t)(i + 1);
    return 0;
}

/* ---- csvlog ---- */

/* One field from *at on, still with its quotes; moves *at behind the comma. False at the end. */
static bool next_value(struct span line, size_t *at, struct span *ret)
{
    size_t start = *at, i = start;
    bool quoted = false;
    if (start > line.len)
        return false;
    for (; i < line.len && (quoted || line.ptr[i] != ','); i++)
        quoted ^= line.ptr[i] == '"';
    *ret = span_make(line.ptr + start, i - start);
    *at = i + 1;
    return true;
}

static struct span unquote(struct span value, struct scratch *scratch)
{
    if (value.len == 0 || value.ptr[0] != '"')
        return value;
    value = span_skip(value, 1);
    if (value.len && value.ptr[value.len - 1] == '"')
        value.len--;
    if (value.len == 0 || !memchr(value.ptr, '"', value.len))
        return value;
    uint8_t *out = scratch_alloc(scratch, value.len), *p = out;
    for (size_t i = 0; i < value.len; i++) {
        *p++ = value.ptr[i];
        i += value.ptr[i] == '"';
    }
    scratch_shrink(scratch, out, (size_t)(p - out));
    return span_make(out, (size_t)(p - out));
}

/* log_time, user, database, process, client, session, line, command, session start, virtual transaction,
 * transaction, severity, SQLSTATE, message, detail, hint, ... */
bool columns_csvlog(struct span line, struct scratch *scratch, struct csvlog *ret)
{
    enum { SEVERITY_AT = 11, STATE_AT, MESSAGE_AT };
    struct span value;
    size_t at = 0;
    for (int i = 0; i <= MESSAGE_AT; i++) {
        if (!next_value(line, &at, &value))
            return false;
        if (i == SEVERITY_AT && !(ret->severity = severity_of_level(value)))
            return false;
        if (i == STATE_AT) {
            if (value.len != 5)
                return false;
            ret->state = value;
        }
    }
    ret->message = unquote(value, scratch);
    return true;
}
