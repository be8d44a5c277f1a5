/* A table of comma separated values whose first line names its columns, as stores of logs export them
 * (Datadog, Splunk, New Relic, CloudWatch, Azure, Kibana, the event log of Windows). Here and not where lines
 * are read, because a cell may hold lines. A row
 *
 *     2026-08-07T14:31:05Z,node-3,cart,error,"no ""cart"""
 *
 * becomes
 *
 *     {"timestamp":"2026-08-07T14:31:05Z","level":"error","labels":{"service":"cart","host":"node-3"},"line":"no
 * \"cart\""}
 *
 * on the line where it begins: newlines that it held follow it as empty lines, and so does the header become
 * one. A row with fewer cells than it takes to have a message passes as it is. */
#include "input/decoder.h"

#include "base/arena.h"
#include "base/ascii.h"
#include "base/text.h"

#include <stdlib.h>
#include <strings.h>

enum column { COLUMN_DATE, COLUMN_TIME, COLUMN_LEVEL, COLUMN_SERVICE, COLUMN_HOST, COLUMN_MESSAGE, COLUMNS };
enum { HEADER_BYTES_MAX = 500, CELLS_MAX = 200, ROW_BYTES_MAX = 1 << 20, OUT_BYTES = 256 << 10 };

struct table {
    uint8_t delimiter;
    uint8_t cells[COLUMNS]; /* number + 1; 0: there is none */
    bool dated;             /* a column of times of day, and one of dates */
    bool utc;               /* the name of the time says so */
    bool rating;            /* Application Insights' 0 to 4 */
};

/* Lower case, the best first. What is between brackets at the end of a name ("TimeGenerated [UTC]") is no
 * part of it. */
static const char *const time_names[] = {"@timestamp",    "timestamp",   "_time",          "time",
                                         "timegenerated", "timecreated", "date and time",  "datetime",
                                         "date",          "eventtime",   "event_time",     "log_time",
                                         "tsns",          "ts",          "time_generated", "receivetimestamp",
                                         "created_at",    NULL};
static const char *const date_names[] = {"date", NULL};
static const char *const level_names[] = {
    "level",     "leveldisplayname", "severity",  "severitytext", "severity_text",  "loglevel", "log_level",
    "log.level", "severitylevel",    "entrytype", "status",       "detected_level", NULL};
static const char *const service_names[] = {"service",
                                            "service.name",
                                            "service_name",
                                            "servicename",
                                            "app",
                                            "application",
                                            "providername",
                                            "cloud_rolename",
                                            "approlename",
                                            "sourcename",
                                            "kubernetes.labels.app",
                                            "kubernetes.container.name",
                                            "container_name",
                                            "containername",
                                            "container",
                                            "program",
                                            "appname",
                                            "source",
                                            "@logstream",
                                            "logstreamname",
                                            "sourcetype",
                                            "process",
                                            NULL};
static const char *const host_names[] = {"pod",
                                         "pod_name",
                                         "podname",
                                         "kubernetes.pod.name",
                                         "kubernetes.pod_name",
                                         "host",
                                         "hostname",
                                         "host.name",
                                         "machinename",
                                         "computer",
                                         "node",
                                         "instance",
                                         "cloud_roleinstance",
                                         "approleinstance",
                                         NULL};
static const char *const message_names[] = {"message",
                                            "@message",
                                            "_raw",
                                            "content",
                                            "msg",
                                            "line",
                                            "log",
                                            "body",
                                            "textpayload",
                                            "logmessage",
                                            "renderedmessage",
                                            "rendereddescription",
                                            "resultdescription",
                                            "event.original",
                                            "text",
                                            NULL};
static const char *const *const names[COLUMNS] = {date_names,    time_names, level_names,
                                                  service_names, host_names, message_names};

/* ---- cells ---- */

/* The cell at *at, its quotes off; doubled ones stay. False: the quotes are not closed, or text goes on
 * behind them. */
static bool next_cell(struct span row, uint8_t delimiter, size_t *at, struct span *ret_cell,
                      bool *ret_doubled)
{
    size_t i = *at;
    *ret_doubled = false;
    if (i >= row.len || row.ptr[i] != '"') {
        const uint8_t *end = i < row.len ? memchr(row.ptr + i, delimiter, row.len - i) : NULL;
        size_t n = end ? (size_t)(end - row.ptr) - i : row.len - i;
        *ret_cell = span_make(row.ptr + i, n);
        *at = i + n + 1;
        return true;
    }
    size_t start = ++i;
    for (; i < row.len; i++) {
        const uint8_t *quote = memchr(row.ptr + i, '"', row.len - i);
        if (!quote)
            return false;
        i = (size_t)(quote - row.ptr);
        if (i + 1 >= row.len || row.ptr[i + 1] != '"')
            break;
        *ret_doubled = true;
        i++;
    }
    if (i >= row.len || (i + 1 < row.len && row.ptr[i + 1] != delimiter))
        return false;
    *ret_cell = span_make(row.ptr + start, i - start);
    *at = i + 2;
    return true;
}

static struct span without_end(struct span row)
{
    while (row.len && (row.ptr[row.len - 1] == '\r' || row.ptr[row.len - 1] == '\n'))
        row.len--;
    return row;
}

/* ---- the header ---- */

static bool same_name(struct span name, const char *other)
{
    return name.len == strlen(other) && strncasecmp((const char *)name.ptr, other, name.len) == 0;
}

static size_t rank_of(struct span name, const char *const *list)
{
    size_t i = 0;
    while (list[i] && !same_name(name, list[i]))
        i++;
    return i;
}

static bool is_name(struct span cell)
{
    for (size_t i = 0; i < cell.len; i++)
        if (!is_letter(cell.ptr[i]) && !is_digit(cell.ptr[i]) && !strchr("_@.-/: []()#", cell.ptr[i]))
            return false;
    return cell.len > 0 && !is_digit(cell.ptr[0]);
}

/* "TimeGenerated [UTC]" */
static struct span without_brackets(struct span name, bool *ret_utc)
{
    const uint8_t *open = memchr(name.ptr, '[', name.len);
    *ret_utc = open && memmem(open, name.len - (size_t)(open - name.ptr), "UTC", 3);
    return open ? span_trim(span_make(name.ptr, (size_t)(open - name.ptr))) : name;
}

/* Times and messages are what makes it a table of log lines. */
static bool read_header(struct span row, uint8_t delimiter, struct table *ret_table)
{
    size_t best[COLUMNS], at = 0, count = 0;
    bool doubled, event_viewer = false;
    *ret_table = (struct table){.delimiter = delimiter};
    memset(best, 0xff, sizeof best);
    while (at <= row.len && count < CELLS_MAX) {
        struct span cell;
        bool utc;
        if (!next_cell(row, delimiter, &at, &cell, &doubled) || doubled || !is_name(cell))
            return false;
        count++;
        struct span name = without_brackets(cell, &utc);
        event_viewer |= same_name(name, "event id");
        for (size_t i = 0; i < COLUMNS; i++) {
            size_t rank = rank_of(name, names[i]);
            if (!names[i][rank] || rank >= best[i])
                continue;
            best[i] = rank;
            ret_table->cells[i] = (uint8_t)count;
            if (i == COLUMN_TIME)
                ret_table->utc = utc;
            if (i == COLUMN_LEVEL)
                ret_table->rating = same_name(name, "severitylevel");
        }
    }
    if (!ret_table->cells[COLUMN_MESSAGE] && event_viewer) /* its last column has no name */
        ret_table->cells[COLUMN_MESSAGE] = (uint8_t)++count;
    ret_table->dated =
        ret_table->cells[COLUMN_DATE] && best[COLUMN_TIME] == rank_of(span_of("time"), time_names);
    return at > row.len && ret_table->cells[COLUMN_TIME] && ret_table->cells[COLUMN_MESSAGE];
}

static bool find_header(struct span head, struct table *ret_table)
{
    static const uint8_t delimiters[] = {',', ';', '\t'};
    if (span_starts(head, "\xef\xbb\xbf"))
        head = span_skip(head, 3);
    const uint8_t *end =
        head.len ? memchr(head.ptr, '\n', head.len < HEADER_BYTES_MAX ? head.len : HEADER_BYTES_MAX) : NULL;
    if (!end)
        return false;
    struct span row = without_end(span_make(head.ptr, (size_t)(end - head.ptr)));
    for (size_t i = 0; row.len && i < sizeof delimiters; i++)
        if (memchr(row.ptr, delimiters[i], row.len) && read_header(row, delimiters[i], ret_table))
            return true;
    return false;
}

bool codec_columns_likely(struct span head)
{
    struct table table;
    return find_header(head, &table);
}

/* Names and what is between them so far, and no end of the line. */
bool codec_columns_possible(struct span head)
{
    if (span_starts(head, "\xef\xbb\xbf"))
        head = span_skip(head, 3);
    for (size_t i = 0; i < head.len && i < HEADER_BYTES_MAX; i++)
        if (!is_letter(head.ptr[i]) && !is_digit(head.ptr[i]) && !strchr("_@.-/: []()#,;\t\"\r", head.ptr[i]))
            return false;
    return head.len > 0 && head.len < HEADER_BYTES_MAX && !is_digit(head.ptr[0]);
}

/* ---- rows ---- */

struct columns_state {
    struct table table;
    bool started;
    bool quoted, closed; /* within quotes; right behind them */
    bool begins;         /* a cell does here */
    struct text row;
    size_t newlines; /* that the row holds */
    struct text out;
    size_t given; /* [given, out.len) waits */
};

static void *columns_start(void)
{
    struct columns_state *c = memory_alloc(sizeof *c);
    text_init(&c->row, ROW_BYTES_MAX);
    text_init(&c->out, 0);
    c->begins = true;
    return c;
}

static void columns_stop(void *state)
{
    struct columns_state *c = state;
    text_done(&c->row);
    text_done(&c->out);
    free(c);
}

/* As the text of a string of JSON. */
static void add_string(struct text *out, struct span cell, bool doubled)
{
    for (size_t i = 0; i < cell.len; i++) {
        uint8_t c = cell.ptr[i];
        if (c == '"' && doubled && i + 1 < cell.len && cell.ptr[i + 1] == '"')
            i++;
        if (c == '\r' && i + 1 < cell.len && cell.ptr[i + 1] == '\n')
            continue;
        if (c == '"' || c == '\\') {
            text_add_byte(out, '\\');
            text_add_byte(out, c);
        } else if (c == '\n' || c == '\t') {
            text_add_byte(out, '\\');
            text_add_byte(out, c == '\n' ? 'n' : 't');
        } else if (c < ' ') {
            text_printf(out, "\\u%04x", c);
        } else {
            text_add_byte(out, c);
        }
    }
}

static void add_member(struct text *out, const char *before, struct span cell, bool doubled)
{
    text_puts(out, before);
    text_puts(out, "\":\"");
    add_string(out, cell, doubled);
    text_add_byte(out, '"');
}

/* "Aug 7, 2026 @ 14:31:05.100", as Kibana writes it: without the mark. */
static void add_time(struct text *out, struct span cell, bool doubled)
{
    const uint8_t *mark = memmem(cell.ptr, cell.len, " @ ", 3);
    size_t n = mark ? (size_t)(mark - cell.ptr) : cell.len;
    add_string(out, span_make(cell.ptr, n), doubled);
    add_string(out, span_skip(cell, mark ? n + 2 : n), doubled);
}

/* False: too few cells, or it is the header once more. */
static bool add_row(struct columns_state *c, struct span row)
{
    static const char *const ratings[] = {"Verbose", "Information", "Warning", "Error", "Critical"};
    const struct table *table = &c->table;
    struct span cells[COLUMNS] = {0};
    bool doubled[COLUMNS] = {false};
    size_t at = 0;
    for (size_t count = 1; at <= row.len; count++) {
        struct span cell;
        bool twice;
        if (!next_cell(row, table->delimiter, &at, &cell, &twice))
            return false;
        for (size_t i = 0; i < COLUMNS; i++)
            if (table->cells[i] == count) {
                cells[i] = cell;
                doubled[i] = twice;
            }
    }
    if (!cells[COLUMN_MESSAGE].ptr || !cells[COLUMN_TIME].len)
        return false;
    struct span level = cells[COLUMN_LEVEL];
    if (table->rating && level.len == 1 && (unsigned)level.ptr[0] - '0' < 5)
        level = span_of(ratings[level.ptr[0] - '0']);
    struct text *out = &c->out;
    text_puts(out, "{\"timestamp\":\"");
    if (table->dated && cells[COLUMN_DATE].len) {
        add_string(out, cells[COLUMN_DATE], doubled[COLUMN_DATE]);
        text_add_byte(out, ' ');
    }
    add_time(out, cells[COLUMN_TIME], doubled[COLUMN_TIME]);
    text_add_byte(out, '"');
    if (table->utc)
        text_puts(out, ",\"timezone\":\"UTC\"");
    if (level.len && is_letter(level.ptr[0]))
        add_member(out, ",\"level", level, doubled[COLUMN_LEVEL]);
    struct span service = cells[COLUMN_SERVICE], host = cells[COLUMN_HOST];
    text_puts(out, ",\"labels\":{");
    if (service.len)
        add_member(out, "\"service", service, doubled[COLUMN_SERVICE]);
    if (service.len && host.len)
        text_add_byte(out, ',');
    if (host.len)
        add_member(out, "\"host", host, doubled[COLUMN_HOST]);
    add_member(out, "},\"line", cells[COLUMN_MESSAGE], doubled[COLUMN_MESSAGE]);
    text_add_byte(out, '}');
    return true;
}

static void end_row(struct columns_state *c, bool newline)
{
    struct span row = text_span(&c->row);
    struct table again;
    if (!c->started) {
        c->started = true;
        if (span_starts(row, "\xef\xbb\xbf"))
            row = span_skip(row, 3);
        if (!find_header(row, &c->table))
            text_add(&c->out, row.ptr, row.len - newline);
    } else if (!c->row.truncated && add_row(c, without_end(row))) {
        for (size_t i = 0; i < c->newlines; i++)
            text_add_byte(&c->out, '\n');
    } else if (!read_header(without_end(row), c->table.delimiter, &again)) {
        text_add(&c->out, row.ptr, row.len - newline);
    }
    if (newline)
        text_add_byte(&c->out, '\n');
    text_clear(&c->row);
    c->newlines = 0;
    c->quoted = c->closed = false;
    c->begins = true;
}

/* Returns how many of the bytes it used: all, unless enough waits. */
static size_t take(struct columns_state *c, const uint8_t *p, size_t n)
{
    size_t from = 0;
    for (size_t i = 0; i < n; i++) {
        bool quote = p[i] == '"', closes = quote && c->quoted;
        c->quoted = closes ? false : c->quoted || (quote && (c->begins || c->closed));
        c->closed = closes;
        c->begins = p[i] == c->table.delimiter;
        if (p[i] != '\n')
            continue;
        text_add(&c->row, p + from, i + 1 - from);
        from = i + 1;
        if (c->quoted && c->started && c->row.len < ROW_BYTES_MAX) {
            c->newlines++;
            continue;
        }
        end_row(c, true);
        if (c->out.len >= OUT_BYTES)
            return from;
    }
    text_add(&c->row, p + from, n - from);
    return n;
}

static enum decode_status columns_step(void *state, struct raw *raw, uint8_t *buffer, size_t size,
                                       size_t *ret_bytes, const char **ret_reason)
{
    struct columns_state *c = state;
    (void)ret_reason;
    while (c->given == c->out.len) {
        text_clear(&c->out);
        c->given = 0;
        if (raw->from == raw->to && raw_fill(raw) < 0)
            return DECODE_UNREADABLE;
        if (raw->from == raw->to && c->row.len == 0)
            return DECODE_END;
        if (raw->from == raw->to)
            end_row(c, false);
        raw->from += take(c, raw->bytes + raw->from, raw->to - raw->from);
    }
    size_t left = c->out.len - c->given, n = left < size ? left : size;
    memcpy(buffer, c->out.ptr + c->given, n);
    c->given += n;
    *ret_bytes = n;
    return DECODE_MORE;
}

const struct codec codec_columns = {columns_start, columns_stop, columns_step};
