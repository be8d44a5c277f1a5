/* Why two passes: the first reads names and paths where they start, the second folds what then stands side by
 * side. */
#include "pattern/template_shape.h"

#include "pattern/template_fold.h"
#include "pattern/template_looks.h"

#define CODED_LETTERS 20 /* of base64 that happens to hold no digit */

struct shaper {
    const uint8_t *p;
    size_t n, at;
    uint8_t *out;
    size_t used;
};

/* Five to sixteen hexadecimal letters: an id that happens to hold no digit. */
static bool is_hex_run(const struct shaper *s, size_t at, size_t end)
{
    size_t len = end - at;
    while (at < end && is_hex(s->p[at]))
        at++;
    return at == end && len >= 5 && len <= 16;
}

static size_t atom_end(const struct shaper *s, size_t at)
{
    while (at < s->n && is_atom(s->p[at]))
        at++;
    return at;
}

static uint8_t byte_at(const struct shaper *s, size_t at)
{
    return at < s->n ? s->p[at] : ' ';
}

static bool holds_mask(const struct shaper *s, size_t from, size_t to)
{
    return memchr(s->p + from, MASK_BYTE, to - from) != NULL;
}

static bool put_variable(struct shaper *s, size_t end)
{
    s->out[s->used++] = MASK_BYTE;
    s->at = end;
    return true;
}

/* Where the bracket that opens at `at` closes, when no blank stands before that; else 0. */
static size_t bracket_end(const struct shaper *s, size_t at)
{
    uint8_t open = s->p[at], close = open == '[' ? ']' : open == '(' ? ')' : '}';
    size_t depth = 0;
    for (size_t i = at; i < s->n && s->p[i] != ' ' && s->p[i] != '"'; i++) {
        depth += s->p[i] == open;
        if (s->p[i] == close && --depth == 0)
            return i + 1;
    }
    return 0;
}

/* End of a path or URL that starts at `at`: where a blank, quote or comma stands, or a bracket closes that
 * was opened before it; without punctuation that ends the sentence. */
static size_t path_end(const struct shaper *s, size_t at)
{
    size_t end = at;
    while (end < s->n && !strchr(" \t\"'<>,;)]}|`", s->p[end])) {
        bool bracket = s->p[end] == '[' || s->p[end] == '(' || s->p[end] == '{';
        size_t closed = bracket ? bracket_end(s, end) : end + 1;
        if (closed == 0)
            break;
        end = closed;
    }
    while (end > at + 1 &&
           (s->p[end - 1] == ':' || s->p[end - 1] == '.' || s->p[end - 1] == '?' || s->p[end - 1] == '!'))
        end--;
    return end;
}

/* /a/b  ~/a  ./a  \\host\share  C:\a */
static bool take_path(struct shaper *s)
{
    const uint8_t *p = s->p;
    size_t at = s->at;
    if (at && (is_atom(p[at - 1]) || p[at - 1] == '/'))
        return false;
    if (p[at] == '/' && is_atom(byte_at(s, at + 1))) {
        size_t end = path_end(s, at);
        /* /10.0.0.1:80 is an address as Java prints it: the slash stays */
        size_t word = atom_end(s, at + 1);
        if (word == at + 2 && p[at + 1] == MASK_BYTE && byte_at(s, word) != '/') {
            s->out[s->used++] = '/';
            s->at++;
            return true;
        }
        return put_variable(s, end);
    }
    bool home = p[at] == '~' && byte_at(s, at + 1) == '/';
    size_t dots = at;
    while (dots < at + 2 && byte_at(s, dots) == '.')
        dots++;
    bool relative = dots > at && byte_at(s, dots) == '/';
    bool unc = p[at] == '\\' && byte_at(s, at + 1) == '\\' &&
               (is_atom(byte_at(s, at + 2)) || byte_at(s, at + 2) == '?');
    bool rooted =
        p[at] == '\\' && is_atom(byte_at(s, at + 1)) && memchr(p + at + 1, '\\', path_end(s, at) - at - 1);
    bool drive = is_letter(p[at]) && byte_at(s, at + 1) == ':' && byte_at(s, at + 2) == '\\';
    if (home || relative || unc || rooted || drive)
        return put_variable(s, path_end(s, at));
    return false;
}

/* Variables and zone words behind a date's names: " 17 06:14:36 2005". Returns the end, *masks how many there
 * are. */
static size_t date_rest(const struct shaper *s, size_t at, int *masks)
{
    for (;;) {
        size_t next = at;
        while (next < s->n && next < at + 2 && strchr(" ,/:-", s->p[next]))
            next++;
        size_t end = atom_end(s, next);
        struct span word = span_make(s->p + next, end - next);
        bool mask = word.len == 1 && word.ptr[0] == MASK_BYTE;
        if (next == at || !(mask || (*masks && is_zone(word)) || (is_month(word) && *masks < 2)))
            return at;
        *masks += mask;
        at = end;
    }
}

/* "Sun Jul 17 06:14:36 2005", "Dec 10 07:11:42", "17/Jul/2005:06:14:36": a name followed by a variable */
static bool take_date(struct shaper *s, size_t end)
{
    struct span word = span_make(s->p + s->at, end - s->at);
    bool month = is_month(word);
    if (!month && !is_weekday(word))
        return false;
    int masks = 0;
    size_t stop = date_rest(s, end, &masks);
    if (masks == 0 || (!month && masks < 2))
        return false;
    return put_variable(s, stop);
}

/* ab:cd:1e:... ; at least three parts of at most four hexadecimal digits, one of them masked, or six without
 */
static bool take_hex_chain(struct shaper *s)
{
    size_t at = s->at, parts = 0, masks = 0, empties = 0;
    if (at && s->p[at - 1] == ':')
        return false;
    for (;;) {
        size_t end = atom_end(s, at);
        bool mask = end == at + 1 && s->p[at] == MASK_BYTE;
        if (end - at > 4)
            break;
        for (size_t i = at; i < end && !mask; i++)
            if (!is_hex(s->p[i]))
                return false;
        masks += mask;
        empties += end == at;
        parts++;
        at = end;
        if (byte_at(s, at) != ':' || byte_at(s, at + 1) == ' ' || empties > 2)
            break;
        at++;
    }
    if (parts < 3 || (masks == 0 && parts < 6))
        return false;
    return put_variable(s, at);
}

static struct span word_before(const struct shaper *s, size_t at, size_t *ret_start)
{
    size_t end = at;
    while (end && s->p[end - 1] == ' ')
        end--;
    size_t start = end;
    while (start && is_atom(s->p[start - 1]))
        start--;
    *ret_start = start;
    return end == at ? span_make(s->p, 0) : span_make(s->p + start, end - start);
}

/* The X of 'for user X' and 'class a.b.X': named by the words before. */
static bool take_named(struct shaper *s, size_t end)
{
    static const char *const after[] = {"by", "from", "on", "at", "in", "with", "via", "using"};
    size_t start, before;
    struct span word = span_make(s->p + s->at, end - s->at);
    struct span last = word_before(s, s->at, &start);
    if (is_word(last, "class")) {
        size_t dots = 0;
        for (size_t i = 0; i < word.len; i++)
            dots += word.ptr[i] == '.';
        while (byte_at(s, end) == '$' && is_atom(byte_at(s, end + 1)))
            end = atom_end(s, end + 1);
        return dots >= 2 && put_variable(s, end);
    }
    if (!is_word(last, "user"))
        return false;
    struct span first = word_before(s, start, &before);
    if (!is_word(first, "for") && !is_word(first, "invalid") && !is_word(first, "as"))
        return false;
    if (byte_at(s, end) == ' ' && end < s->n) {
        size_t next = atom_end(s, end + 1);
        if (next > end + 1 && !WORD_IN(span_make(s->p + end + 1, next - end - 1), after))
            return false;
    }
    return put_variable(s, end);
}

/* A run of atoms joined by joint, holding a variable: x~1~y. At least `parts` of them. */
static bool take_joined(struct shaper *s, size_t end, uint8_t joint, size_t parts)
{
    size_t count = 1;
    while (byte_at(s, end) == joint && (is_atom(byte_at(s, end + 1)) || byte_at(s, end + 1) == joint)) {
        end = atom_end(s, end + 1);
        count++;
    }
    return count >= parts && holds_mask(s, s->at, end) && put_variable(s, end);
}

/* Base64 of which masking took some parts: "Ab+\1/xY+\1" */
static bool take_coded(struct shaper *s, size_t end)
{
    size_t plus = 0, slashes = 0;
    bool masked = holds_mask(s, s->at, end);
    while (byte_at(s, end) == '+' || byte_at(s, end) == '/') {
        size_t next = atom_end(s, end + 1);
        plus += s->p[end] == '+';
        slashes += s->p[end] == '/';
        masked |= holds_mask(s, end, next);
        end = next;
    }
    while (byte_at(s, end) == '=')
        end++;
    bool digest = s->at && s->p[s->at - 1] == ':'; /* SHA256:Ab/... */
    bool letters = digest && end - s->at >= CODED_LETTERS && is_mixed(span_make(s->p + s->at, end - s->at));
    return (letters || (masked && (plus || (digest && slashes)))) && put_variable(s, end);
}

/* The object behind "key=": "ws=WorkSource{10113}" is a value like "ws=null". One with keys of its own stays.
 */
static bool take_object(struct shaper *s, size_t end)
{
    if (s->at == 0 || s->p[s->at - 1] != '=' || byte_at(s, end) != '{')
        return false;
    size_t close = bracket_end(s, end);
    return close && !memchr(s->p + end, '=', close - end) && put_variable(s, close);
}

static bool take_word(struct shaper *s)
{
    size_t at = s->at, end = atom_end(s, at);
    struct span word = span_make(s->p + at, end - at);
    bool clean = !holds_mask(s, at, end);
    bool url = byte_at(s, end) == ':' && byte_at(s, end + 1) == '/' && byte_at(s, end + 2) == '/';
    if (url && (!clean || memchr(word.ptr, '.', word.len)))
        return put_variable(s, path_end(s, end + 3));
    if (url) {
        memcpy(s->out + s->used, word.ptr, word.len);
        memcpy(s->out + s->used + word.len, "://", 3);
        s->used += word.len + 3;
        size_t stop = path_end(s, end + 3);
        s->at = end + 3;
        return stop > s->at ? put_variable(s, stop) : true;
    }
    if (byte_at(s, end) == '@' && is_atom(byte_at(s, end + 1))) {
        size_t right = atom_end(s, end + 1);
        bool masked = right == end + 2 && s->p[end + 1] == MASK_BYTE;
        if (!(clean && (masked || is_hex_run(s, end + 1, right)))) /* Name@1f2e3d is no address */
            return put_variable(s, right);
    }
    if (take_date(s, end) || take_hex_chain(s) || take_joined(s, end, '~', 2) ||
        take_joined(s, end, '$', 2) || take_coded(s, end) || take_object(s, end))
        return true;
    if (byte_at(s, end) == '/' && (clean || word.len > 1 || is_letter(byte_at(s, end + 1))) &&
        take_joined(s, end, '/', 2))
        return true;
    size_t dots = 0;
    bool small = true;
    for (size_t i = 0; i < word.len; i++) {
        dots += word.ptr[i] == '.';
        small &= !is_letter(word.ptr[i]) || (word.ptr[i] & 0x20);
    }
    bool part = byte_at(s, end) == '/' && byte_at(s, end + 1) == '.' && is_letter(byte_at(s, end + 2));
    if ((dots >= 2 && byte_at(s, end) == '/' && is_atom(byte_at(s, end + 1))) ||
        (dots && part)) /* a.b.c/a.View, a.b/.View */
        return put_variable(s, path_end(s, end));
    if (!clean)
        return false;
    bool port = byte_at(s, end) == ':' && byte_at(s, end + 1) == MASK_BYTE;
    if (port && dots >= 2 && small) /* a.b.c:80 */
        return put_variable(s, end);
    size_t hex = 0;
    while (hex < word.len && is_hex(word.ptr[hex]))
        hex++;
    bool braced = at && (s->p[at - 1] == '{' || s->p[at - 1] == '@');
    if ((hex == word.len && hex >= (braced ? 5 : 7)) || is_host(word))
        return put_variable(s, end);
    return take_named(s, end);
}

/* "SCSI-WWID:01:6005-08b4": what holds a variable in quotes is one, whatever its parts. */
static bool take_quoted(struct shaper *s)
{
    const uint8_t *p = s->p;
    size_t at = s->at, end = at + 1;
    if (at && is_atom(p[at - 1]))
        return false;
    while (end < s->n && (is_atom(p[end]) || strchr(":/@#$+~", p[end])))
        end++;
    if (byte_at(s, end) != p[at] || is_atom(byte_at(s, end + 1)) || byte_at(s, end + 1) == ':' ||
        !holds_mask(s, at, end))
        return false;
    s->out[s->used++] = p[at];
    put_variable(s, end + 1);
    s->out[s->used++] = p[at];
    return true;
}

/* What printf and its like write for a pointer to nothing. */
static bool take_null(struct shaper *s)
{
    static const char *const nulls[] = {"(null)", "(nil)", "<null>", "<nil>", "<none>"};
    for (size_t i = 0; i < sizeof nulls / sizeof *nulls; i++) {
        size_t len = strlen(nulls[i]);
        if (s->n - s->at >= len && memcmp(s->p + s->at, nulls[i], len) == 0 &&
            !is_atom(byte_at(s, s->at + len)))
            return put_variable(s, s->at + len);
    }
    return false;
}

/* Most words: letters, with nothing behind them that could make them part of a name. Of all that take_path
 * and take_word look for, a date, hexadecimal letters and the name of a user are left. */
static bool pass_plain_word(struct shaper *s)
{
    const uint8_t *p = s->p;
    size_t at = s->at, end = at;
    bool hex = true;
    for (; end < s->n && is_letter(p[end]); end++)
        hex &= is_hex(p[end]);
    uint8_t next = byte_at(s, end);
    size_t len = end - at;
    bool named = at > 1 && p[at - 1] == ' ' &&
                 (p[at - 2] == ' ' || (at > 4 && is_word(span_make(p + at - 5, 4), "user")));
    if (len == 0 || is_atom(next) || strchr(":@~$/+={", next) || (hex && len >= 5) || named ||
        (len >= CODED_LETTERS && at && p[at - 1] == ':') || is_month(span_make(p + at, len)) ||
        is_weekday(span_make(p + at, len)))
        return false;
    memcpy(s->out + s->used, p + at, len);
    s->used += len;
    s->at = end;
    return true;
}

static void shape_names(struct shaper *s)
{
    while (s->at < s->n) {
        uint8_t c = s->p[s->at];
        if (c == ' ') {
            s->out[s->used++] = c;
            s->at++;
            continue;
        }
        if ((c == '"' || c == '\'') && take_quoted(s))
            continue;
        bool starts = s->at == 0 || !is_atom(s->p[s->at - 1]);
        if (starts && is_letter(c) && pass_plain_word(s))
            continue;
        if ((c == '(' || c == '<') && starts && take_null(s))
            continue;
        if ((c == '/' || c == '~' || c == '\\' || c == '.' || (starts && is_letter(c))) && take_path(s))
            continue;
        if (c == ':' && starts && byte_at(s, s->at + 1) == ':' && (s->at == 0 || s->p[s->at - 1] == ' ') &&
            take_hex_chain(s))
            continue;
        if (is_atom(c) && starts) {
            if (take_word(s))
                continue;
            size_t end = atom_end(s, s->at);
            memcpy(s->out + s->used, s->p + s->at, end - s->at);
            s->used += end - s->at;
            s->at = end;
            continue;
        }
        if (c == '(' && s->at && s->p[s->at - 1] == ' ' && byte_at(s, s->at + 1) == ')' &&
            byte_at(s, s->at + 2) == ' ') {
            memcpy(s->out + s->used, "(\x01)", 3);
            s->used += 3;
            s->at += 2;
            continue;
        }
        s->out[s->used++] = c;
        s->at++;
    }
}

size_t template_shape(struct span masked, uint8_t *out)
{
    struct shaper s = {.p = masked.ptr, .n = masked.len, .out = out};
    shape_names(&s);
    return template_fold(out, s.used);
}
