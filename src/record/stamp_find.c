/* Where in a line a stamp may stand, and what must be around it to be believed.
 *
 * At the start nearly every layout is believed. Behind other words a date in a sentence is no stamp ("valid until
 * 2027-01-01 00:00:00"), so words are walked as long as they look like a header: a function word, a third word of
 * plain lower-case letters or the tenth word ends that. Behind it only two things are believed: the value of a
 * key that means time (ts=...), and a date that fills a pair of square brackets.
 */
#include "record/severity.h"
#include "record/stamp_parts.h"

enum { FIND_BYTES = 256, TEXT_BYTES = 4096, HEADER_WORDS = 10, PLAIN_WORDS = 3 };

static void head_clear(struct stamp_head *h) /* but for `looked` */
{
    h->flags = 0;
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
        case '\'': h->opener = *p++; break;
        case '*':
        case '.':
            if (end - p < 2 || !is_alpha(p[1]))
                return p;
            p++;
            break;
        case '#':
        case '|': p++; break;
        case 0x1b:
            for (q = p + 1; q < end && q - p < 16 && !is_alpha(*q);)
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

bool head_at_start(struct span text, const struct stamp_context *context, struct stamp_head *h)
{
    head_clear(h);
    h->looked = 0;
    const uint8_t *p = skip_openers(text, h);
    const uint8_t *at = layout_read(text.ptr, p, text.ptr + text.len, h);
    if (!at) {
        return false;
    }
    h->at = (uint32_t)(at - text.ptr);
    if (h->looked < h->at)
        h->looked = h->at;
    return settle(h, context);
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
    if (keyed)
        return has_date(h);
    if (opener == '[' && (!s->header || !h->month))
        h->flags |= HEAD_MUST_CLOSE;
    if (opener == '[' && has_date(h))
        return true;
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
    head_clear(h);
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
    if (tail_read(s->text, h, s->context, s->stamp))
        return true;
    h->looked = UINT32_MAX; /* a tail may look far */
    return false;
}

/* The key that ends at `end` (its '=' or ':'): does it mean the time of the record? */
static bool is_time_key(struct span text, size_t end, size_t *ret_begin)
{
    static const char *const keys[] = {"t",          "ts",        "dt",      "rt",        "time",     "date",
                                       "timestamp",  "@timestamp", "datetime", "asctime",  "logtime",  "log_time",
                                       "event_time", "eventtime", "utctime", "time_local", "date_time", "start-date",
                                       "time_iso8601", "@t", "_time", "datestamp", "logged_at", "syslogtime"};
    size_t begin = end;
    while (begin > 0 && end - begin < 16 &&
           (is_alpha(text.ptr[begin - 1]) || is_digit(text.ptr[begin - 1]) || memchr("@_-", text.ptr[begin - 1], 3)))
        begin--;
    size_t len = end - begin;
    *ret_begin = begin;
    if (len == 0 || (begin > 0 && (text.ptr[begin - 1] == '.' || end - begin == 16)))
        return false;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (strlen(keys[i]) == len && strncasecmp(keys[i], (const char *)text.ptr + begin, len) == 0)
            return true;
    return len > 7 && strncasecmp((const char *)text.ptr + end - 7, "utctime", 7) == 0;
}

static bool try_key(const struct search *s, size_t mark)
{
    size_t begin, at = mark + 1;
    if (at >= s->text.len || !is_time_key(s->text, mark, &begin))
        return false;
    if (s->text.ptr[mark] == ':')
        at = (size_t)(skip_blanks(s->text.ptr + at, s->text.ptr + s->text.len, 2) - s->text.ptr);
    uint8_t opener = 0;
    if (at < s->text.len && (s->text.ptr[at] == '"' || s->text.ptr[at] == '\'' || s->text.ptr[at] == '['))
        opener = s->text.ptr[at++];
    return try_at(s, begin, at, opener, true);
}

enum byte_class { BYTE_OTHER, BYTE_LOWER, BYTE_UPPER, BYTE_DIGIT, BYTE_BLANK, BYTE_MARK };

static enum byte_class class_of(uint8_t c)
{
    if ((unsigned)c - 'a' < 26)
        return BYTE_LOWER;
    switch (c) {
    case ' ':
    case '\t': return BYTE_BLANK;
    case '[':
    case '(':
    case '<':
    case '"':
    case '\'':
    case '|':
    case ',':
    case ';':
    case '>':
    case '=':
    case ':': return BYTE_MARK;
    default: return is_digit(c) ? BYTE_DIGIT : is_upper(c) ? BYTE_UPPER : BYTE_OTHER;
    }
}

static bool may_begin(struct span text, size_t at)
{
    return at < text.len && (is_digit(text.ptr[at]) || is_alpha(text.ptr[at]));
}

/* The small words that only sentences have. */
static bool is_function_word(struct span word)
{
    static const char *const words[] = {"at",   "on",   "in",    "is",   "of",  "to",  "by",     "the",   "for",
                                        "was",  "and",  "not",   "has",  "since", "until", "till", "from", "after",
                                        "before", "with", "between", "than", "a", "as", "will", "are"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (word.len == strlen(words[i]) && memcmp(word.ptr, words[i], word.len) == 0)
            return true;
    return false;
}

/* Take the word [from, to) into account; kinds: the classes of byte in it, as a mask. */
static void judge_word(struct search *s, size_t from, size_t to, unsigned kinds)
{
    struct span word = span_make(s->text.ptr + from, to - from);
    if (s->words++ == 0) {
        bool number = kinds == 1u << BYTE_DIGIT, capitals = kinds == 1u << BYTE_UPPER;
        s->tagged = number || capitals || (word.len == 1 && word.ptr[0] == '-') ||
                    (word.ptr[0] == '[' && word.ptr[word.len - 1] == ']');
    }
    if (kinds == 1u << BYTE_LOWER && (++s->plain >= PLAIN_WORDS || is_function_word(word)))
        s->header = false;
    if (s->words >= HEADER_WORDS)
        s->header = false;
}

/* A mark inside a word: a stamp may begin behind it, or it ends a key. */
static bool try_mark(const struct search *s, size_t mark)
{
    uint8_t c = s->text.ptr[mark];
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
        if (*p == '=' ? try_key(s, mark) : may_begin(s->text, mark + 1) && try_at(s, mark, mark + 1, '[', false))
            return true;
        from = mark + 1;
    }
    return false;
}

static bool find_inside(struct search *s)
{
    struct span text = s->text;
    size_t limit = text.len < FIND_BYTES ? text.len : FIND_BYTES, i = 0;
    while (i < limit && s->header) {
        while (i < limit && is_blank(text.ptr[i]))
            i++;
        size_t from = i;
        unsigned kinds = 0;
        if (from > 0 && may_begin(text, from) && try_at(s, from, from, 0, false))
            return true;
        for (; i < limit; i++) {
            enum byte_class class = class_of(text.ptr[i]);
            if (class == BYTE_BLANK)
                break;
            kinds |= 1u << class;
            if (class == BYTE_MARK && try_mark(s, i))
                return true;
        }
        if (i > from)
            judge_word(s, from, i, kinds);
    }
    return find_marked(s, i, limit);
}

static struct span cut(struct span text)
{
    return text.len > TEXT_BYTES ? span_make(text.ptr, TEXT_BYTES) : text;
}

static bool find(struct span text, const struct stamp_context *context, struct stamp_head *head, struct stamp *ret)
{
    if (head_at_start(text, context, head)) {
        if (tail_read(text, head, context, ret))
            return true;
        head->looked = UINT32_MAX;
    }
    struct search search = {.text = text, .context = context, .head = head, .stamp = ret, .header = true};
    return find_inside(&search);
}

bool stamp_find(struct span text, const struct stamp_context *context, struct stamp *ret_stamp)
{
    struct stamp_head head;
    return find(cut(text), context, &head, ret_stamp);
}

/* ---- cache ---- */

static bool prefix_equal(const struct stamp_cache *cache, const uint8_t *p)
{
    uint32_t n = cache->prefix_bytes; /* 8 or more */
    for (uint32_t i = 0;; i += 8) {
        uint64_t a, b;
        if (i > n - 8)
            i = n - 8;
        memcpy(&a, cache->prefix + i, 8);
        memcpy(&b, p + i, 8);
        if (a != b)
            return false;
        if (i == n - 8)
            return true;
    }
}

bool stamp_find_cached(struct stamp_cache *cache, struct span text, const struct stamp_context *context,
                       struct stamp *ret_stamp)
{
    text = cut(text);
    if (cache->prefix_bytes && text.len >= cache->prefix_bytes && prefix_equal(cache, text.ptr) &&
        cache->context.reference_ns == context->reference_ns &&
        cache->context.zone_minutes == context->zone_minutes &&
        tail_read(text, &cache->head, context, ret_stamp))
        return true;
    struct stamp_head head;
    if (!find(text, context, &head, ret_stamp))
        return false;
    /* A head that needed a look at bytes behind it could read otherwise with other bytes there. */
    if (head.at < 8 || head.at > STAMP_CACHE_BYTES || head.looked > head.at || (head.flags & HEAD_MINUTES))
        return true;
    memcpy(cache->prefix, text.ptr, head.at);
    cache->prefix_bytes = head.at;
    cache->context = *context;
    cache->head = head;
    return true;
}
