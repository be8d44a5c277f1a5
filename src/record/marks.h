/* marks: where the bytes stand that divide a line of named values, so that names and values are found without
 * a look at each byte.
 *
 * A quote opens or closes a string when no backslash escapes it: an odd number of them right before it does,
 * inside of strings and outside. In an object (json) those quotes are marks:   {"a":"","b":5}  ^ ^ ^^ ^ ^
 * In pairs a mark is such a quote, or a space or tab outside of strings, that is not behind another one,
 * unless that one opens a string: a value ends at the first mark that is not before it.
 *
 * marks_scalar.c is the definition; every other kernel agrees with it. No kernel reads outside [p, p + n). */
#ifndef ONSET_RECORD_MARKS_H
#define ONSET_RECORD_MARKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Of what numbers, true, false and null are made, and all that a run of a masked message is made of: what is
 * masked in a word of an object is all of it, or goes on to a plus (alike.h). */
static inline bool marks_is_word(uint8_t c)
{
    return (unsigned)c - '0' < 10 || (unsigned)(c | 0x20) - 'a' < 26 || c == '+' || c == '-' || c == '.' ||
           c == '_' || c >= 0x80;
}

enum { MARKS_BYTES_MAX = 16384, MARKS_SLACK = 64 };

/* Offsets of the marks in p[0, n), n <= MARKS_BYTES_MAX, rising; returns how many. ret_at has room for n +
 * MARKS_SLACK of them, and what is behind the last one may be overwritten. ret_backslash: is there any? */
typedef uint32_t marks_find(const uint8_t *p, uint32_t n, uint16_t *ret_at, bool *ret_backslash);

struct layout_node;
struct layout_value;
/* A walk over a tree (layout.h) from nodes[0] along text p[0, n): fills values, returns the node that ends
 * the line, NULL when there is none. marks: of the line, then its end. layout_walk.h is its text. */
typedef const struct layout_node *layout_walk(const struct layout_node *nodes, const uint16_t *marks,
                                              const uint8_t *p, uint32_t n, struct layout_value *values,
                                              uint32_t *ret_count);

/* What escapes of one letter mean, 0: the byte is no such letter. Backspace and form feed are of no use. */
static const _Alignas(64) uint8_t marks_meant[128] = {
    ['"'] = '"',  ['\\'] = '\\', ['/'] = '/', ['n'] = '\n',
    ['t'] = '\t', ['r'] = '\r',  ['b'] = ' ', ['f'] = ' ',
};

/* Copies p[0, n) to out without its escapes of one letter, up to the first escape of another kind, or to a
 * backslash at the very end. Returns bytes written, *ret_read: how many were read. out has room for n +
 * MARKS_SLACK, and what is behind the last byte may be overwritten. */
typedef size_t marks_unescape(const uint8_t *p, size_t n, uint8_t *out, size_t *ret_read);

struct marks_kernel {
    const char *name;
    marks_find *json, *pairs;
    layout_walk *walk;
    marks_unescape *unescape;
};

marks_unescape marks_unescape_scalar;

extern const struct marks_kernel marks_scalar;
#if defined(__x86_64__)
extern const struct marks_kernel marks_avx2;
extern const struct marks_kernel marks_avx512;
#elif defined(__aarch64__)
extern const struct marks_kernel marks_neon;
#endif

/* The kernel of that name; without a name, or with one that this processor cannot run, the best. */
const struct marks_kernel *marks_choose(const char *name);

/* The one for this process: ONSET_CPU's, or the best. Asked once, from any thread. */
const struct marks_kernel *marks_kernel(void);

#endif
