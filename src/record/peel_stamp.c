/* The line's own time: a stamp that is found is not always one that the line was written with. */
#include "base/ascii.h"
#include "record/peel.h"

/* Levels are padded ("  INFO", CFEngine's "   error:"), and so are numbers ("   177 192.0.2.1", Squid): two
 * blanks before one are no indentation. */
static bool is_padded(struct span rest)
{
    size_t n = 0;
    while (n < rest.len && (unsigned)rest.ptr[n] - '0' < 10)
        n++;
    if (n && n < 7)
        return n < rest.len && is_blank(rest.ptr[n]);
    while (n < rest.len && (unsigned)rest.ptr[n] - 'A' < 26)
        n++;
    if (n == 0)
        while (n < rest.len && (unsigned)rest.ptr[n] - 'a' < 26)
            n++;
    bool lower = n && (unsigned)rest.ptr[0] - 'a' < 26;
    return n >= 3 && n < 12 && (!lower || (n < rest.len && rest.ptr[n] == ':')) &&
           severity_of_level(span_make(rest.ptr, n));
}

/* White space around `at`, where the header ends; the stamp may have taken some of it along. */
void peel_judge_indent(struct line *line, struct span text, size_t at)
{
    if (at == 0 || at >= text.len || (!is_blank(text.ptr[at]) && (at < 2 || !is_blank(text.ptr[at - 2]))))
        return; /* one blank at most */
    bool klog =
        line->severity && at < text.len && (unsigned)text.ptr[0] - 'A' < 26; /* pads its process number */
    if (klog)
        return;
    size_t end = at, blanks = 0;
    while (end < text.len && is_blank(text.ptr[end]))
        end++;
    while (blanks < end && is_blank(text.ptr[end - 1 - blanks]))
        blanks++;
    if (end < text.len && blanks > 1 && blanks < end && !is_padded(span_skip(text, end)))
        line->flags |= LINE_INDENTED;
}
/* "4018:M 28 Nov ... * text": what a mark means to Redis. The process number and role in front tell Redis. */
static uint8_t redis_severity(struct span text, const struct stamp *stamp)
{
    size_t i = 0, mark = stamp->end;
    bool bracket = text.len && text.ptr[0] == '[';
    i += bracket;
    size_t digits = i;
    while (i < text.len && (unsigned)text.ptr[i] - '0' < 10)
        i++;
    if (i == digits || i + 2 >= text.len || mark + 1 >= text.len || text.ptr[mark + 1] != ' ')
        return 0;
    bool role =
        text.ptr[i] == ':' && text.ptr[i + 1] && strchr("MSCX", text.ptr[i + 1]) && text.ptr[i + 2] == ' ';
    if (!role && !(bracket && text.ptr[i] == ']' && text.ptr[i + 1] == ' '))
        return 0;
    switch (text.ptr[mark]) {
    case '#': return SEVERITY_WARN;
    case '*': return SEVERITY_NOTICE;
    case '-':
    case '.': return SEVERITY_DEBUG;
    default: return 0;
    }
}

bool line_is_keyed(struct span text)
{
    size_t n = 0;
    while (n < text.len &&
           ((unsigned)(text.ptr[n] | 0x20) - 'a' < 26 || text.ptr[n] == '_' || text.ptr[n] == '-'))
        n++;
    return n > 0 && n < text.len && (text.ptr[n] == ':' || text.ptr[n] == '=');
}

bool line_is_epoch(struct span text)
{
    size_t n = 0;
    while (n < text.len && (unsigned)text.ptr[n] - '0' < 10)
        n++;
    return n >= 10;
}

static bool hex_read(struct span text, size_t digits_max, uint8_t a, uint64_t *ret, size_t *ret_digits)
{
    size_t n = 0;
    *ret = 0;
    for (; n < text.len && n < digits_max; n++) {
        unsigned digit = (unsigned)text.ptr[n] - '0';
        if (digit > 9 && (digit = (unsigned)text.ptr[n] - a + 10) - 10 > 5)
            break;
        *ret = *ret * 16 + digit;
    }
    *ret_digits = n;
    return n == digits_max;
}

bool line_is_hexadecimal(struct span text, const struct stamp_context *context, struct stamp *ret_stamp)
{
    enum { DIGITS = 8, OLDEST_S = 1000000000 };
    uint64_t seconds, ns = 0, count;
    size_t at, n;
    bool bracket = text.len && text.ptr[0] == '('; /* Tivoli, with the number of the line in this second */
    if (!hex_read(span_skip(text, bracket), DIGITS, bracket ? 'A' : 'a', &seconds, &at))
        return false;
    at += bracket;
    if (at < text.len && text.ptr[at] == '.') {
        if (bracket ? !hex_read(span_skip(text, at + 1), DIGITS / 2, 'A', &count, &n)
                    : !hex_read(span_skip(text, at + 1), DIGITS, 'a', &ns, &n) || ns >= NS_PER_SECOND)
            return false;
        at += n + 1;
    }
    int64_t newest = context->reference_ns / NS_PER_SECOND;
    if (at >= text.len || text.ptr[at] != (bracket ? '-' : ' ') || seconds < OLDEST_S ||
        (newest > 0 && (int64_t)seconds > newest + 86400))
        return false;
    *ret_stamp = (struct stamp){.time_ns = (int64_t)(seconds * NS_PER_SECOND + ns), .end = (uint32_t)at + 1};
    return true;
}

/* Beginnings that only a line of its own has: syslog's priority, an event of CEF, LEEF or Windows, an address
 * with its port before a bracket (HAProxy). */
static bool starts_event(struct span text)
{
    size_t n = 1;
    if (text.ptr[0] == '<') {
        while (n < text.len && n < 4 && (unsigned)text.ptr[n] - '0' < 10)
            n++;
        return (n > 1 && n < text.len && text.ptr[n] == '>') || span_starts(text, "<Event ");
    }
    if (span_starts(text, "CEF:") || span_starts(text, "LEEF:"))
        return true;

    for (n = 0; n < text.len && n < 22 &&
                ((unsigned)text.ptr[n] - '0' < 10 || text.ptr[n] == '.' || text.ptr[n] == ':');)
        n++;
    return n > 8 && n + 2 < text.len && text.ptr[n] == ' ' && text.ptr[n + 1] == '[' &&
           memchr(text.ptr, ':', n);
}

/* "time=1786113065|hostname=gw1|product=Firewall": three pairs or more from the start on. */
static bool is_pairs(struct span text)
{
    enum { PAIRS_MIN = 3, LOOK_BYTES = 160 };
    size_t end = text.len < LOOK_BYTES ? text.len : LOOK_BYTES, pairs = 0, name = 0;
    while (name < end && (is_letter(text.ptr[name]) || text.ptr[name] == '_'))
        name++;
    if (name == 0 || name == end || text.ptr[name] != '=')
        return false;
    for (size_t i = name; i < end; i++)
        pairs += text.ptr[i] == '=' && is_letter(text.ptr[i - 1]);
    return pairs >= PAIRS_MIN;
}

/* Nothing but names in brackets or capitals, and numbers: no words of a sentence. */
static bool is_header(struct span before)
{
    enum { LOWER_MAX = 2 };
    int depth = 0, lower = 0;
    bool capital = false;
    for (size_t i = 0; i < before.len; i++) {
        uint8_t byte = before.ptr[i];
        depth += (byte == '[' || byte == '(' || byte == '<') - (byte == ']' || byte == ')' || byte == '>');
        if (!is_letter(byte)) {
            lower = 0;
            capital = false;
        } else if (lower == 0 && !capital) {
            capital = (unsigned)byte - 'A' < 26; /* the first letter of a word */
            lower = !capital;
        } else if (!capital && ++lower > LOWER_MAX && depth <= 0) {
            return false;
        }
    }
    return true;
}

/* "web-1  | 2026-08-07 14:31:05 text": a line of `docker compose logs` among others. What Redis writes within
 * a signal handler: "1:signal-handler (1786113065) text". */
static bool is_behind_service(struct span text, const struct stamp *stamp)
{
    struct envelope envelope;
    if (text.ptr[stamp->begin] == '(')
        return (unsigned)text.ptr[0] - '0' < 10;
    return envelope_compose(text, &envelope) && envelope.inside.ptr == text.ptr + stamp->begin;
}

/* A stamp behind other words is the line's own when that is how this source writes, when it is an access
 * log's, or when only a few words (a level, a thread, a host) come before it. */
static bool is_own_stamp(const struct reader_state *state, struct span text, const struct stamp *stamp,
                         bool inner)
{
    enum { HEADER_BYTES_MAX = 40, HEADER_WORDS_MAX = 3 };
    if (!(stamp->flags & STAMP_INSIDE) || stamp->begin == 0)
        return !state->outside || ((state->keyed || !line_is_keyed(text) || is_pairs(text)) &&
                                   (state->epoch || !line_is_epoch(text)));
    if (state->inside)
        return true;
    struct span before = span_trim(span_make(text.ptr, stamp->begin));
    bool access = text.ptr[stamp->begin] == '[' && stamp->end < text.len && text.ptr[stamp->end] == '"';
    if (access)
        return true;
    if (inner && state->outside)
        return severity_of_level(before) != 0;
    if (starts_event(text) || is_behind_service(text, stamp))
        return true;
    int words = 1;
    for (size_t i = 0; i < before.len; i++)
        words += before.ptr[i] == ' ';
    if (before.len > HEADER_BYTES_MAX || words > HEADER_WORDS_MAX)
        return false;
    bool dated = !(stamp->flags & (STAMP_NO_DATE | STAMP_NO_YEAR));
    return !state->outside || severity_of_header(before) || severity_of_level(before) ||
           (dated && !is_blank(text.ptr[0]) &&
            (is_pairs(text) || (!line_is_keyed(text) && is_header(before))));
}

/* Does the second word begin as stamps do: "JVB 2026-08-07", "[main] [07 Aug", "web-1  | 2026-08-07"? */
static bool second_may_be_stamp(struct span text, size_t at)
{
    while (at < text.len && (is_blank(text.ptr[at]) || text.ptr[at] == '|' || text.ptr[at] == '('))
        at++;
    return at + 8 < text.len && (unsigned)text.ptr[at] - '0' < 10;
}

/* Could is_own_stamp hold for a stamp behind other words? Asked first, because to look for one is costly, and
 * a source whose lines start with their stamp has many lines without any: frames, dumps, wrapped text. */
static bool may_stand_inside(const struct reader_state *state, struct span text)
{
    if (!state->outside || state->keyed)
        return true;
    struct span head = span_trim(text.len > STAMP_FIND_BYTES ? span_make(text.ptr, STAMP_FIND_BYTES) : text);
    size_t word = 0;
    while (word < head.len && !is_blank(head.ptr[word]))
        word++;
    size_t level = word - (word && head.ptr[word - 1] == ':');
    return severity_of_level(span_make(head.ptr, level)) || memchr(head.ptr, '[', head.len) ||
           starts_event(text) || is_pairs(text) || second_may_be_stamp(head, word);
}

/* What stands before a stamp: a header; "E [", "[W ", "(N) "; "error [", "app:error ". */
static uint8_t severity_before(struct span before)
{
    uint8_t severity = severity_of_header(before);
    if (severity)
        return severity;
    if (before.len > 2 && before.ptr[0] == '"') { /* "Error","main","08/07/26" */
        const uint8_t *quote = memchr(before.ptr + 1, '"', before.len - 1);
        return quote ? severity_of_level(span_make(before.ptr + 1, (size_t)(quote - before.ptr - 1))) : 0;
    }
    while (before.len && !is_letter(before.ptr[before.len - 1]))
        before.len--;
    size_t n = before.len;
    while (n && is_letter(before.ptr[n - 1]))
        n--;
    struct span word = span_skip(before, n);
    bool alone = n == 0 || (n == 1 && (before.ptr[0] == '[' || before.ptr[0] == '('));
    bool capital = word.len == 1 && (unsigned)word.ptr[0] - 'A' < 26;
    return (alone && capital) || word.len > 3 ? severity_of_level(word) : 0;
}

static bool accept_stamp(struct peel *peel, struct span text, const struct stamp *stamp)
{
    if (stamp->end > text.len || !is_own_stamp(peel->state, text, stamp, peel->line->flags & LINE_STAMPED))
        return false;
    uint8_t severity = stamp->severity;
    if (!severity && stamp->begin > 0)
        severity = severity_before(span_make(text.ptr, stamp->begin));
    if (!severity && stamp->end < text.len && is_redis_mark(text.ptr[stamp->end]))
        severity = redis_severity(text, stamp);
    bool priority = text.ptr[0] == '<';
    set_severity(peel, severity, priority && severity >= SEVERITY_INFO && severity < SEVERITY_WARN);
    return true;
}

/* "10.4.1.7 - - [07/Aug/2026:14:31:05 +0000] ...", in a source that always has its stamps there. */
static bool find_in_bracket(struct line_reader *reader, struct span text, struct stamp *ret_stamp)
{
    const uint8_t *open = memchr(text.ptr, '[', text.len < STAMP_FIND_BYTES ? text.len : STAMP_FIND_BYTES);
    if (!open || open == text.ptr)
        return false;
    size_t at = (size_t)(open - text.ptr);
    if (!stamp_find_cached(&reader->cache, span_skip(text, at), &reader->stamp, false, ret_stamp) ||
        ret_stamp->begin || ret_stamp->end < 2 ||
        (open[ret_stamp->end - 1] != ']' && open[ret_stamp->end - 2] != ']'))
        return false;
    if (!reader->long_way)
        line_plain_learn_bracket(reader, reader->state, span_skip(text, at));
    ret_stamp->begin = (uint32_t)at;
    ret_stamp->end += (uint32_t)at;
    ret_stamp->flags |= STAMP_INSIDE;
    return true;
}

bool peel_find_stamp(struct peel *peel, struct span text, struct stamp *ret_stamp)
{
    struct line_reader *reader = peel->reader;
    struct stamp_cache *cache = &reader->cache;
    if (peel->state->hexadecimal && line_is_hexadecimal(text, &reader->stamp, ret_stamp))
        return true;
    if (peel->state->bracket && find_in_bracket(reader, text, ret_stamp))
        return accept_stamp(peel, text, ret_stamp);
    bool found =
        stamp_find_again(cache, text, &reader->stamp, ret_stamp)
            ? cache->at_start || may_stand_inside(peel->state, text)
            : stamp_find_anew(cache, text, &reader->stamp, may_stand_inside(peel->state, text), ret_stamp);
    return found && accept_stamp(peel, text, ret_stamp);
}

bool peel_find_inner_stamp(struct peel *peel, struct span text, struct stamp *ret_stamp)
{
    struct line_reader *reader = peel->reader;
    struct stamp at_start;
    bool inside =
        peel->state->inner_inside || span_starts(text, "audit("); /* the kernel's, rare and telling */
    if (!stamp_find_cached(&reader->inner_cache, text, &reader->stamp, inside, ret_stamp))
        return false;
    if (inside && !(stamp_parse(text, &reader->stamp, &at_start) && at_start.end == ret_stamp->end))
        peel->state->inner_seen_inside = true;
    if (peel->relayed)
        peel_correct_time(peel, ret_stamp->time_ns, ret_stamp->flags, false);
    return accept_stamp(peel, text, ret_stamp);
}

/* "===": nothing but a rule behind the stamp, as in Erlang's "=ERROR REPORT==== 7-Aug-2026::14:31:06 ===". */
static bool is_rule(struct span text)
{
    size_t n = 0;
    bool mark =
        text.len && (text.ptr[0] == '=' || text.ptr[0] == '%' || text.ptr[0] == '*' || text.ptr[0] == '-');
    while (mark && n < text.len && text.ptr[n] == text.ptr[0])
        n++;
    return n > 2 && n == text.len;
}

/* "rt=Aug 07 2026", "SystemTime='2026-": does a name begin here? */
static bool is_name(struct span text)
{
    size_t n = 0;
    while (n < text.len && (is_letter(text.ptr[n]) || text.ptr[n] == '_' || text.ptr[n] == '-'))
        n++;
    return n > 0 && n < text.len && text.ptr[n] == '=';
}

/* Two words outside of brackets, or more, or many brackets (utmpdump): "[Thr 139]" before a stamp is the
 * header of what comes in the next line. */
static bool is_sentence(struct span text)
{
    enum { LETTERS_MIN = 3, BRACKETS_MIN = 3 };
    size_t words = 0, letters = 0, brackets = 0;
    int depth = 0;
    for (size_t i = 0; i <= text.len; i++) {
        uint8_t byte = i < text.len ? text.ptr[i] : ' ';
        depth += (byte == '[' || byte == '(') - (byte == ']' || byte == ')');
        brackets += byte == '[';
        if (is_letter(byte)) {
            letters++;
            continue;
        }
        words += letters >= LETTERS_MIN && depth <= 0;
        letters = 0;
    }
    return words > 1 || brackets >= BRACKETS_MIN;
}

/* Three columns or more before the stamp, or one that is a word and no level ("authenticated |Fri, 07 Aug"):
 * they are a part of what the line says. */
static bool is_column_before(struct span before)
{
    enum { COLUMNS_MIN = 3 };
    size_t columns = 0;
    for (size_t i = 0; i < before.len; i++)
        columns +=
            before.ptr[i] == '|' || before.ptr[i] == ',' || before.ptr[i] == ';' || before.ptr[i] == '\t';
    if (columns != 1)
        return columns >= COLUMNS_MIN;
    uint8_t last = before.ptr[before.len - 1];
    struct span word = span_trim(span_make(before.ptr, before.len - 1));
    return (last == '|' || last == ',') && word.len > 2 && is_letter(word.ptr[0]) &&
           !severity_of_level(word) && !memchr(word.ptr, ' ', word.len);
}

struct span peel_around(struct span text, const struct stamp *stamp)
{
    struct span before = span_trim(span_make(text.ptr, stamp->begin));
    struct span behind = span_trim(span_skip(text, stamp->end));
    bool tag = text.ptr[0] == '<' && text.len > 2 && is_letter(text.ptr[1]) && text.ptr[text.len - 1] == '>';
    bool values = is_name(span_skip(text, stamp->begin)) &&
                  (memchr(before.ptr, '=', before.len) || memchr(before.ptr, '|', before.len));
    if (tag || values || is_column_before(before))
        return text;
    if (is_rule(behind) || (behind.len == 0 && is_sentence(before)))
        return before;
    return (struct span){0};
}

/* A time of day that a process manager wrote ("11:47:34 1|app  | 2026-08-07 11:47:34: text") gives way to the
 * program's own stamp when that has a date. */
void peel_take_dated(const struct line_reader *reader, struct span text, struct stamp *stamp)
{
    enum { PREFIX_BYTES_MAX = 40 };
    struct span rest = span_skip(text, stamp->end);
    for (size_t at = 0; at + 2 < rest.len && at < PREFIX_BYTES_MAX; at++) {
        if (rest.ptr[at] != '|' || rest.ptr[at + 1] != ' ')
            continue;
        struct stamp own;
        if (stamp_parse(span_skip(rest, at + 2), &reader->stamp, &own) && !(own.flags & STAMP_NO_DATE)) {
            own.end += stamp->end + (uint32_t)at + 2;
            own.begin = stamp->begin;
            *stamp = own;
        }
        return;
    }
}

/* AWS load balancers ("https 2026-08-07T14:31:05.123456Z app/...") write when they answered, and behind the
 * rule's priority when the request came: that is the time of an access log. */
void peel_take_created(const struct line_reader *reader, struct span text, struct stamp *stamp)
{
    enum { STAMP_BYTES = 27 }; /* "2026-08-07T14:31:05.123456Z" */
    struct span rest = span_skip(text, stamp->end);
    if (stamp->begin > 6 || !span_starts(rest, "app/"))
        return;
    for (size_t n = rest.len; n > STAMP_BYTES;) { /* from the end: a request may hold anything */
        const uint8_t *z = memrchr(rest.ptr, 'Z', n);
        n = z ? (size_t)(z - rest.ptr) : 0;
        struct stamp created;
        if (n < STAMP_BYTES || n + 2 >= rest.len || z[1] != ' ' || z[2] != '"' ||
            rest.ptr[n - STAMP_BYTES] != ' ')
            continue;
        if (stamp_parse(span_make(z + 1 - STAMP_BYTES, STAMP_BYTES), &reader->stamp, &created) &&
            created.end == STAMP_BYTES) {
            stamp->time_ns = created.time_ns;
            return;
        }
    }
}
