/* Lines as CRI runtimes write them:
 *
 *     2026-08-07T14:31:05.003134718Z stdout F text
 *     2026-08-07T14:31:05.003134718+02:00 stderr F {"level":"error"}
 *
 * Second and zone are nearly always those of the line before, or one of two: they are compared, and only nine
 * digits are read. What is inside goes the way of all text of envelopes. */
#include "record/peel.h"

enum { FRACTION_AT = CRI_SECOND_BYTES + 1, BEHIND_AT = FRACTION_AT + 9, NAME_BYTES = 9 /* "stdout F " */ };

/* The nine digits of the fraction; -1: there are other bytes. */
static int64_t fraction_of(const uint8_t *p)
{
    unsigned bad = 0;
    int64_t ns = 0;
    for (unsigned i = 0; i < 9; i++) {
        unsigned digit = (unsigned)p[i] - '0';
        bad |= digit > 9;
        ns = ns * 10 + digit;
    }
    return bad ? -1 : ns;
}

/* The second and what comes before the fraction. */
static bool same_second(const uint8_t *a, const uint8_t *b)
{
    return ((find_load8(a) ^ find_load8(b)) | (find_load8(a + 8) ^ find_load8(b + 8)) |
            (find_load8(a + 12) ^ find_load8(b + 12))) == 0;
}

static bool starts_with(struct span text, const struct cri_behind *behind)
{
    uint64_t differ = find_load8(text.ptr) ^ find_load8(behind->text);
    for (size_t at = 8; at < behind->bytes; at += 8) /* the last word may reach back */
        differ |= find_load8(text.ptr + (at + 8 > behind->bytes ? behind->bytes - 8u : at)) ^
                  find_load8(behind->text + (at + 8 > behind->bytes ? behind->bytes - 8u : at));
    return differ == 0;
}

bool line_cri(struct peel *peel, struct span text)
{
    struct reader_state *state = peel->state;
    const struct cri_memo *memo = &state->cri;
    if (text.len < BEHIND_AT + CRI_BEHIND_BYTES || !memo->kept || state->parts.open ||
        !same_second(text.ptr, memo->second))
        return false;
    bool error_stream = !starts_with(span_skip(text, BEHIND_AT), &memo->behind[0]);
    const struct cri_behind *behind = &memo->behind[error_stream];
    if (error_stream && (!behind->bytes || !starts_with(span_skip(text, BEHIND_AT), behind)))
        return false;
    int64_t ns = fraction_of(text.ptr + FRACTION_AT);
    if (ns < 0)
        return false;
    struct line *line = peel->line;
    struct span inside = span_skip(text, BEHIND_AT + (size_t)behind->bytes);
    line->time_ns = memo->second_ns + ns;
    line->flags = LINE_STAMPED | LINE_ENVELOPE;
    if (peel_is_plain_inside(state, inside)) {
        line->message = span_trim(inside);
        return true;
    }
    if (inside.len && is_blank(inside.ptr[0]))
        line->flags |= LINE_INDENTED;
    peel_inside(peel, inside, 1);
    return true;
}

/* Bytes of "Z stdout F " or "+02:00 stdout F "; 0: something else. */
static size_t behind_bytes(struct span text)
{
    struct envelope_cri cri;
    size_t zone = text.len && text.ptr[0] == 'Z' ? 1 : 6;
    struct span rest = span_skip(text, zone + 1);
    if (text.len < zone + 1 || text.ptr[zone] != ' ' || !envelope_cri(rest, &cri) || cri.partial ||
        rest.len < NAME_BYTES || rest.ptr[NAME_BYTES - 1] != ' ')
        return 0;
    return zone + 1 + NAME_BYTES;
}

void line_cri_keep(struct peel *peel, struct span text)
{
    const struct reader_state *state = peel->state;
    struct cri_memo *memo = &peel->state->cri;
    struct stamp stamp;
    if (text.len < BEHIND_AT + CRI_BEHIND_BYTES || text.ptr[10] != 'T' || text.ptr[CRI_SECOND_BYTES] != '.' ||
        state->bracket || state->relayed || state->swarm || state->prefix != PREFIX_NONE)
        return;
    size_t bytes = behind_bytes(span_skip(text, BEHIND_AT));
    int64_t ns = fraction_of(text.ptr + FRACTION_AT);
    if (bytes == 0 || ns < 0 || !stamp_parse(text, &peel->reader->stamp, &stamp) || stamp.begin ||
        stamp.end + NAME_BYTES != BEHIND_AT + bytes || stamp.flags || stamp.severity ||
        stamp.time_ns % NS_PER_SECOND != ns)
        return;
    const uint8_t *behind = text.ptr + BEHIND_AT;
    bool other_zone = memo->behind[0].bytes != bytes || behind[0] != memo->behind[0].text[0] ||
                      memcmp(behind, memo->behind[0].text, bytes - NAME_BYTES) != 0;
    if (other_zone)
        *memo = (struct cri_memo){0};
    memcpy(memo->second, text.ptr, sizeof memo->second);
    memo->second_ns = stamp.time_ns - ns;
    struct cri_behind *kept = &memo->behind[0];
    if (kept->bytes && memcmp(kept->text, behind, bytes) != 0)
        kept = &memo->behind[1];
    memcpy(kept->text, behind, bytes);
    kept->bytes = (uint8_t)bytes;
    memo->kept = true;
}
