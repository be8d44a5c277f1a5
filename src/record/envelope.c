#include "record/envelope.h"

#include "base/ascii.h"
#include "record/find.h"
#include "record/severity.h"

enum { NAME_BYTES_MAX = 64, STREAM_BYTES_MAX = 128 };

static bool is_alnum(uint8_t byte)
{
    return is_letter(byte) || is_digit(byte);
}

/* What the names of whom may hold, as bits. */
enum name_kind { NAME_SERVICE = 1, NAME_POD = 2, NAME_TAG = 4 };

/* clang-format off */
static const uint8_t name_kinds[256] = {
    ['a' ... 'z'] = 7, ['A' ... 'Z'] = 7, ['0' ... '9'] = 7, ['-'] = 7, ['.'] = 7, ['_'] = 7,
    ['/'] = NAME_POD | NAME_TAG,
    ['('] = NAME_TAG, [')'] = NAME_TAG, ['@'] = NAME_TAG, ['+'] = NAME_TAG, ['~'] = NAME_TAG,
};
/* clang-format on */

static size_t name_bytes(struct span text, size_t at, enum name_kind kind)
{
    size_t end = text.len - at < STREAM_BYTES_MAX ? text.len : at + STREAM_BYTES_MAX, i = at;
    while (i < end && name_kinds[text.ptr[i]] & kind)
        i++;
    return i - at;
}

static bool is_byte(struct span text, size_t at, uint8_t byte)
{
    return at < text.len && text.ptr[at] == byte;
}

bool envelope_kubectl(struct span text, struct envelope *ret)
{
    static const char mark[] = "[pod/";
    if (!span_starts(text, mark))
        return false;
    size_t start = sizeof mark - 1;
    size_t n = name_bytes(text, start, NAME_POD);
    if (n == 0 || !is_byte(text, start + n, ']'))
        return false;
    ret->stream = span_make(text.ptr + start, n);
    ret->inside = span_skip(text, start + n + (is_byte(text, start + n + 1, ' ') ? 2 : 1));
    return true;
}

/* Behind the name that ends at `at`: blanks and a bar. */
static bool take_bar(struct span text, size_t at, struct envelope *ret)
{
    size_t name = at;
    while (is_byte(text, at, ' '))
        at++;
    if (at == name || !is_byte(text, at, '|'))
        return false;
    ret->inside = span_skip(text, at + (is_byte(text, at + 1, ' ') ? 2 : 1));
    return true;
}

bool envelope_swarm(struct span text, struct envelope *ret)
{
    enum { TASK_BYTES = 25 };
    size_t n = name_bytes(text, 0, NAME_SERVICE), slot = n - TASK_BYTES - 1, at = slot;
    if (n < TASK_BYTES + 4 || !is_byte(text, n, '@') || text.ptr[slot] != '.')
        return false;
    for (size_t i = slot + 1; i < n; i++)
        if (!is_alnum(text.ptr[i]))
            return false;
    while (at && (unsigned)text.ptr[at - 1] - '0' < 10)
        at--;
    if (at == slot || at < 2 || text.ptr[at - 1] != '.')
        return false;
    ret->stream = span_make(text.ptr, slot);
    return take_bar(text, n + 1 + name_bytes(text, n + 1, NAME_SERVICE), ret);
}

bool envelope_compose(struct span text, struct envelope *ret)
{
    size_t n = name_bytes(text, 0, NAME_SERVICE);
    if (is_byte(text, n, '@'))
        return envelope_swarm(text, ret);
    if (n == 0 || n > NAME_BYTES_MAX || severity_of_level(span_make(text.ptr, n)))
        return false; /* "INFO | text" is a logger's */
    ret->stream = span_make(text.ptr, n);
    return take_bar(text, n, ret);
}

/* A name as Kubernetes allows it: lower-case letters, digits, '-', '.'. */
static size_t kubernetes_name(struct span text, size_t at)
{
    size_t i = at;
    while (i < text.len && i - at < NAME_BYTES_MAX &&
           ((unsigned)text.ptr[i] - 'a' < 26 || (unsigned)text.ptr[i] - '0' < 10 || text.ptr[i] == '-' ||
            text.ptr[i] == '.'))
        i++;
    return i > at && is_alnum(text.ptr[at]) && is_alnum(text.ptr[i - 1]) ? i - at : 0;
}

/* What Kubernetes appends to a name: an ordinal, a node with a digit, or five letters without vowels. */
static bool is_pod_name(struct span name)
{
    const uint8_t *dash = name.len ? memrchr(name.ptr, '-', name.len) : NULL;
    if (!dash)
        return false;
    struct span end = span_skip(name, (size_t)(dash + 1 - name.ptr));
    bool vowel = false;
    for (size_t i = 0; i < end.len; i++) {
        if ((unsigned)end.ptr[i] - '0' < 10)
            return true;
        vowel |= strchr("aeiou", end.ptr[i]) != NULL;
    }
    return end.len == 5 && !vowel;
}

bool envelope_stern(struct span text, struct envelope *ret)
{
    size_t start = span_starts(text, "+ ") || span_starts(text, "- ") ? 2 : 0;
    size_t pod = kubernetes_name(text, start), at = start + pod;
    if (pod && !is_pod_name(span_make(text.ptr + start, pod)) && is_byte(text, at, ' ')) {
        start = at + 1; /* --all-namespaces */
        pod = kubernetes_name(text, start), at = start + pod;
    }
    if (pod == 0 || !is_pod_name(span_make(text.ptr + start, pod)) || !is_byte(text, at, ' '))
        return false;
    at++;
    if (span_starts(span_skip(text, at), "\u203a "))
        at += 4;
    size_t container = kubernetes_name(text, at), end = at + container;
    if (container == 0 || (end < text.len && text.ptr[end] != ' ') ||
        severity_of_level(span_make(text.ptr + at, container)))
        return false;
    ret->stream = span_make(text.ptr + start, end - start);
    ret->inside = span_skip(text, end + 1);
    return true;
}

static bool is_number(struct span text)
{
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned)text.ptr[i] - '0' >= 10)
            return false;
    return text.len > 0;
}

bool envelope_stern_stamped(struct span text, struct envelope *ret)
{
    size_t start = 0, pod = kubernetes_name(text, 0), at = pod + 1;
    if (pod == 0 || !is_byte(text, pod, ' '))
        return false;
    size_t container = kubernetes_name(text, at), end = at + container;
    if (container == 0 || !is_byte(text, end, ' '))
        return false;
    size_t third = kubernetes_name(text, end + 1);
    if (third && is_byte(text, end + 1 + third, ' ')) { /* --all-namespaces */
        start = at;
        end += 1 + third;
    }
    struct span inside = span_skip(text, end + 1);
    if (inside.len < 20 || inside.ptr[4] != '-' || inside.ptr[10] != 'T' ||
        !is_number(span_make(inside.ptr, 4)))
        return false;
    ret->stream = span_make(text.ptr + start, end - start);
    ret->inside = inside;
    return true;
}

/* Hexadecimal, as the ends of such names are. */
static bool is_id(struct span text)
{
    enum { ID_BYTES_MIN = 8 };
    bool digit = false;
    for (size_t i = 0; i < text.len; i++) {
        bool number = is_digit(text.ptr[i]);
        digit |= number;
        if (!number && (unsigned)text.ptr[i] - 'a' >= 6)
            return false;
    }
    return text.len >= ID_BYTES_MIN && digit;
}

bool envelope_log_stream(struct span text, struct envelope *ret)
{
    static const char latest[] = "[$LATEST]";
    enum { DATE_BYTES = 11 }; /* "2026/08/07/" */
    size_t end = text.len < STREAM_BYTES_MAX ? text.len : STREAM_BYTES_MAX;
    const uint8_t *blank = end && is_alnum(text.ptr[0]) ? memchr(text.ptr, ' ', end) : NULL;
    struct span name = span_make(text.ptr, blank ? (size_t)(blank - text.ptr) : 0);
    const uint8_t *slash = name.len ? memrchr(name.ptr, '/', name.len) : NULL;
    if (!slash)
        return false;
    struct span id = span_skip(name, (size_t)(slash + 1 - name.ptr));
    bool lambda = (size_t)(slash + 1 - name.ptr) == DATE_BYTES && id.len && id.ptr[0] == '[';
    if (lambda) {
        const uint8_t *close = memchr(id.ptr, ']', id.len);
        id = span_skip(id, close ? (size_t)(close + 1 - id.ptr) : sizeof latest - 1);
    } else if (name_bytes(name, 0, NAME_POD) < name.len) {
        return false;
    }
    if (!is_id(id))
        return false;
    ret->stream = lambda ? (struct span){0} : name;
    ret->inside = span_skip(text, name.len + 1);
    return true;
}

static struct span next_word(struct span *text)
{
    size_t n = 0;
    while (n < text->len && text->ptr[n] != ' ')
        n++;
    struct span word = span_make(text->ptr, n);
    *text = span_skip(*text, n);
    while (text->len && text->ptr[0] == ' ')
        *text = span_skip(*text, 1);
    return word;
}

/* "tag[123]: ", "tag: " at the start of text; moves text behind it, one blank included. */
static bool take_tag(struct span *text, struct span *ret_tag, bool *ret_pid)
{
    size_t n = name_bytes(*text, 0, NAME_TAG), at = n;
    if (n == 0 || n > NAME_BYTES_MAX)
        return false;
    if (is_byte(*text, at, '[')) {
        const uint8_t *close = memchr(text->ptr + at, ']', text->len - at < 24 ? text->len - at : 24);
        if (!close)
            return false;
        at = (size_t)(close - text->ptr) + 1;
        size_t level = is_byte(*text, at, '(') ? name_bytes(*text, at + 1, NAME_SERVICE) : 0;
        if (level && is_byte(*text, at + 1 + level, ')') && is_byte(*text, at + 2 + level, ':')) {
            *ret_tag =
                span_make(text->ptr, n); /* "krb5kdc[1234](info): text": the level is a part of the text */
            *ret_pid = true;
            *text = span_skip(*text, at);
            return severity_of_level(*ret_tag) == 0;
        }
    }
    if (!is_byte(*text, at, ':') ||
        (at + 1 < text->len && text->ptr[at + 1] != ' ' && text->ptr[at + 1] != '\t'))
        return false;
    *ret_tag = span_make(text->ptr, n);
    *ret_pid = at > n;
    *text = span_skip(*text, at + (is_byte(*text, at + 1, ' ') ? 2 : 1));
    return is_number(*ret_tag) ||
           severity_of_level(*ret_tag) == 0; /* a number counts lines, it is no level */
}

bool envelope_syslog(struct span text, struct envelope *ret, bool *ret_pid)
{
    bool pid = false;
    struct span rest = text, tag = {0};
    if (!take_tag(&rest, &tag, &pid)) { /* no host in front of the tag: some programs leave it out */
        rest = text;
        struct span host = next_word(&rest), behind_host = rest;
        if (host.len == 0 || host.len > 255 || host.ptr[0] == '%' || severity_of_level(host))
            return false;
        if (span_starts(rest, ": %")) /* Cisco ASA */
            rest = behind_host = span_skip(rest, 2);
        if (!take_tag(&rest, &tag, &pid)) {
            tag = (struct span){0};
            rest = behind_host;
        }
        if (is_number(tag) || is_byte(rest, 0, '%')) /* a router: it numbers its lines, and is who speaks */
            tag = host;
    }
    if (ret_pid)
        *ret_pid = pid;
    ret->stream = tag;
    ret->inside = rest;
    return true;
}

/* ---- the memo ---- */

static uint64_t word_at(const uint8_t *p)
{
    uint64_t word;
    memcpy(&word, p, sizeof word);
    return word;
}

/* 0: the text is none that the memo keeps. */
static unsigned header_bytes(struct span text)
{
    unsigned at = text.len < SYSLOG_MEMO_BYTES ? 0 : find_either32(text.ptr, '[', ':');
    return at < 8 ? 0 : at + 1;
}

static uint8_t header_place(const uint8_t *p, unsigned bytes)
{
    return (uint8_t)((word_at(p) ^ word_at(p + bytes - 9) << 1) * 0x9E3779B97F4A7C15u >> 56);
}

uint8_t envelope_syslog_place(struct span text)
{
    unsigned bytes = header_bytes(text);
    return bytes ? header_place(text.ptr, bytes) : 0;
}

bool envelope_syslog_cached(struct syslog_memo *memo, struct span text, struct envelope *ret)
{
    unsigned used = header_bytes(text);
    if (used == 0)
        return envelope_syslog(text, ret, NULL);
    struct syslog_header *known = &memo->headers[header_place(text.ptr, used)];
    if (known->bytes_used != used || !find_same32(known->bytes, text.ptr, used)) {
        if (!envelope_syslog(text, ret, NULL))
            return false;
        if (ret->stream.len && ret->stream.ptr + ret->stream.len == text.ptr + used - 1) {
            memcpy(known->bytes, text.ptr, SYSLOG_MEMO_BYTES);
            known->bytes_used = (uint8_t)used;
            known->tag_at = (uint8_t)(ret->stream.ptr - text.ptr);
            known->tag_bytes = (uint8_t)ret->stream.len;
        }
        return true;
    }
    size_t end = envelope_behind_tag(text, used);
    if (end == 0)
        return envelope_syslog(text, ret, NULL);
    ret->stream = span_make(text.ptr + known->tag_at, known->tag_bytes);
    ret->inside = span_skip(text, end);
    return true;
}

/* [id name="value \] \""][...]: the structured data of RFC 5424. */
static bool skip_data(struct span *text)
{
    size_t at = 0;
    bool quoted = false;
    if (is_byte(*text, 0, '-')) {
        *text = span_skip(*text, 1);
        return true;
    }
    while (is_byte(*text, at, '[')) {
        for (at++; at < text->len && (quoted || text->ptr[at] != ']'); at++) {
            if (text->ptr[at] == '\\' && quoted)
                at++;
            else if (text->ptr[at] == '"')
                quoted = !quoted;
        }
        if (at >= text->len)
            return false;
        at++;
    }
    *text = span_skip(*text, at);
    return at > 0;
}

bool envelope_syslog_5424(struct span text, struct envelope *ret)
{
    next_word(&text); /* host */
    struct span app = next_word(&text);
    next_word(&text); /* procid */
    struct span message_id = next_word(&text);
    if (message_id.len == 0 || app.len > STREAM_BYTES_MAX)
        return false;
    struct span rest = text;
    if (skip_data(&rest) && (span_trim(rest).len || text.ptr[0] == '-')) /* data alone is the message */
        text = rest;
    if (text.len && text.ptr[0] == ' ')
        text = span_skip(text, 1);
    if (span_starts(text, "\xef\xbb\xbf"))
        text = span_skip(text, 3);
    ret->stream = span_equal(app, span_of("-")) ? (struct span){0} : app;
    ret->inside = text;
    return true;
}

size_t envelope_monotonic(struct span text)
{
    size_t at = 1, digits = 0, fraction = 0;
    if (!is_byte(text, 0, '['))
        return 0;
    while (at < 12 && is_byte(text, at, ' '))
        at++;
    for (; digits < 10 && at < text.len && (unsigned)text.ptr[at] - '0' < 10; at++)
        digits++;
    if (digits == 0 || digits == 10 || !is_byte(text, at, '.')) /* ten: seconds since 1970 */
        return 0;
    for (at++; fraction < 9 && at < text.len && (unsigned)text.ptr[at] - '0' < 10; at++)
        fraction++;
    return fraction >= 3 && is_byte(text, at, ']') && is_byte(text, at + 1, ' ') ? at + 2 : 0;
}

bool envelope_cri(struct span text, struct envelope_cri *ret)
{
    if (text.len < 8 || (memcmp(text.ptr, "stdout ", 7) != 0 && memcmp(text.ptr, "stderr ", 7) != 0))
        return false;
    uint8_t tag = text.ptr[7], after = text.len > 8 ? text.ptr[8] : ' ';
    if ((tag != 'F' && tag != 'P') || (after != ' ' && after != ':'))
        return false;
    ret->error_stream = text.ptr[3] == 'e';
    ret->partial = tag == 'P';
    size_t at = 8; /* further tags come behind colons: "P:x" */
    while (at < text.len && text.ptr[at] != ' ')
        at++;
    ret->inside = span_skip(text, at + 1);
    return true;
}
