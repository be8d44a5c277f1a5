/* The logs of Configuration Manager and Intune, which CMTrace shows: what is said comes first, and behind it,
 * at the end of the line, who says it and when:
 *
 *     <![LOG[text]LOG]!><time="14:31:05.123-120" date="08-07-2026" component="ccmexec" context="" type="3"
 * thread="12" file="x"> text  $$<component><08-07-2026 14:31:05.123-120><thread=12 (0xC)>
 *
 * The date is American everywhere; behind the milliseconds stands what must be added to come to UTC, in
 * minutes. */
#include "record/peel.h"

static bool number_read(struct span *text, size_t digits_max, int *ret)
{
    size_t n = 0;
    int number = 0;
    while (n < text->len && n < digits_max && (unsigned)text->ptr[n] - '0' < 10)
        number = number * 10 + (text->ptr[n++] - '0');
    *text = span_skip(*text, n);
    *ret = number;
    return n > 0;
}

static bool byte_read(struct span *text, uint8_t byte)
{
    bool is = text->len && text->ptr[0] == byte;
    *text = span_skip(*text, is);
    return is;
}

/* "8-7-2026" and "14:31:05.123-120" */
static bool time_read(struct span date, struct span clock, int64_t *ret_ns)
{
    struct civil civil = {0};
    int ms = 0, minutes = 0;
    if (date.len == 0 || clock.len == 0)
        return false;
    if (!number_read(&date, 2, &civil.month) || !byte_read(&date, '-') ||
        !number_read(&date, 2, &civil.day) || !byte_read(&date, '-') || !number_read(&date, 4, &civil.year) ||
        !number_read(&clock, 2, &civil.hour) || !byte_read(&clock, ':') ||
        !number_read(&clock, 2, &civil.minute) || !byte_read(&clock, ':') ||
        !number_read(&clock, 2, &civil.second))
        return false;
    if (byte_read(&clock, '.') && !number_read(&clock, 3, &ms))
        return false;
    int sign = clock.len && clock.ptr[0] == '-' ? -1 : 1;
    if (clock.len && (clock.ptr[0] == '-' || clock.ptr[0] == '+')) {
        clock = span_skip(clock, 1);
        if (!number_read(&clock, 4, &minutes))
            return false;
    }
    civil.nanosecond = ms * 1000000;
    if (!civil_valid(&civil) || civil.year < 1990 || civil.year >= 2100 || minutes > 14 * 60)
        return false;
    *ret_ns = civil_to_ns(&civil) + sign * minutes * 60 * NS_PER_SECOND;
    return true;
}

/* The value of name="..." among attributes. */
static struct span attribute(struct span attributes, const char *name)
{
    size_t n = strlen(name);
    const uint8_t *p = memmem(attributes.ptr, attributes.len, name, n);
    if (!p)
        return (struct span){0};
    struct span value = span_skip(attributes, (size_t)(p - attributes.ptr) + n);
    const uint8_t *end = value.len ? memchr(value.ptr, '"', value.len) : NULL;
    return end ? span_make(value.ptr, (size_t)(end - value.ptr)) : (struct span){0};
}

static void take(struct peel *peel, struct span message, struct span component, int64_t time_ns)
{
    set_time(peel->line, time_ns, 0);
    set_stream(peel->line, component);
    set_message(peel->line, message);
}

static bool peel_attributes(struct peel *peel, struct span text)
{
    static const char begin[] = "<![LOG[", end[] = "]LOG]!><";
    static const uint8_t severities[] = {0, SEVERITY_INFO, SEVERITY_WARN, SEVERITY_ERROR};
    const uint8_t *p = memmem(text.ptr, text.len, end, sizeof end - 1);
    int64_t time_ns;
    if (!p)
        return false;
    struct span message = span_make(text.ptr, (size_t)(p - text.ptr));
    struct span attributes = span_skip(text, message.len + sizeof end - 2);
    if (!time_read(attribute(attributes, " date=\""), attribute(attributes, "<time=\""), &time_ns))
        return false;
    struct span type = attribute(attributes, " type=\"");
    if (type.len == 1 && type.ptr[0] > '0' && type.ptr[0] < '4')
        set_severity(peel, severities[type.ptr[0] - '0'], false);
    take(peel, span_starts(message, begin) ? span_skip(message, sizeof begin - 1) : message,
         attribute(attributes, " component=\""), time_ns);
    return true;
}

static bool peel_columns(struct peel *peel, struct span text)
{
    static const char begin[] = "$$<";
    const uint8_t *p = memmem(text.ptr, text.len, begin, sizeof begin - 1);
    int64_t time_ns;
    if (!p)
        return false;
    struct span rest = span_skip(text, (size_t)(p - text.ptr) + sizeof begin - 1);
    const uint8_t *end = memmem(rest.ptr, rest.len, "><", 2);
    if (!end)
        return false;
    struct span component = span_make(rest.ptr, (size_t)(end - rest.ptr));
    struct span date = span_skip(rest, component.len + 2);
    const uint8_t *blank = date.len ? memchr(date.ptr, ' ', date.len) : NULL;
    if (!blank || !time_read(span_make(date.ptr, (size_t)(blank - date.ptr)),
                             span_skip(date, (size_t)(blank + 1 - date.ptr)), &time_ns))
        return false;
    take(peel, span_make(text.ptr, (size_t)(p - text.ptr)), component, time_ns);
    return true;
}

bool peel_cmtrace(struct peel *peel, struct span text)
{
    if (text.len < 48 || text.ptr[text.len - 1] != '>')
        return false;
    struct stamp stamp;
    if (text.ptr[0] != '<' && stamp_find(text, &peel->reader->stamp, &stamp))
        return false; /* it has one in front, as other lines have */
    uint8_t last = text.ptr[text.len - 2];
    return last == '"' ? peel_attributes(peel, text) : last == ')' && peel_columns(peel, text);
}
