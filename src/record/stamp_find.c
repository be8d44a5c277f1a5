/* Where in a line a stamp may stand, and what must be around it to be believed.
 *
 * At the start nearly every layout is believed. Behind other words a date in a sentence is no stamp ("valid
 * until 2027-01-01 00:00:00"), so words are walked as long as they look like a header: a function word, a
 * third word of plain lower-case letters or the tenth word ends that. Behind it only two things are believed:
 * the value of a key that means time (ts=...), and a date that fills a pair of square brackets.
 */
#include "record/severity.h"
#include "record/stamp_parts.h"

enum { TEXT_BYTES = 4096, HEADER_WORDS = 10, PLAIN_WORDS = 3 };

static void head_clear(struct stamp_head *h, const struct stamp_context *context) /* but for `looked` */
{
    h->flags = context->habits & STAMP_FOREIGN ? HEAD_FOREIGN : 0;
    h->opener = h->severity = 0;
    h->begin = 0;
}

static bool has_date(const struct stamp_head *h)
{
    return h->month != 0 || (h->flags & HEAD_EPOCH);
}

/* ---- at the start ---- */

/* "<34>", "<34>1 ", "<189>123: " (Cisco's sequence number) */
static const uint8_t *priority_read(const uint8_t *p, const uint8_t *end, uint8_t *ret_severity)
{
    const uint8_t *q = p + 1;
    int priority = 0;
    while (q < end && q - p < 4 && is_digit(*q))
        priority = priority * 10 + (int)digit_of(*q++);
    if (q == p + 1 || q == end || *q != '>' || priority > 191)
        return NULL;
    *ret_severity = severity_of_syslog(priority & 7);
    p = ++q;
    while (q < end && q - p < 10 && is_digit(*q))
        q++;
    if (q - p == 1 && end - q > 1 && q[0] == ' ' && q[-1] != '0' && is_digit(q[1]))
        return q + 1;
    return q > p && end - q > 1 && q[0] == ':' && q[1] == ' ' ? q + 2 : p;
}

/* monit's "[CEST Aug  7 14:31:05]": the byte behind the zone. */
static const uint8_t *skip_zone(const uint8_t *p, const uint8_t *end, struct stamp_head *h)
{
    int minutes;
    const uint8_t *q = end - p > 8 && is_upper(p[0]) && is_upper(p[1]) && is_upper(p[2])
                           ? zone_read(p, end, &minutes)
                           : NULL;
    if (!q || *q != ' ' || !is_letter(q[1]))
        return p;
    h->zone_minutes = (int16_t)minutes;
    h->flags |= HEAD_ZONE;
    return q + 1;
}

/* Behind brackets, quotes, colours, Cisco's "*" and ".", WebLogic's "####<", GlassFish's "[#|". */
static const uint8_t *skip_openers(struct span text, struct stamp_head *h)
{
    const uint8_t *p = text.ptr, *end = p + text.len, *q;
    for (int i = 0; i < 8 && p < end; i++) {
        switch (*p) {
        case ' ':
        case '\t': p = skip_blanks(p, end, 64); break;
        case '<':
            if ((q = priority_read(p, end, &h->severity))) {
                p = q;
                break;
            } /* fallthrough */
        case '[':
        case '(':
        case '"':
        case '\'':
            h->opener = *p++;
            p = skip_zone(p, end, h);
            break;
        case '*':
        case '.':
        case '%': /* Comware */
            if (end - p < 2 || !is_letter(p[1]))
                return p;
            p++;
            break;
        case '#':
        case '|': p++; break;
        case '+':
        case '-': /* "+0200 2026-08-07 14:31:05"; Wget's "--2026-08-07 14:31:05--" */
            if (end - p > 2 && p[0] == '-' && p[1] == '-' && is_digit(p[2])) {
                p += 2;
                break;
            }
            if (end - p < 8 || p[5] != ' ' || !is_digit(p[6]) || two_digits(p + 1) < 0 ||
                two_digits(p + 1) > 14 || two_digits(p + 3) < 0)
                return p;
            h->zone_minutes = (int16_t)((*p == '-' ? -1 : 1) * (two_digits(p + 1) * 60 + two_digits(p + 3)));
            h->flags |= HEAD_ZONE;
            p += 6;
            break;
        case 0x1b:
            for (q = p + 1; q < end && q - p < 16 && !is_letter(*q);)
                q++;
            if (q == end || (*q != 'm' && *q != 'K'))
                return p;
            p = q + 1;
            break;
        case 0xef: /* byte order mark */
            if (end - p < 3 || p[1] != 0xbb || p[2] != 0xbf)
                return p;
            p += 3;
            break;
        default: return p;
        }
    }
    return p;
}

/* A number that may be anything else as well: not before 2001, not far in the future. */
static bool epoch_plausible(const struct stamp_head *h, const struct stamp_context *context)
{
    int64_t newest = context->reference_ns / NS_PER_SECOND;
    return h->second_s >= 1000000000 && (newest <= 0 || h->second_s <= newest + 366 * 86400);
}

static bool settle(struct stamp_head *h, const struct stamp_context *context)
{
    return head_settle(h, context) && (!(h->flags & HEAD_BARE_EPOCH) || epoch_plausible(h, context));
}

/* "14.31.05 ", "14.31.05,123 " */
static const uint8_t *dot_clock_read(const uint8_t *p, const uint8_t *end, struct stamp_head *h)
{
    if (end - p < 9 || p[2] != '.' || p[5] != '.' || !(is_blank(p[8]) || p[8] == ',') || two_digits(p) < 0 ||
        two_digits(p + 3) < 0 || two_digits(p + 6) < 0)
        return NULL;
    h->hour = (uint8_t)two_digits(p);
    h->minute = (uint8_t)two_digits(p + 3);
    h->second = (uint8_t)two_digits(p + 6);
    h->year = h->month = h->day = 0;
    h->sub_ns = 0;
    h->flags |= HEAD_NO_DATE;
    h->looked = UINT32_MAX; /* it hangs on what is behind it */
    return h->hour < 24 && h->minute < 60 && h->second < 60 ? p + 8 : NULL;
}

/* What begins as a date does is no such clock: "14.08.09 14:31:05". */
bool stamp_dot_clock_told(struct span text)
{
    struct stamp_head clock = {0}, dated = {0};
    const uint8_t *end = text.ptr + text.len;
    return text.len && dot_clock_read(text.ptr, end, &clock) && !layout_read(text.ptr, text.ptr, end, &dated);
}

bool head_at_start(struct span text, const struct stamp_context *context, struct stamp_head *h)
{
    head_clear(h, context);
    h->looked = 0;
    const uint8_t *p = skip_openers(text, h), *end = text.ptr + text.len;
    const uint8_t *at = context->habits & STAMP_DOT_CLOCK ? dot_clock_read(p, end, h) : NULL;
    at = at ? at : layout_read(text.ptr, p, end, h);
    if (!at) {
        return false;
    }
    h->at = (uint32_t)(at - text.ptr);
    if (h->looked < h->at)
        h->looked = h->at;
    return settle(h, context);
}

bool stamp_foreign_told(struct span text, const struct stamp_context *context)
{
    struct stamp_context foreign = *context;
    struct stamp_head head;
    foreign.habits |= STAMP_FOREIGN;
    return text.len && (is_letter(text.ptr[0]) || text.ptr[0] >= 0x80) &&
           !head_at_start(text, context, &head) && head_at_start(text, &foreign, &head) && head.month;
}

/* ---- behind other words ---- */

struct search {
    struct span text;
    const struct stamp_context *context;
    struct stamp_head *head;
    struct stamp *stamp;
    unsigned words, plain; /* seen so far */
    bool header;           /* the words so far look like a header */
    bool tagged;           /* the first word is "-", a number, in capitals or in brackets */
};

/* Is what was read believed at this place? May add conditions for the tail. */
static bool believed(const struct search *s, struct stamp_head *h, uint8_t opener, bool keyed)
{
    bool epoch = h->flags & HEAD_EPOCH;
    if (keyed) {
        h->flags |= has_date(h) ? 0 : HEAD_MUST_DATE;
        return has_date(h) || h->flags & HEAD_NO_DATE;
    }
    if (opener == '(' && epoch && s->words == 1 &&
        is_digit(s->text.ptr[0])) { /* Redis's "1:signal-handler (" */
        h->flags |= HEAD_MUST_CLOSE;
        return true;
    }
    if (opener == '[' && (!s->header || !h->month))
        h->flags |= HEAD_MUST_CLOSE;
    if (opener == '[' && has_date(h))
        return true;
    if (opener == '[' && s->header && s->words <= PLAIN_WORDS && !(h->flags & HEAD_MINUTES)) {
        h->flags |= HEAD_MUST_BE_FINE; /* Windows Installer's "MSI (s) (A4:B0) [14:31:05:123]" */
        return true;
    }
    if (!s->header || (h->flags & HEAD_SIX_DIGITS))
        return false;
    if (!epoch && h->month)
        return true;
    if (s->words != 1 || !s->tagged)
        return false;
    if (epoch && s->text.ptr[0] != '-' && !is_upper(s->text.ptr[0]))
        h->flags |= HEAD_MUST_BE_FINE;
    return !(h->flags & (HEAD_MINUTES | HEAD_HALF_DAY));
}

/* begin: where the stamp begins with its bracket or key; at: its first digit or letter. */
static bool try_at(const struct search *s, size_t begin, size_t at, uint8_t opener, bool keyed)
{
    struct stamp_head *h = s->head;
    const uint8_t *end = s->text.ptr + s->text.len;
    head_clear(h, s->context);
    h->opener = opener;
    h->begin = (uint32_t)begin;
    const uint8_t *behind = layout_read(s->text.ptr, s->text.ptr + at, end, h);
    if (!behind)
        return false;
    h->at = (uint32_t)(behind - s->text.ptr);
    if (h->looked < h->at)
        h->looked = h->at;
    if (!settle(h, s->context) || !believed(s, h, opener, keyed))
        return false;
    h->flags |= keyed ? HEAD_KEYS : 0;
    if (tail_read(s->text, h, s->context, s->stamp))
        return true;
    h->looked = UINT32_MAX; /* a tail may look far */
    return false;
}

static bool is_cef(struct span text);

/* The key that ends at `end` (its '=' or ':'): does it mean the time of the record? */
static bool is_time_key(struct span text, size_t end, size_t *ret_begin)
{
#define KEY(name)                                                                                            \
    {                                                                                                        \
        sizeof name - 1, name                                                                                \
    }
    static const struct {
        uint8_t len;
        char name[15];
    } keys[] = {KEY("t"),          KEY("ts"),         KEY("dt"),         KEY("rt"),
                KEY("@t"),         KEY("time"),       KEY("date"),       KEY("_time"),
                KEY("utctime"),    KEY("logtime"),    KEY("asctime"),    KEY("datetime"),
                KEY("log_time"),   KEY("timestamp"),  KEY("date_time"),  KEY("eventtime"),
                KEY("logged_at"),  KEY("datestamp"),  KEY("@timestamp"), KEY("event_time"),
                KEY("time_local"), KEY("syslogtime"), KEY("start-date"), KEY("time_iso8601"),
                KEY("devtime"),    KEY("systemtime"), KEY("when")};
#undef KEY
    const uint8_t *p = text.ptr + end;
    if (end == 0 || !memchr("tTeEsSpPlLnN1", p[-1], 13))
        return false;
    while (p > text.ptr && text.ptr + end - p < 16 &&
           (is_letter(p[-1]) || is_digit(p[-1]) || p[-1] == '_' || p[-1] == '@' || p[-1] == '-'))
        p--;
    size_t len = (size_t)(text.ptr + end - p);
    *ret_begin = end - len;
    if (len == 0 || len >= 16 || (p > text.ptr && p[-1] == '.'))
        return false;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (keys[i].len == len && strncasecmp(keys[i].name, (const char *)p, len) == 0)
            return true;
    if (len > 7 && strncasecmp((const char *)p + len - 7, "utctime", 7) == 0) /* CEF "UNIFIutcTime" */
        return true;
    return len == 5 && memcmp(p, "start", 5) == 0 && is_cef(text);
}

/* CEF's end= where it is the only time: is the key that ends at mark it? */
static bool is_only_end(const struct search *s, size_t mark)
{
    struct span text = s->text;
    return mark > 3 && memcmp(text.ptr + mark - 3, "end", 3) == 0 &&
           (is_blank(text.ptr[mark - 4]) || text.ptr[mark - 4] == '|') && is_cef(text) &&
           !memmem(text.ptr, text.len, " rt=", 4) && !memmem(text.ptr, text.len, "start=", 6);
}

/* A stamp as the value behind the mark of a key. */
static bool try_key(const struct search *s, size_t mark)
{
    const uint8_t *p = s->text.ptr + mark + 1, *end = s->text.ptr + s->text.len;
    uint8_t opener = 0;
    size_t begin;
    if (p[-1] == ':')
        p = skip_blanks(p, end, 2);
    if (p < end && (*p == '"' || *p == '\'' || *p == '['))
        opener = *p++;
    if (p == end || (!is_digit(*p) && !is_letter(*p)))
        return false;
    if (!is_time_key(s->text, mark, &begin)) {
        if (!is_only_end(s, mark))
            return false;
        begin = mark - 3;
        s->head->looked = UINT32_MAX;
    }
    return try_at(s, begin, (size_t)(p - s->text.ptr), opener, true);
}

/* AIX errpt "A6DF45AA   0807143126 P H sysplanar0 ...": month, day, hour, minute, year behind an identifier;
 * then the class (permanent, temporary, informational, unknown) and the kind (hardware, software, operator).
 */
static bool try_errpt(const struct search *s, size_t at)
{
    enum { ID_BYTES = 8, DIGITS = 10, BEHIND = 4 };
    struct stamp_head *h = s->head;
    const uint8_t *p = s->text.ptr + at;
    if (s->text.len < at + DIGITS + BEHIND || p[DIGITS] != ' ' || p[DIGITS + 2] != ' ' ||
        s->text.ptr[ID_BYTES] != ' ' || !memchr("PTIU", p[DIGITS + 1], 4) ||
        !memchr("HSOU", p[DIGITS + 3], 4))
        return false;
    for (size_t i = 0; i < ID_BYTES; i++)
        if (!is_digit(s->text.ptr[i]) && (unsigned)s->text.ptr[i] - 'A' > 5)
            return false;
    for (size_t i = 0; i < DIGITS; i++)
        if (!is_digit(p[i]))
            return false;
    head_clear(h, s->context);
    h->begin = (uint32_t)at;
    h->at = h->looked = (uint32_t)at + DIGITS;
    h->flags = HEAD_MINUTES;
    h->month = (uint8_t)two_digits(p);
    h->day = (uint8_t)two_digits(p + 2);
    h->hour = (uint8_t)two_digits(p + 4);
    h->minute = (uint8_t)two_digits(p + 6);
    h->year = 2000 + two_digits(p + 8);
    h->second = 0;
    h->sub_ns = 0;
    h->severity = p[DIGITS + 1] == 'P'   ? SEVERITY_ERROR
                  : p[DIGITS + 1] == 'T' ? SEVERITY_WARN
                                         : SEVERITY_INFO;
    return head_settle(h, s->context) && tail_read(s->text, h, s->context, s->stamp);
}

enum byte_class { BYTE_OTHER, BYTE_LOWER, BYTE_UPPER, BYTE_DIGIT, BYTE_BLANK, BYTE_MARK };

/* clang-format off */
static const uint8_t byte_classes[256] = {
    ['a' ... 'z'] = BYTE_LOWER, ['A' ... 'Z'] = BYTE_UPPER, ['0' ... '9'] = BYTE_DIGIT,
    [' '] = BYTE_BLANK, ['\t'] = BYTE_BLANK,
    ['['] = BYTE_MARK, ['('] = BYTE_MARK, ['<'] = BYTE_MARK, ['>'] = BYTE_MARK, ['"'] = BYTE_MARK, ['\''] = BYTE_MARK,
    ['|'] = BYTE_MARK, [','] = BYTE_MARK, [';'] = BYTE_MARK, ['='] = BYTE_MARK, [':'] = BYTE_MARK,
};
/* clang-format on */

static bool may_begin(struct span text, size_t at)
{
    return at < text.len && (is_digit(text.ptr[at]) || is_letter(text.ptr[at]));
}

/* The small words that only sentences have; all of lower-case letters. */
static bool is_function_word(const uint8_t *p, size_t len)
{
    static const char words[][8] = {"at",   "on",   "in",    "is",     "of",      "to",     "by",
                                    "the",  "for",  "was",   "and",    "not",     "has",    "a",
                                    "as",   "will", "are",   "since",  "until",   "till",   "from",
                                    "with", "than", "after", "before", "between", "expires"};
    char word[8] = {0};
    if (len > sizeof word)
        return false;
    memcpy(word, p, len);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (memcmp(words[i], word, sizeof word) == 0)
            return true;
    return false;
}

/* Take the word [from, to) into account; kinds: the classes of byte in it, as a mask. */
static void judge_word(struct search *s, size_t from, size_t to, unsigned kinds)
{
    const uint8_t *word = s->text.ptr + from;
    size_t len = to - from;
    if (s->words++ == 0) {
        bool number = kinds == 1u << BYTE_DIGIT, capitals = kinds == 1u << BYTE_UPPER;
        s->tagged = number || capitals || (len == 1 && word[0] == '-') ||
                    (word[0] == '[' && (word[len - 1] == ']' || (len == 2 && is_upper(word[1])))) ||
                    (is_upper(word[0]) && word[len - 1] == ')'); /* "GPSVC(3d8.4e4) 14:31:05:123" */
    }
    if (kinds == 1u << BYTE_LOWER && (++s->plain >= PLAIN_WORDS || is_function_word(word, len)))
        s->header = false;
    if (s->words >= HEADER_WORDS)
        s->header = false;
}

/* The byte behind a colour that an agent spelled out ("\x1b[33m", rsyslog's "#033[33m"), whose '[' is at
 * mark; 0: it is none. */
static size_t behind_spelled_colour(struct span text, size_t mark)
{
    size_t at = mark + 1;
    bool spelled = mark >= 4 && (memcmp(text.ptr + mark - 4, "\\x1b", 4) == 0 ||
                                 memcmp(text.ptr + mark - 4, "#033", 4) == 0 ||
                                 memcmp(text.ptr + mark - 4, "\\033", 4) == 0);
    while (spelled && at < text.len && at - mark < 12 && (is_digit(text.ptr[at]) || text.ptr[at] == ';'))
        at++;
    return spelled && at < text.len && text.ptr[at] == 'm' ? at + 1 : 0;
}

/* A mark inside a word: a stamp may begin behind it, or it ends a key. */
static bool try_mark(const struct search *s, size_t mark)
{
    uint8_t c = s->text.ptr[mark];
    size_t coloured = c == '[' ? behind_spelled_colour(s->text, mark) : 0;
    if (coloured)
        return may_begin(s->text, coloured) && try_at(s, coloured, coloured, 0, false);
    if (c == '=')
        return try_key(s, mark);
    if (c == ':' && try_key(s, mark))
        return true;
    if (!may_begin(s->text, mark + 1))
        return false;
    uint8_t opener = c == '[' || c == '(' || c == '<' || c == '"' || c == '\'' ? c : 0;
    if (c == '(' && mark >= 5 && memcmp(s->text.ptr + mark - 5, "audit", 5) == 0)
        return try_at(s, mark + 1, mark + 1, 0, true);
    return try_at(s, opener ? mark : mark + 1, mark + 1, opener, false);
}

/* Behind the header: the next '[' or '='. */
static bool find_marked(const struct search *s, size_t from, size_t limit)
{
    while (from < limit) {
        const uint8_t *p = s->text.ptr + from, *end = s->text.ptr + limit;
        while (p < end && *p != '[' && *p != '=')
            p++;
        if (p == end)
            return false;
        size_t mark = (size_t)(p - s->text.ptr);
        if (*p == '=' ? try_key(s, mark)
                      : may_begin(s->text, mark + 1) && try_at(s, mark, mark + 1, '[', false))
            return true;
        from = mark + 1;
    }
    return false;
}

/* ArcSight's "CEF:0|Vendor|Product|...", also where an agent took the "CEF:" away, and QRadar's
 * "LEEF:2.0|...": the time is a key anywhere in the line. */
static bool is_cef(struct span text)
{
    if (span_starts(text, "CEF:"))
        text = span_skip(text, 4);
    if (span_starts(text, "LEEF:"))
        return true;
    return text.len > 2 && is_digit(text.ptr[0]) && text.ptr[1] == '|' && is_letter(text.ptr[2]);
}

static bool find_inside(struct search *s)
{
    struct span text = s->text;
    size_t limit = text.len < STAMP_FIND_BYTES ? text.len : STAMP_FIND_BYTES, i = 0;
    while (i < limit && s->header) {
        while (i < limit && is_blank(text.ptr[i]))
            i++;
        size_t from = i;
        unsigned kinds = 0;
        size_t word = from; /* Cisco's "*Aug  7" and ".Aug  7": a clock that is not set */
        word += from > 0 && from + 1 < limit && (text.ptr[from] == '*' || text.ptr[from] == '.');
        if (from > 0 && may_begin(text, word) &&
            (try_at(s, from, word, 0, false) || (s->words == 1 && try_errpt(s, from))))
            return true;
        for (; i < limit; i++) {
            unsigned class = byte_classes[text.ptr[i]];
            if (class == BYTE_BLANK)
                break;
            kinds |= 1u << class;
            if (class == BYTE_MARK && try_mark(s, i))
                return true;
        }
        if (i > from)
            judge_word(s, from, i, kinds);
    }
    return find_marked(s, i, is_cef(text) ? text.len : limit);
}

static struct span cut(struct span text)
{
    return text.len > TEXT_BYTES ? span_make(text.ptr, TEXT_BYTES) : text;
}

static bool find_at_start(struct span text, const struct stamp_context *context, struct stamp_head *head,
                          struct stamp *ret)
{
    head->looked = 0;
    if ((!stamp_may_start(text) && !(context->habits & STAMP_FOREIGN)) || !head_at_start(text, context, head))
        return false;
    if (tail_read(text, head, context, ret))
        return true;
    head->looked = UINT32_MAX;
    return false;
}

/* Behind find_at_start, which found none. */
static bool find_behind(struct span text, const struct stamp_context *context, struct stamp_head *head,
                        struct stamp *ret)
{
    struct search search = {.text = text, .context = context, .head = head, .stamp = ret, .header = true};
    return find_inside(&search);
}

bool stamp_find(struct span text, const struct stamp_context *context, struct stamp *ret_stamp)
{
    struct stamp_head head;
    text = cut(text);
    return find_at_start(text, context, &head, ret_stamp) || find_behind(text, context, &head, ret_stamp);
}

/* ---- cache ---- */

static uint64_t word_at(const uint8_t *p)
{
    uint64_t word;
    memcpy(&word, p, sizeof word);
    return word;
}

/* a and b have 8 bytes at least. Short and known to be short: a call of memcmp costs more than the
 * comparison. */
static bool bytes_equal(const uint8_t *a, const uint8_t *b, uint32_t n)
{
    if (n < 8)
        return n == 0 || (word_at(a) ^ word_at(b)) << (64 - 8 * n) == 0;
    uint64_t differ = word_at(a + n - 8) ^ word_at(b + n - 8);
    for (uint32_t i = 0; i + 8 < n; i += 8)
        differ |= word_at(a + i) ^ word_at(b + i);
    return differ == 0;
}

/* The digits of "14:31:05" at p, or of "143105" at p + 2, one a byte, hours first; false when they are none.
 * In one word: what a byte has above 9 shows in its upper half when 6 is added. */
static bool clock_digits(const uint8_t *p, bool compact, uint64_t *ret_digits)
{
    uint64_t x = word_at(p) ^ (compact ? 0x3030303030300000u : 0x30303a30303a3030u);
    if (compact) {
        x >>= 16;
    } else if (x & 0x0000ff0000ff0000u) {
        return false; /* no colons */
    } else {
        x = (x & 0xffff) | (x >> 8 & 0xffff0000u) | (x >> 16 & 0xffff00000000u);
    }
    *ret_digits = x;
    return ((x | (x + 0x060606060606u)) & 0xf0f0f0f0f0f0u) == 0;
}

/* Another clock behind an equal date: the head as layout_read and head_settle would have made it. */
static bool retime(struct stamp_cache *cache, const uint8_t *clock)
{
    struct stamp_head *h = &cache->head;
    uint64_t digits;
    if (!clock_digits(clock, h->flags & HEAD_COMPACT, &digits))
        return false;
    digits = (digits & 0x0f000f000f) * 10 + (digits >> 8 & 0x0f000f000f);
    int hour = digits & 0xff, minute = digits >> 16 & 0xff, second = digits >> 32 & 0xff;
    if (hour > 23 || minute > 59 || second > 60)
        return false;
    h->second_s = cache->day_s + hour * 3600 + minute * 60 + second;
    h->hour = (uint8_t)hour;
    h->minute = (uint8_t)minute;
    h->second = (uint8_t)second;
    if (cache->any_clock || head_settle(h, &cache->context))
        return true;
    cache->prefix_bytes = 0;
    return false;
}

/* Is the date the same whatever the clock says? Yes when the text has the year, or when the one that is
 * inferred is not near either end of what is possible. */
static bool any_clock_fits(const struct stamp_cache *cache)
{
    const struct stamp_head *h = &cache->head;
    int64_t newest = cache->context.reference_ns / NS_PER_SECOND + 86400 + cache->context.zone_minutes * 60;
    int64_t ago = newest - cache->day_s;
    return h->year || (h->month && ago >= 3 * 86400 && ago < 363 * 86400);
}

/* Does the text start as the one did whose head is cached, but for its clock? Then the head is made to fit.
 */
static bool cache_fits(struct stamp_cache *cache, struct span text, const struct stamp_context *context)
{
    uint32_t n = cache->prefix_bytes;
    if (n == 0 || text.len < n || cache->context.reference_ns != context->reference_ns ||
        cache->context.day_ns != context->day_ns || cache->context.zone_minutes != context->zone_minutes ||
        cache->context.order != context->order || cache->context.habits != context->habits)
        return false;
    if (!bytes_equal(cache->prefix, text.ptr, cache->fixed_bytes))
        return false;
    return cache->fixed_bytes == n || retime(cache, text.ptr + n - 8);
}

bool stamp_find_again(struct stamp_cache *cache, struct span text, const struct stamp_context *context,
                      struct stamp *ret_stamp)
{
    text = cut(text);
    return cache_fits(cache, text, context) && tail_read(text, &cache->head, context, ret_stamp);
}

bool stamp_find_cached(struct stamp_cache *cache, struct span text, const struct stamp_context *context,
                       bool inside, struct stamp *ret_stamp)
{
    if (stamp_find_again(cache, text, context, ret_stamp))
        return inside || cache->at_start;
    return stamp_find_anew(cache, text, context, inside, ret_stamp);
}

bool stamp_find_anew(struct stamp_cache *cache, struct span text, const struct stamp_context *context,
                     bool inside, struct stamp *ret_stamp)
{
    text = cut(text);
    struct stamp_head head;
    bool at_start = find_at_start(text, context, &head, ret_stamp);
    if (!at_start && !(inside && find_behind(text, context, &head, ret_stamp)))
        return false;
    /* A head that needed a look at bytes behind it could read otherwise with other bytes there. */
    if (head.at < 8 || head.at > STAMP_CACHE_BYTES || head.looked > head.at || (head.flags & HEAD_MINUTES))
        return true;
    memcpy(cache->prefix, text.ptr, head.at);
    cache->prefix_bytes = head.at;
    cache->at_start = at_start;
    cache->fixed_bytes = head.at - (head.flags & HEAD_CLOCK ? 8 : head.flags & HEAD_COMPACT ? 6 : 0);
    cache->context = *context;
    cache->head = head;
    if (cache->fixed_bytes < head.at) {
        cache->day_s = head.second_s - (head.hour * 3600 + head.minute * 60 + head.second);
        cache->any_clock = any_clock_fits(cache);
    }
    return true;
}
