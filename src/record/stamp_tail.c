/* The second half of a stamp: what stands behind the seconds, and the time that comes out. */
#include "record/stamp_parts.h"

/* ---- pieces ---- */

/* What is known of the time while the tail is read. */
struct tail {
    const uint8_t *p, *end;
    int64_t sub_ns;
    int year;         /* behind the time, 0: none */
    int zone_minutes; /* if has_zone */
    int half_day_s;   /* to add for AM or PM */
    bool has_zone, has_half_day, closed;
    int64_t epoch_ms;                 /* in the next column; 0: none */
    const struct zone_region *region; /* instead of zone_minutes */
    bool has_date;                    /* behind a time of day */
    struct stamp_head dated;          /* that time with its date */
};

static bool word_goes_on(const struct tail *t)
{
    return t->p < t->end && (is_letter(*t->p) || is_digit(*t->p) || *t->p == '_');
}

static uint8_t closer_of(uint8_t opener)
{
    switch (opener) {
    case '[': return ']';
    case '(': return ')';
    case '<': return '>';
    case '{': return '}';
    default: return opener; /* quotes */
    }
}

/* ".123", ",123456"; ":123" only with exactly three digits (WebSphere) or six and a bracket (SSSD), "@123456"
 * and ",12" only where they can be nothing else. Digits beyond the ninth are dropped. */
static void fraction_read(struct tail *t, uint8_t opener, bool year_last)
{
    static const int32_t scale[] = {1000000000, 100000000, 10000000, 1000000, 100000,
                                    10000,      1000,      100,      10,      1};
    const uint8_t *p = t->p + 1;
    int32_t value = 0;
    int n = 0;
    for (; p < t->end && is_digit(*p) && n < 9; p++, n++)
        value = value * 10 + (int32_t)digit_of(*p);
    bool closed = opener && p < t->end && *p == closer_of(opener);
    bool hundredths = n == 2 && *t->p == ',' && year_last && p < t->end && *p == ' '; /* cmd.exe in Europe */
    if (n == 0 || (*t->p == ':' && n != 3 && !(n == 6 && (closed || (p < t->end && *p == ',')))) ||
        ((*t->p == ',' || *t->p == '@') && n % 3 != 0 && !closed && !hundredths))
        return;
    for (int more = 0; p < t->end && is_digit(*p); p++)
        if (++more > 6 || *t->p == ',') /* a number of the next column */
            return;
    t->sub_ns = (int64_t)value * scale[n];
    t->p = p;
}

/* "PM", " PM", "p.m.", "p. m.", " 下午" */
static void half_day_read(struct tail *t, const struct stamp_head *h)
{
    const uint8_t *p = t->p, *from = t->p;
    p += p < t->end && *p == ' ';
    if (t->end - p < 2 || h->hour < 1 || h->hour > 12)
        return;
    bool pm = (*p | 0x20) == 'p';
    const uint8_t *foreign = *p >= 0x80 ? half_foreign_read(p, t->end, &pm) : NULL;
    if (foreign) {
        t->p = foreign;
        t->has_half_day = true;
        t->half_day_s = pm && h->hour < 12 ? 43200 : !pm && h->hour == 12 ? -43200 : 0;
        return;
    }
    if (!pm && (*p | 0x20) != 'a')
        return;
    bool dotted = *++p == '.';
    p += dotted;
    p += dotted && p < t->end && *p == ' ';
    if (p >= t->end || (*p | 0x20) != 'm')
        return;
    p += 1 + (dotted && p + 1 < t->end && p[1] == '.');
    t->p = p;
    if (!dotted && word_goes_on(t)) {
        t->p = from;
        return;
    }
    t->has_half_day = true;
    t->half_day_s = pm && h->hour < 12 ? 43200 : !pm && h->hour == 12 ? -43200 : 0;
}

/* Most lines go on with a word that is no zone; that is seen here without reading it as one. Every zone's
 * name has T, C or K as its third letter or T as its fourth. */
static void tail_zone(struct tail *t)
{
    const uint8_t *p = t->p;
    size_t left = (size_t)(t->end - p);
    if (left == 0 || t->has_zone)
        return;
    if (*p == 'Z' && (left == 1 || (!is_letter(p[1]) && !is_digit(p[1]) && p[1] != '_'))) {
        t->p = p + 1;
        t->zone_minutes = 0;
        t->has_zone = true;
        return;
    }
    if (*p == ' ' && left >= 5) {
        if (!is_upper(p[1]) && p[1] != '+' && p[1] != '-' && p[1] != '(')
            return;
        if (is_upper(p[1]) && p[1] != 'Z' && p[3] != 'T' && p[3] != 'C' && p[3] != 'K' && p[4] != 'T')
            return;
    } else if (*p != '+' && *p != '-' && *p != ' ' && !is_upper(*p) && *p != 'z') {
        return;
    }
    p = zone_read(p, t->end, &t->zone_minutes);
    if (p) {
        t->p = p;
        t->has_zone = true;
    }
}

/* ctime: "Sun Dec 04 04:47:44.123456 2005" */
static void year_behind(struct tail *t)
{
    const uint8_t *p = t->p;
    if (t->end - p < 5 || *p != ' ')
        return;
    int year = four_digits(p + 1);
    if (year < YEAR_MIN || year >= YEAR_MAX)
        return;
    t->p = p + 5;
    if (word_goes_on(t) || (t->p < t->end && *t->p == ':' && t->p + 1 < t->end && is_digit(t->p[1])))
        t->p = p;
    else
        t->year = year;
}

/* tz="-0700" or timezone=... among the keys behind date= and time= */
static void key_zone(struct tail *t)
{
    static const char *const keys[] = {" tz=", " timezone="};
    size_t most = (size_t)(t->end - t->p) < 128 ? (size_t)(t->end - t->p) : 128;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const uint8_t *p = memmem(t->p, most, keys[i], strlen(keys[i]));
        if (!p)
            continue;
        p += strlen(keys[i]);
        p += p < t->end && *p == '"';
        p += p < t->end && *p == '(';
        t->has_zone = zone_read(p, t->end, &t->zone_minutes) != NULL;
        return;
    }
}

/* ---- brackets and separators ---- */

/* " Europe/Berlin", in brackets or at the end of a value. */
static void region_read(struct tail *t, uint8_t closer)
{
    const uint8_t *p = t->p;
    if (t->has_zone && t->end - p > 5 && *p == '[') { /* Java's "+02:00[Europe/Berlin]" */
        const struct zone_region *same;
        p = zone_region_read(p + 1, t->end, &same);
        t->p = p && p < t->end && *p == ']' ? p + 1 : t->p;
        return;
    }
    if (t->has_zone || t->end - p < 5 || *p != ' ' || !is_upper(p[1]))
        return;
    p = zone_region_read(p + 1, t->end, &t->region);
    if (p && (closer ? p < t->end && *p == closer : p == t->end)) {
        t->p = p;
        t->has_zone = t->region != NULL;
    }
}

/* The closing bracket, also behind a process id (Ruby "#123]"). */
static void close_bracket(struct tail *t, uint8_t opener)
{
    uint8_t closer = closer_of(opener);
    const uint8_t *p = t->p;
    if (opener == '[' && t->end - p >= 3 && p[*p == ' '] == '#')
        for (p += 1 + (*p == ' ');
             p < t->end && p - t->p < 40 && (is_letter(*p) || is_digit(*p) || *p == '-');)
            p++;
    if (p < t->end && *p == closer) {
        t->p = p + 1;
        t->closed = true;
    }
}

/* Terminal colours: ESC [ digits and ; m */
static const uint8_t *skip_colour(const uint8_t *p, const uint8_t *end)
{
    while (end - p >= 3 && p[0] == 0x1b && p[1] == '[') {
        const uint8_t *q = p + 2;
        while (q < end && q - p < 16 && (is_digit(*q) || *q == ';'))
            q++;
        if (q == end || *q != 'm')
            break;
        p = q + 1;
    }
    return p;
}

/* A column that was padded to the right: an upper-case word of four letters or more (a level), a number (a
 * thread). */
static bool column_follows(const uint8_t *p, const uint8_t *end)
{
    if (end - p > 4 && is_upper(p[0]) && is_upper(p[1]) && is_upper(p[2]) && is_upper(p[3]))
        return true;
    const uint8_t *q = p;
    while (q < end && q - p < 10 && is_digit(*q))
        q++;
    return q > p && q < end && is_blank(*q);
}

/* What connects a stamp to its text: ":", "::", "|", ",", ";" right behind it; one blank; then "- ", "-- ",
 * "| ", ": ", ":: ". More blanks are left to be seen as indentation, except where columns are fixed. */
static void skip_separators(struct tail *t, uint32_t flags)
{
    const uint8_t *p = skip_colour(t->p, t->end), *end = t->end;
    if (p < end && (*p == ':' || *p == '|' || *p == ',' || *p == ';'))
        p += 1 + (*p == ':' && p + 1 < end && p[1] == ':');
    if (p < end && is_blank(*p)) {
        p++;
        if (end - p >= 2 && p[1] == ' ' && (*p == '-' || *p == '|' || *p == ':'))
            p += 2;
        else if (end - p >= 3 && (p[0] == '-' || p[0] == ':') && p[1] == p[0] && p[2] == ' ')
            p += 3;
    }
    if (p < end && is_blank(*p)) {
        const uint8_t *q = skip_blanks(p, end, 16);
        if ((flags & HEAD_COLUMNS) || (q - p <= 7 && column_follows(q, end)))
            p = q;
    }
    t->p = p;
}

/* Redis: "* " and its kin carry the level. */
static uint8_t redis_level(struct tail *t)
{
    const uint8_t *p = t->p;
    uint8_t level = 0;
    if (t->end - p < 3 || p[0] != ' ' || p[2] != ' ')
        return 0;
    switch (p[1]) {
    case '.': level = 5; break;
    case '-': level = 5; break;
    case '*': level = 10; break;
    case '#': level = 13; break;
    default: return 0;
    }
    t->p += 2;
    return level;
}

/* "Fri Aug 07 14:31:05 UTC 2026\t1786113065123\t": the same time, finer. */
static void epoch_behind(struct tail *t)
{
    enum { DIGITS = 13 };
    const uint8_t *p = t->p;
    int n = 0;
    if (t->end - p < DIGITS + 2 || !is_blank(*p++) || *p != '1')
        return;
    while (n < DIGITS && is_digit(p[n]))
        t->epoch_ms = t->epoch_ms * 10 + digit_of(p[n++]);
    if (n < DIGITS || !is_blank(p[n]))
        t->epoch_ms = 0;
}

/* ---- all of it ---- */

/* Behind "14:31:05:": a blank or a word, but no byte of an address ("14:31:05:ab:cd"). */
static bool ends_clock(const uint8_t *p)
{
    enum { HEX_LETTERS = 6 };
    return *p == ' ' || (is_letter(p[0]) && is_letter(p[1]) &&
                         ((p[0] | 0x20) - 'a' >= HEX_LETTERS || (p[1] | 0x20) - 'a' >= HEX_LETTERS));
}

/* May the bytes behind stand behind a stamp? Letters only in upper case behind a full date ("...05INFO"). */
static bool ends_well(const struct tail *t, const struct stamp_head *h)
{
    if (t->p == t->end)
        return true;
    uint8_t c = *t->p;
    if ((h->flags & HEAD_BARE_EPOCH) && c != ' ' && c != '\t' && c != ',' && c != ']' && c != ')' &&
        c != '|' && c != ':' && c != ';' && c != '"' && c != '>' && (c != '@' || h->begin || h->opener))
        return false;
    if ((h->flags & HEAD_SIX_DIGITS) && c != ' ')
        return false;
    if (!h->month && !(h->flags & HEAD_EPOCH)) {
        if (c == ':' && t->end - t->p > 2 && !ends_clock(t->p + 1))
            return false;
        if (c == '.' || c == '/' || c == '-' || c == '%')
            return false;
    }
    return !word_goes_on(t) || (is_upper(c) && h->year);
}

static bool fill(const struct tail *t, const struct stamp_head *h, const struct stamp_context *context,
                 struct stamp *ret)
{
    int64_t seconds = h->second_s;
    unsigned flags = h->begin ? STAMP_INSIDE : 0;
    if (!(h->flags & HEAD_EPOCH)) {
        bool ahead = h->flags & HEAD_ZONE, utc = context->habits & STAMP_UTC;
        bool has_zone = t->has_zone || ahead || utc;
        int zone = t->has_zone ? t->zone_minutes : ahead ? h->zone_minutes : utc ? 0 : context->zone_minutes;
        if (!h->year && (t->year || t->half_day_s || zone != context->zone_minutes)) {
            if (!head_infer(h, context, t->year, t->half_day_s, zone, &seconds))
                return false;
        } else {
            seconds += t->half_day_s;
        }
        if (t->has_zone && t->region)
            zone = zone_region_minutes(t->region, seconds);
        seconds -= (int64_t)zone * 60;
        flags |= !h->month ? STAMP_NO_DATE : !h->year && !t->year ? STAMP_NO_YEAR : 0;
        flags |= has_zone ? 0 : STAMP_NO_ZONE;
    }
    int64_t sub_ns = t->sub_ns + h->sub_ns;
    if (t->epoch_ms && !sub_ns && t->epoch_ms / 1000 == seconds)
        sub_ns = t->epoch_ms % 1000 * 1000000;
    ret->time_ns = seconds * NS_PER_SECOND + sub_ns;
    ret->flags = (uint8_t)flags;
    return true;
}

/* "+02", not: "+0200", "+02:00" at p; 6 bytes are there. Bytes, 0 when it is none. */
static unsigned plain_offset(const uint8_t *p, int *ret_minutes)
{
    unsigned colon = p[3] == ':';
    int hours = two_digits(p + 1), minutes = two_digits(p + 3 + colon);
    if ((*p != '+' && *p != '-') || hours < 0 || hours > 14 || minutes < 0 || minutes > 59)
        return 0;
    *ret_minutes = *p == '-' ? -(hours * 60 + minutes) : hours * 60 + minutes;
    return 5 + colon;
}

/* ".123", ",123456", ".123456789" at p; 11 bytes are there. Bytes, 0 when it is none of these. */
static unsigned plain_fraction(const uint8_t *p, int64_t *ret_ns)
{
    static const int32_t scale[] = {1000000, 1000, 1};
    int64_t value = 0;
    for (unsigned n = 0; n < 3; n++) {
        const uint8_t *q = p + 1 + 3 * n;
        unsigned a = digit_of(q[0]), b = digit_of(q[1]), c = digit_of(q[2]);
        if (a > 9 || b > 9 || c > 9)
            return 0;
        value = value * 1000 + a * 100 + b * 10 + c;
        if (!is_digit(q[3])) {
            *ret_ns = value * scale[n];
            return 4 + 3 * n;
        }
    }
    return 0;
}

/* What is read into t is only for the caller to see when all of it is known. */
static bool not_plain(struct tail *t)
{
    t->sub_ns = t->year = t->zone_minutes = 0;
    t->has_zone = false;
    return false;
}

/* The tails of most lines, which the pieces above would read alike but slower: a fraction of 3, 6 or 9 digits
 * or none; "Z", an offset or no zone; the closing bracket when there is an opening one, behind the year of a
 * ctime; then one blank, with "- " or "| " or ": " behind it or not. False: it is none of these. Reads less
 * than PLAIN_BYTES. */

/* The same where the text ends with the stamp, as the values of JSON and logfmt do. */
static bool plain_end(struct tail *t)
{
    uint8_t bytes[32] = {0};
    size_t n = (size_t)(t->end - t->p), at = 0;
    if (n > 16)
        return false;
    memcpy(bytes, t->p, n);
    if (bytes[0] == '.' || bytes[0] == ',') {
        at = plain_fraction(bytes, &t->sub_ns);
        if (!at)
            return false;
    }
    if (bytes[at] == 'Z') {
        t->has_zone = true;
        at++;
    } else if (bytes[at] == '+' || bytes[at] == '-') {
        unsigned offset = plain_offset(bytes + at, &t->zone_minutes);
        t->has_zone = offset > 0;
        at += offset;
    }
    if (at != n)
        return not_plain(t);
    t->p = t->end;
    return true;
}

static bool plain_tail(struct tail *t, const struct stamp_head *h)
{
    enum {
        ODD = HEAD_EPOCH | HEAD_MINUTES | HEAD_HALF_DAY | HEAD_COLUMNS | HEAD_REDIS | HEAD_KEYS |
              HEAD_BARE_EPOCH | HEAD_MUST_BE_FINE | HEAD_MUST_DATE
    };
    const uint8_t *p = t->p;
    unsigned n;
    if ((h->flags & ODD) || (h->opener && h->opener != '['))
        return false;
    if (t->end - p < PLAIN_BYTES)
        return !h->opener && plain_end(t);
    if (*p == ',' || *p == '.') {
        if (!(n = plain_fraction(p, &t->sub_ns)))
            return false;
        p += n;
    }
    if (*p == 'Z') {
        t->has_zone = true;
        p++;
    } else if ((*p == '+' || *p == '-') && (n = plain_offset(p, &t->zone_minutes))) {
        t->has_zone = true;
        p += n;
        if (*p == ' ' && is_upper(p[1])) /* Go's "+0200 CEST" */
            return not_plain(t);
    } else if (h->opener && *p == ' ' && h->year && (n = plain_offset(p + 1, &t->zone_minutes))) {
        t->has_zone = true;
        p += n + 1;
    } else if (h->opener && *p == ' ' && !h->year && h->month) {
        t->year = four_digits(p + 1);
        if (t->year < YEAR_MIN || t->year >= YEAR_MAX)
            return not_plain(t);
        p += 5;
    }
    if (h->flags & HEAD_NO_DATE && !h->opener && stamp_date_may_follow(p))
        return not_plain(t);
    if (h->opener) {
        if (*p != ']')
            return not_plain(t);
        p++;
    } else if (!t->has_zone && p[0] == ' ' && (may_be_half_day(p + 1) || may_be_zone(p + 1))) {
        return not_plain(t);
    }
    if (p[0] != ' ' || (!h->opener && !h->year && (h->flags & HEAD_WEEKDAY)))
        return not_plain(t);
    p++;
    p += p[1] == ' ' && (*p == '-' || *p == '|' || *p == ':') ? 2 : 0;
    if (is_blank(*p) || ((p[0] == '-' || p[0] == ':') && p[1] == p[0])) /* columns, "-- " */
        return not_plain(t);
    t->p = p;
    return true;
}

bool tail_is_plain(struct span text, const struct stamp_head *h)
{
    struct tail t = {.p = text.ptr + h->at, .end = text.ptr + text.len};
    return t.end - t.p >= PLAIN_BYTES && plain_tail(&t, h);
}

/* Any other tail. Not inlined, so that the usual one needs no room for it. */
static __attribute__((noinline)) bool odd_tail(struct tail *t, const struct stamp_head *h,
                                               const struct stamp_context *context, uint8_t *ret_severity)
{
    const uint8_t *from = t->p;
    uint8_t c = t->p < t->end ? *t->p : 0;
    if (is_digit(c))
        return false;
    if (c == '.' || c == ',' || c == ':' || c == '@') {
        if (c == '.' || !(h->flags & (HEAD_EPOCH | HEAD_MINUTES)))
            fraction_read(t, h->opener, h->flags & HEAD_YEAR_LAST);
    }
    if ((h->flags & HEAD_MUST_BE_FINE) && t->p == from)
        return false;
    if (!(h->flags & HEAD_EPOCH)) {
        half_day_read(t, h);
        tail_zone(t);
        if (!h->year && h->month && ((h->flags & HEAD_WEEKDAY) || h->opener == '[')) {
            year_behind(t);
            if (t->year)
                tail_zone(t);
        }
        if ((h->flags & HEAD_HALF_DAY) && !t->has_half_day)
            return false;
        if (h->flags & HEAD_NO_DATE) {
            const uint8_t *behind = stamp_date_behind(t->p, t->end, h, context, &t->dated);
            if (!behind && h->flags & HEAD_MUST_DATE)
                return false;
            t->has_date = behind != NULL;
            t->p = behind ? behind : t->p;
        }
    }
    if (!ends_well(t, h))
        return false;
    if (!(h->flags & HEAD_EPOCH))
        region_read(t, h->opener ? closer_of(h->opener) : 0);
    if (h->opener)
        close_bracket(t, h->opener);
    epoch_behind(t);
    if (h->flags & HEAD_KEYS) {
        t->p += !h->opener && t->p < t->end && *t->p == '"';
        if (!t->has_zone && !(h->flags & HEAD_EPOCH))
            key_zone(t);
    }
    if ((h->flags & HEAD_MUST_CLOSE) && !t->closed)
        return false;
    if (h->flags & HEAD_REDIS)
        *ret_severity = redis_level(t);
    skip_separators(t, h->flags);
    return true;
}

bool tail_read(struct span text, const struct stamp_head *h, const struct stamp_context *context,
               struct stamp *ret_stamp)
{
    struct tail t = {.p = text.ptr + h->at, .end = text.ptr + text.len};
    uint8_t severity = h->severity;
    if (!plain_tail(&t, h) && !odd_tail(&t, h, context, &severity))
        return false;
    h = t.has_date ? &t.dated : h;
    ret_stamp->begin = h->begin;
    ret_stamp->end = (uint32_t)(t.p - text.ptr);
    ret_stamp->severity = severity;
    return fill(&t, h, context, ret_stamp);
}
