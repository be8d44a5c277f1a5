/* Learning: what most complete lines of the head have in common. Two passes: the prefix in front of
 * everything (kubectl, compose, stern), then what is behind it. Shares are of the lines that are not empty.
 */
#include "record/json_line.h"
#include "record/line.h"
#include "record/logfmt.h"
#include "record/peel.h"
#include "record/severity.h"

enum { LINES_MAX = 1000, STREAMS_MAX = 48, SPARSE = 8 /* lines for each that has a stamp */ };
#define HOUR_NS (3600 * NS_PER_SECOND)
#define DAY_NS  (24 * HOUR_NS)

struct walk {
    struct span head;
    size_t at;
};

/* The next complete line; the last one may be cut and counts only when it is the only one. */
static bool next_line(struct walk *walk, struct span *ret_line)
{
    if (walk->at >= walk->head.len)
        return false;
    struct span rest = span_skip(walk->head, walk->at);
    const uint8_t *end = memchr(rest.ptr, '\n', rest.len);
    if (!end && walk->at > 0)
        return false;
    *ret_line = span_make(rest.ptr, end ? (size_t)(end - rest.ptr) : rest.len);
    walk->at += ret_line->len + 1;
    return true;
}

/* Distinct stream names, few. */
struct streams {
    struct span names[STREAMS_MAX];
    size_t count;
    bool many;
};

static void add_stream(struct streams *streams, struct span name)
{
    for (size_t i = 0; i < streams->count; i++)
        if (span_equal(streams->names[i], name))
            return;
    if (streams->count == STREAMS_MAX)
        streams->many = true;
    else
        streams->names[streams->count++] = name;
}

/* Does `prefix` stand before at least four fifths of the lines, with names that repeat? */
static bool has_prefix(struct reader_state *state, const struct stamp_context *context, struct span head,
                       enum line_prefix prefix)
{
    struct stamp stamp;
    struct walk walk = {.head = head};
    struct streams streams = {.count = 0};
    struct span raw;
    struct envelope envelope;
    size_t lines = 0, hits = 0;
    while (lines < LINES_MAX && next_line(&walk, &raw)) {
        struct span text = line_clean(state, raw);
        if (span_trim(text).len == 0)
            continue;
        lines++;
        if (!line_take_prefix(prefix, text, &envelope) ||
            (prefix != PREFIX_KUBECTL &&
             stamp_parse(text, context, &stamp))) /* "2026-08-07T14:31:05 | text" */
            continue;
        hits++;
        add_stream(&streams, envelope.stream);
    }
    bool repeated = prefix == PREFIX_KUBECTL ||
                    (!streams.many && hits >= 2 * streams.count && (prefix != PREFIX_STERN || hits >= 4));
    return hits > 0 && hits * 5 >= lines * 4 && repeated;
}

struct counts {
    size_t lines; /* that are not empty nor indented */
    size_t json, docker, carried, journal, logfmt, cri, access, runtime, second;
    size_t outside, inside, bracket, keyed, epoch;
    size_t syslog_old, syslog_new, tagged, pid;
    size_t far, relayed, swarm, log_stream, csvlog, level_object, facility;
    size_t headed;          /* lines that begin with a level, right behind a line with a stamp */
    bool stamped;           /* the line before has one */
    size_t bare;            /* lines of text right behind one that is but a stamp */
    bool is_bare, any_bare; /* the last line that is not empty was; any was */
    uint32_t bare_begin;    /* of the stamp of the first one; others count if they begin there, too */
};

/* RFC 3339 with 'T', nanoseconds and a zone, then one blank: how container runtimes write. */
static bool is_runtime_stamp(struct span text, const struct stamp *stamp)
{
    enum { FRACTION_AT = 20 };
    if (stamp->begin != 0 || text.len < 30 || text.ptr[10] != 'T' || text.ptr[19] != '.')
        return false;
    size_t digits = 0;
    while (FRACTION_AT + digits < text.len && (unsigned)text.ptr[FRACTION_AT + digits] - '0' < 10)
        digits++;
    uint8_t zone = FRACTION_AT + digits < text.len ? text.ptr[FRACTION_AT + digits] : 0;
    return digits >= 7 && (zone == 'Z' || zone == '+' || zone == '-');
}

static bool is_old_syslog_stamp(struct span text)
{
    struct span at = text;
    if (at.len && at.ptr[0] == '<')
        return true;
    /* "Mmm dd hh:mm:ss" */
    return at.len > 16 && (unsigned)(at.ptr[0] | 0x20) - 'a' < 26 && at.ptr[3] == ' ' && at.ptr[6] == ' ' &&
           at.ptr[9] == ':' && at.ptr[12] == ':';
}

static bool is_csvlog(struct reader_state *state, struct span text)
{
    struct csvlog csvlog;
    return text.len > 40 && memchr(text.ptr + 20, ',', 20) && columns_csvlog(text, &state->scratch, &csvlog);
}

/* "WARNING: text" */
static bool starts_with_level(struct span text)
{
    size_t n = 0;
    while (n < text.len && ((unsigned)text.ptr[n] - 'A' < 26 || text.ptr[n] >= 0x80))
        n++;
    return n >= 4 && n + 1 < text.len && text.ptr[n] == ':' && text.ptr[n + 1] == ' ' &&
           severity_of_level(span_make(text.ptr, n));
}

static void count_stamped(struct counts *counts, const struct line_reader *reader, struct span text,
                          const struct stamp *stamp)
{
    struct span rest = span_skip(text, stamp->end);
    struct envelope envelope;
    struct envelope_cri cri;
    struct stamp second;
    bool pid = false;
    uint8_t severity;
    counts->is_bare = span_trim(rest).len == 0 && peel_around(text, stamp).len == 0 &&
                      (!counts->any_bare || counts->bare_begin == stamp->begin);
    if (counts->is_bare && !counts->any_bare)
        counts->bare_begin = stamp->begin;
    counts->any_bare |= counts->is_bare;
    if (stamp->flags & STAMP_INSIDE) {
        counts->inside++;
        counts->bracket += memchr(text.ptr, '[', text.len) == text.ptr + stamp->begin;
        counts->access += rest.len > 1 && rest.ptr[0] == '"';
        return;
    }
    counts->outside++;
    counts->stamped = true;
    counts->csvlog += is_csvlog(reader->state, text);
    counts->level_object += line_is_level_object(rest);
    counts->keyed += line_is_keyed(text);
    counts->epoch += line_is_epoch(text);
    counts->access += rest.len > 1 && rest.ptr[0] == '"' && text.ptr[0] != '"';
    if (envelope_cri(rest, &cri)) {
        counts->cri++;
        return;
    }
    counts->runtime += is_runtime_stamp(text, stamp);
    rest = span_trim(rest);
    size_t facility = line_facility(rest, &severity);
    counts->facility += facility > 0;
    rest = span_skip(rest, facility);
    counts->second += rest.len && (stamp_parse(rest, &reader->stamp, &second) || json_line_likely(rest));
    if (text.ptr[0] == '<' && memmem(text.ptr, text.len < 8 ? text.len : 8, ">1 ", 3)) {
        counts->syslog_new++;
    } else if (envelope_syslog(rest, &envelope, &pid)) {
        bool tagged = envelope.stream.len > 0;
        counts->syslog_old += tagged && is_old_syslog_stamp(text);
        counts->tagged += tagged;
        counts->pid += pid;
    }
}

/* A time of day in the first hour may be how long something took. */
static bool tells_far(const struct line_reader *reader, struct span text)
{
    struct stamp stamp;
    return line_far_stamp(reader, text, &stamp) &&
           (!(stamp.flags & STAMP_NO_DATE) ||
            (stamp.time_ns + reader->stamp.zone_minutes * 60 * NS_PER_SECOND) % DAY_NS >= HOUR_NS);
}

/* Zabbix pads its process number, ntpd its day: do most stamps, or all, stand behind blanks? Columns of
 * numbers ("vmstat -t") may have theirs at the end. */
static bool learn_led(const struct line_reader *reader, struct span head)
{
    struct walk walk = {.head = head};
    struct span raw;
    struct stamp stamp;
    size_t led = 0, bare = 0, lines = 0, far = 0;
    for (size_t i = 0; i < LINES_MAX && next_line(&walk, &raw); i++) {
        lines += span_trim(raw).len > 0;
        if (raw.len == 0 || !is_blank(raw.ptr[0]))
            continue;
        raw = span_trim(raw);
        led += raw.len && stamp_find(raw, &reader->stamp, &stamp);
        far += raw.len && (unsigned)raw.ptr[0] - '0' < 10 && tells_far(reader, raw);
    }
    if (far > led && far * 5 >= lines * 4)
        return true;
    walk = (struct walk){.head = head};
    for (size_t i = 0; led && i < LINES_MAX && next_line(&walk, &raw); i++)
        bare += raw.len && !is_blank(raw.ptr[0]) && stamp_find(raw, &reader->stamp, &stamp);
    return led > 3 * bare;
}

/* slapd writes seconds in hexadecimal. Other identifiers do not come within a season of each other. */
static bool learn_hexadecimal(const struct line_reader *reader, enum line_prefix prefix, struct span head)
{
    const int64_t season_ns = 90 * DAY_NS;
    struct walk walk = {.head = head};
    struct span raw;
    struct stamp stamp;
    size_t lines = 0, hits = 0;
    int64_t least = INT64_MAX, most_ns = INT64_MIN;
    for (size_t i = 0; i < LINES_MAX && next_line(&walk, &raw); i++, lines++) {
        struct envelope inside;
        if (prefix != PREFIX_NONE && line_take_prefix(prefix, raw, &inside))
            raw = inside.inside;
        if (line_is_hexadecimal(raw, &reader->stamp, &stamp)) {
            hits++;
            least = stamp.time_ns < least ? stamp.time_ns : least;
            most_ns = stamp.time_ns > most_ns ? stamp.time_ns : most_ns;
        } else if (hits == 0) {
            return false;
        }
    }
    return hits > 1 && hits * 5 >= lines * 4 && most_ns - least < season_ns;
}

static void count_line(struct counts *counts, struct line_reader *reader, struct span text)
{
    struct reader_state *state = reader->state;
    struct fields fields;
    struct stamp stamp = {.end = (uint32_t)envelope_monotonic(text)};
    struct envelope behind;
    bool behind_stamp = counts->stamped;
    counts->stamped = false;
    if (state->led)
        text = span_trim(text);
    if (span_trim(text).len == 0)
        return;
    counts->bare += counts->is_bare;
    counts->is_bare = false;
    if (is_blank(text.ptr[0]))
        return;
    if (text.ptr[0] == '#' && !state->columns.status)
        columns_named(text, &state->columns);
    counts->lines++;
    fields_init(&fields, &state->names, &reader->stamp, &reader->cache);
    if (json_line_likely(text)) {
        if (!json_line_read(text, &fields, &state->scratch))
            return;
        bool docker = fields.log && fields.channel && !fields_carry_line(&fields);
        counts->docker += docker;
        counts->journal += fields.journal;
        counts->json += !docker && !fields.journal;
        counts->carried += fields_carry_line(&fields);
    } else if (logfmt_read(text, &fields)) {
        counts->logfmt++;
        counts->far += fields.time_ns == TIME_NONE && tells_far(reader, text);
    } else if (stamp.end || stamp_find(text, &reader->stamp, &stamp)) {
        count_stamped(counts, reader, text, &stamp);
        counts->relayed += line_is_relayed(span_skip(text, stamp.end));
        counts->swarm += envelope_swarm(span_skip(text, stamp.end), &behind);
        counts->log_stream += !stamp.begin && envelope_log_stream(span_skip(text, stamp.end), &behind);
    } else {
        counts->far += tells_far(reader, text);
        counts->relayed += line_is_relayed(text);
        counts->headed += behind_stamp && starts_with_level(text);
    }
}

/* The times of a head when day and month are read in one order. */
struct reading_order {
    struct stamp_context context;
    int64_t last_ns, least_ns, most_ns;
    size_t back; /* times that lie before the one before them */
};

static void add_time(struct reading_order *order, int64_t time_ns)
{
    order->back += order->last_ns != TIME_NONE && time_ns < order->last_ns;
    order->last_ns = time_ns;
    order->least_ns = order->least_ns == TIME_NONE || time_ns < order->least_ns ? time_ns : order->least_ns;
    order->most_ns = time_ns > order->most_ns ? time_ns : order->most_ns;
}

/* Within two days of what other sources tell; the wrong order is a month off at least, but for dates like
 * 7/8. */
static bool comes_near(const struct reading_order *order)
{
    const int64_t far_ns = 2 * 86400 * NS_PER_SECOND;
    int64_t near_ns = order->context.near_ns;
    return near_ns && order->least_ns - far_ns < near_ns && near_ns < order->most_ns + far_ns;
}

/* No date tells the order by itself: the right one goes less often back, and 7/8 to 8/8 is a day and not a
 * month. */
static enum stamp_order compare_orders(struct line_reader *reader, struct span head)
{
    enum { LINES_ALIKE = 8, TIMES_APART = 7 };
    struct walk walk = {.head = head};
    struct reading_order orders[2];
    struct span raw;
    bool differ = false;
    for (int i = 0; i < 2; i++) {
        orders[i] = (struct reading_order){
            .context = reader->stamp, .last_ns = TIME_NONE, .least_ns = TIME_NONE, .most_ns = TIME_NONE};
        orders[i].context.order = i ? STAMP_MONTH_FIRST : STAMP_DAY_FIRST;
    }
    for (size_t i = 0; i < LINES_MAX && (differ || i < LINES_ALIKE) && next_line(&walk, &raw); i++) {
        struct stamp day, month;
        if (!stamp_find(raw, &orders[0].context, &day) || !stamp_find(raw, &orders[1].context, &month))
            continue;
        differ |= day.time_ns != month.time_ns;
        add_time(&orders[0], day.time_ns);
        add_time(&orders[1], month.time_ns);
    }
    if (!differ)
        return STAMP_ORDER_UNKNOWN;
    if (orders[0].back != orders[1].back)
        return orders[0].back < orders[1].back ? STAMP_DAY_FIRST : STAMP_MONTH_FIRST;
    int64_t day_range = (orders[0].most_ns - orders[0].least_ns) / TIMES_APART,
            month_range = (orders[1].most_ns - orders[1].least_ns) / TIMES_APART;
    if (day_range > orders[1].most_ns - orders[1].least_ns)
        return STAMP_MONTH_FIRST;
    if (month_range > orders[0].most_ns - orders[0].least_ns)
        return STAMP_DAY_FIRST;
    bool day = comes_near(&orders[0]), month = comes_near(&orders[1]);
    reader->order_open = day == month;
    return day == month ? STAMP_ORDER_UNKNOWN : day ? STAMP_DAY_FIRST : STAMP_MONTH_FIRST;
}

/* Does a date of the head tell whether day or month comes first? The first one that does, else all of them.
 */
static enum stamp_order learn_order(struct line_reader *reader, struct span head)
{
    struct walk walk = {.head = head};
    struct span raw;
    enum stamp_order order = STAMP_ORDER_UNKNOWN;
    for (size_t i = 0; i < LINES_MAX && order == STAMP_ORDER_UNKNOWN && next_line(&walk, &raw); i++)
        order = stamp_order_told(raw, &reader->stamp);
    return order == STAMP_ORDER_UNKNOWN ? compare_orders(reader, head) : order;
}

/* Is behind every stamp without a year a number that could be it? */
static bool learn_year_behind(const struct line_reader *reader, struct span head)
{
    struct walk walk = {.head = head};
    struct span raw;
    bool any = false;
    enum { LINES_ALIKE = 16 };
    for (size_t i = 0; i < LINES_MAX && next_line(&walk, &raw); i++) {
        int told = stamp_year_told(raw, &reader->stamp);
        if (told < 0 || (i > LINES_ALIKE && !any))
            return false;
        any |= told > 0;
    }
    return any;
}

/* JES's "14.31.05 JOB00012 text". */
static bool learn_dot_clock(struct span head)
{
    struct walk walk = {.head = head};
    struct span raw;
    size_t lines = 0, hits = 0;
    for (size_t i = 0; i < LINES_MAX && next_line(&walk, &raw); i++) {
        raw = span_trim(raw);
        lines += raw.len > 0;
        hits += stamp_dot_clock_told(raw);
        if (hits == 0 && lines > 8)
            return false;
    }
    return hits > 0 && hits * 5 >= lines * 4;
}

/* "jeu. 23 juil. 2026 14:31:05 text" */
static bool learn_foreign(const struct line_reader *reader, struct span head)
{
    enum { LINES = 16 };
    struct walk walk = {.head = head};
    struct span raw;
    for (size_t i = 0; i < LINES && next_line(&walk, &raw); i++)
        if (stamp_foreign_told(raw, &reader->stamp))
            return true;
    return false;
}

/* NAME=TEXT lines with the one field that every entry of the journal has. */
static bool is_journal_export(struct span head)
{
    struct walk walk = {.head = head};
    struct span line;
    size_t lines = 0, fields = 0;
    bool realtime = false;
    while (lines < 100 && next_line(&walk, &line)) {
        size_t n = 0;
        while (n < line.len &&
               ((unsigned)line.ptr[n] - 'A' < 26 || (unsigned)line.ptr[n] - '0' < 10 || line.ptr[n] == '_'))
            n++;
        lines += line.len > 0;
        fields += n > 0 && n < line.len && line.ptr[n] == '=';
        realtime |= span_starts(line, "__REALTIME_TIMESTAMP=");
    }
    return realtime && fields * 2 >= lines;
}

static bool learn_blocks(struct reader_state *state, struct span head)
{
    enum { BLOCK_HEAD_LINES = 100 };
    struct span lines[BLOCK_HEAD_LINES];
    struct walk walk = {.head = head};
    size_t count = 0;
    while (count < BLOCK_HEAD_LINES && next_line(&walk, &lines[count])) {
        lines[count] = line_clean(state, lines[count]);
        count += count || span_trim(lines[count]).len; /* not the empty ones at the top */
    }
    return blocks_learn(&state->blocks, lines, count);
}

static bool most(size_t part, size_t whole)
{
    return part > 0 && part * 2 >= whole;
}

static enum line_format judge_format(const struct reader_state *state, const struct counts *counts)
{
    if (state->prefix == PREFIX_KUBECTL)
        return FORMAT_KUBECTL;
    if (most(counts->cri, counts->lines))
        return FORMAT_CRI;
    if (most(counts->docker, counts->lines))
        return FORMAT_DOCKER;
    if (most(counts->journal, counts->lines))
        return FORMAT_JOURNAL_JSON;
    if (most(counts->json, counts->lines))
        return FORMAT_JSON;
    if (most(counts->logfmt, counts->lines))
        return FORMAT_LOGFMT;
    if (state->syslog || most(counts->syslog_new, counts->lines))
        return FORMAT_SYSLOG;
    if (most(counts->access, counts->lines))
        return FORMAT_ACCESS;
    return state->runtime ? FORMAT_KUBECTL : FORMAT_PLAIN;
}

static void judge(struct line_reader *reader, const struct counts *counts)
{
    struct reader_state *state = reader->state;
    size_t stamped = counts->outside + counts->inside;
    /* Old stamps are syslog's own; others need process numbers to be told from "2026-... main worker: text".
     */
    state->syslog = most(counts->syslog_old, counts->lines) ||
                    (most(counts->tagged, counts->outside) && counts->pid * 10 >= counts->tagged * 3 &&
                     most(counts->outside, counts->lines));
    state->runtime = !state->syslog && most(counts->outside, counts->lines) &&
                     counts->cri * 2 < counts->lines &&
                     (counts->runtime * 5 >= counts->lines * 4 || most(counts->second, counts->outside));
    state->outside = counts->outside > counts->inside;
    state->inside = !state->outside && most(counts->inside, counts->lines) && stamped > 0;
    state->far = counts->far * 5 >= counts->lines * 4 && counts->far > 0;
    state->carried = most(counts->carried, counts->lines);
    state->relayed = counts->relayed > 0;
    state->swarm = most(counts->swarm, counts->outside);
    state->log_stream = most(counts->log_stream, counts->outside);
    state->bracket = state->inside && counts->bracket == counts->inside;
    state->epoch = counts->epoch * 10 >= counts->outside;
    state->keyed = most(counts->keyed, counts->outside);
    state->text = (counts->json + counts->docker + counts->journal + counts->logfmt) * 5 < counts->outside;
    state->facility = state->syslog && most(counts->facility, counts->outside);
    state->level_object = most(counts->level_object, counts->outside);
    state->columns.csvlog = most(counts->csvlog, counts->outside);
    reader->format = judge_format(state, counts);
    state->headed = reader->format == FORMAT_PLAIN && !state->syslog && most(counts->headed, counts->outside);
    state->bare =
        reader->format == FORMAT_PLAIN && !state->syslog && !state->headed && most(counts->bare, stamped);
    state->bare_begin = counts->bare_begin;
    state->in_parts = most(counts->cri, counts->lines) || reader->format == FORMAT_DOCKER;
    reader->sequential = state->prefix != PREFIX_NONE || state->swarm || state->log_stream ||
                         state->in_parts || state->carried || reader->format == FORMAT_JOURNAL_JSON ||
                         state->headed || state->bare;
    reader->whole = state->headed || state->bare;
}

/* What is left to know needs the whole way through a line. */
static void judge_stamped(struct line_reader *reader, struct span head)
{
    struct reader_state *state = reader->state;
    struct walk walk = {.head = head};
    struct span raw;
    struct line line;
    size_t lines = 0, stamped = 0, spaced = 0;
    struct columns_count count = {0};
    struct columns_requests requests = {0};
    state->inner_inside = true;
    state->inner_seen_inside = false;
    for (size_t i = 0; i < LINES_MAX && next_line(&walk, &raw); i++) {
        if (!line_parse(reader, raw, &line) || line.flags & LINE_EMPTY)
            continue;
        bool header = line.flags & LINE_STAMPED && line.raw.len && (state->led || !is_blank(line.raw.ptr[0]));
        spaced += header && line.flags & LINE_INDENTED;
        if (line.flags & LINE_INDENTED)
            continue;
        lines++;
        stamped += (line.flags & LINE_STAMPED) != 0;
        if (line.message.len)
            columns_count_router(&count, line.message);
        if (line.flags & LINE_STAMPED && !line.severity && line.message.len)
            columns_count(&count, line.message);
        if (reader->format == FORMAT_PLAIN)
            columns_count_request(&requests, line.raw);
    }
    bool text = reader->format == FORMAT_PLAIN || reader->format == FORMAT_SYSLOG || state->runtime;
    if (spaced && !stamped && text && !state->spaced) {
        state->spaced = true; /* once more, knowing it */
        judge_stamped(reader, head);
        return;
    }
    reader->stamped =
        most(stamped, lines) || state->bare || (lines == 0 && state->in_parts); /* all parts of one record */
    reader->sparse = !reader->stamped && stamped * SPARSE < lines;
    state->inner_inside = state->inner_seen_inside;
    state->columns.level = columns_level(&count);
    state->columns.router = count.routers * 2 > count.events;
    if (!state->columns.status && reader->format == FORMAT_PLAIN)
        state->columns.status = columns_status_found(&requests);
    state->columns.mixed = requests.bare > 0;
    line_parts_forget(state);
    line_reader_recycle(reader);
}

/* The dates and times of W3C's format are in UTC; only the Windows firewall writes others, and says so. */
static bool learn_utc(struct span head)
{
    enum { HEADER_LINES = 8 };
    struct walk walk = {.head = head};
    struct span line;
    bool utc = false;
    for (int i = 0; i < HEADER_LINES && next_line(&walk, &line) && (line.len == 0 || line.ptr[0] == '#');
         i++) {
        if (span_starts(line, "#Time Format: Local"))
            return false;
        utc |= span_starts(line, "#Fields: date time ") || span_starts(line, "#Fields: date\ttime\t");
    }
    return utc;
}

/* W3C logs whose lines have a time alone tell the date once, at the top. */
static void learn_date(struct line_reader *reader, struct span head)
{
    enum { HEADER_LINES = 8 };
    static const char date[] = "#Date:", fields[] = "#Fields:";
    struct walk walk = {.head = head};
    struct span line;
    struct stamp stamp = {.time_ns = TIME_NONE};
    for (int i = 0; i < HEADER_LINES && next_line(&walk, &line) && line.len && line.ptr[0] == '#'; i++) {
        if (span_starts(line, date) && !stamp_parse(span_skip(line, sizeof date - 1), &reader->stamp, &stamp))
            return;
        bool alone = span_starts(line, fields) && memmem(line.ptr, line.len, " time ", 6) &&
                     !memmem(line.ptr, line.len, " date ", 6);
        if (alone && stamp.time_ns != TIME_NONE)
            reader->stamp.day_ns = stamp.time_ns / DAY_NS * DAY_NS + DAY_NS / 2;
    }
}

void line_reader_learn(struct line_reader *reader, struct span head)
{
    struct reader_state *state = reader->state;
    struct walk walk = {.head = head};
    struct counts counts = {0};
    struct span raw;
    struct envelope prefix;
    line_parts_forget(state);
    line_reader_recycle(reader);
    reader->format = FORMAT_PLAIN;
    reader->sequential = reader->whole = false;
    state->prefix = PREFIX_NONE;
    state->syslog = state->runtime = state->outside = state->inside = state->bracket = state->keyed =
        state->text = false;
    state->far = state->relayed = state->swarm = state->log_stream = state->carried = false;
    state->headed = state->bare = state->level_object = state->facility = false;
    state->spaced = false;
    state->columns = (struct columns){0};
    reader->stamp.order = STAMP_ORDER_UNKNOWN;
    reader->order_open = false;
    reader->stamp.habits = 0;
    learn_date(reader, head);
    reader->stamp.order = learn_order(reader, head);
    reader->stamp.habits =
        (uint8_t)((learn_year_behind(reader, head) ? STAMP_YEAR_BEHIND : 0) |
                  (learn_dot_clock(head) ? STAMP_DOT_CLOCK : 0) |
                  (learn_foreign(reader, head) ? STAMP_FOREIGN : 0) | (learn_utc(head) ? STAMP_UTC : 0));
    state->led = state->hexadecimal = false;
    if (is_journal_export(head)) {
        reader->format = FORMAT_JOURNAL_EXPORT;
        reader->sequential = reader->whole = reader->stamped = true;
        return;
    }
    if (learn_blocks(state, head)) {
        reader->format = FORMAT_BLOCKS;
        reader->sequential = reader->whole = reader->stamped = true;
        return;
    }
    state->led = learn_led(reader, head);
    for (enum line_prefix p = PREFIX_KUBECTL; p <= PREFIX_STERN && state->prefix == PREFIX_NONE; p++)
        if (has_prefix(state, &reader->stamp, head, p))
            state->prefix = p;
    state->hexadecimal = learn_hexadecimal(reader, state->prefix, head);
    for (size_t i = 0; i < LINES_MAX && next_line(&walk, &raw); i++) {
        struct span text = line_clean(state, raw);
        if (line_take_prefix(state->prefix, text, &prefix))
            text = prefix.inside;
        count_line(&counts, reader, text);
    }
    judge(reader, &counts);
    judge_stamped(reader, head);
    line_reader_forget(reader); /* lines that were read before all was known */
}

int64_t line_reader_newest(struct line_reader *reader, struct span head, int64_t *ret_ahead)
{
    struct walk walk = {.head = head};
    struct span raw;
    struct line line;
    int64_t newest = TIME_NONE, limit_s = reader->stamp.reference_ns / NS_PER_SECOND + 86400;
    *ret_ahead = TIME_NONE;
    line_reader_rewind(reader);
    while (next_line(&walk, &raw))
        if (line_parse(reader, raw, &line) && line.flags & LINE_STAMPED &&
            !(line.flags & (LINE_NO_YEAR | LINE_NO_DATE))) {
            int64_t *known = line.time_ns / NS_PER_SECOND <= limit_s ? &newest : ret_ahead;
            if (line.time_ns > *known)
                *known = line.time_ns;
        }
    line_reader_rewind(reader);
    return newest;
}
