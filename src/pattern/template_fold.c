/* Why behind the names: only when all of them are variables does it show which stand side by side. */
#include "pattern/template_fold.h"

#include "pattern/template_looks.h"

#define DUMP_BYTES_MIN 4

static const char *const size_units[] = {"B", "KB", "MB", "GB", "TB", "PB", "KiB", "MiB", "GiB", "TiB", "kB"};

/* Where the unit behind a variable ends: " 12 KB" is one value with "900 B". 0: none. */
static size_t unit_end(const uint8_t *p, size_t n, size_t at)
{
    if (at + 1 >= n || p[at] != ' ' || !strchr("BKMGTPk", p[at + 1]))
        return 0;
    for (size_t i = 0; i < sizeof size_units / sizeof *size_units; i++) {
        size_t len = strlen(size_units[i]), end = at + 1 + len;
        if (end <= n && memcmp(p + at + 1, size_units[i], len) == 0 && (end == n || !is_atom(p[end])))
            return end;
    }
    return 0;
}

/* Where a variable ends that goes on over a joint without a blank, or over a sign ("132,+1"); 0: it does not.
 */
static size_t joined_end(const uint8_t *p, size_t n, size_t at)
{
    size_t next = at;
    if (next + 1 < n && p[next] == ',' && p[next + 1] == '+')
        next += 2;
    else if (next < n && strchr("/+*~%=#@&", p[next]))
        next++;
    return next < n && p[next] == MASK_BYTE ? next + 1 : 0;
}

/* The end of the item at `at` of a list: a variable, maybe behind @ or #, or stars that stand for a missing
 * one. */
static size_t item_end(const uint8_t *p, size_t n, size_t at)
{
    if (at < n && (p[at] == '@' || p[at] == '#'))
        at++;
    if (at < n && p[at] == MASK_BYTE)
        return at + 1;
    size_t stars = at;
    while (stars < n && p[stars] == '*')
        stars++;
    return stars > at + 1 ? stars : 0;
}

/* Three variables or more with the same thing between, blank or comma: a list. Two may be two things. */
static size_t list_end(const uint8_t *p, size_t n, size_t at)
{
    size_t joint = 0, count = 1, end = at;
    while (at + joint < n && joint < 2 && strchr(joint ? " " : ",;| ", p[at + joint]))
        joint++;
    for (size_t next; joint && end + joint < n && memcmp(p + end, p + at, joint) == 0 &&
                      (next = item_end(p, n, end + joint)) != 0;
         end = next)
        count++;
    return count >= 3 ? end : at;
}

/* The end of a dump of bytes that starts at `at`, "0f ba 17 ab": variables and pairs of hexadecimal letters.
 */
static size_t dump_end(const uint8_t *p, size_t n, size_t at)
{
    size_t end = at, masks = 0, pairs = 0;
    if (at && is_atom(p[at - 1]))
        return at;
    for (size_t next = at; next < n; next = end + 1) {
        bool mask = p[next] == MASK_BYTE;
        size_t stop = next + (mask ? 1 : 2);
        if (!mask && (stop > n || !is_hex(p[next]) || !is_hex(p[next + 1])))
            break;
        if (stop < n && is_atom(p[stop]))
            break;
        masks += mask;
        pairs += !mask;
        end = stop;
        if (end + 1 >= n || p[end] != ' ')
            break;
    }
    return masks + pairs >= DUMP_BYTES_MIN && pairs ? end : at;
}

size_t template_fold(uint8_t *p, size_t n)
{
    size_t used = 0;
    for (size_t at = 0; at < n;) {
        uint8_t c = p[at++];
        bool starts = at == 1 || !is_atom(p[at - 2]);
        size_t dump = starts && (c == MASK_BYTE || is_hex(c)) ? dump_end(p, n, at - 1) : at;
        if (dump > at) {
            p[used++] = MASK_BYTE;
            at = dump;
            continue;
        }
        if (c != MASK_BYTE) {
            p[used++] = c;
            continue;
        }
        for (size_t next; (next = joined_end(p, n, at)) != 0 || (next = unit_end(p, n, at)) != 0;)
            at = next;
        at = list_end(p, n, at);
        /* a sign or stars that touch the value are part of it */
        size_t back = used;
        while (back && (p[back - 1] == '*' || p[back - 1] == '+'))
            back--;
        if (back == 0 || strchr(" =:([,", p[back - 1]))
            used = back;
        p[used++] = MASK_BYTE;
    }
    return used;
}
