/* Why an id may change at all: 'cart of alice' and 'cart of bob' are two templates, and have to have two ids,
 * until so many names came that the place is a variable. No name given to the one line can know that. So the
 * id is that of the text, which any machine finds alike, and what the template was called before is worked
 * out from its messages. */
#include "pattern/template_alias.h"

#include "pattern/kernel.h"
#include "pattern/template.h"
#include "pattern/template_shape.h"

#define PLACES_MAX 8 /* places that were opened; 2^8 texts */

/* The text that the message had alone: what its own looks tell. */
static struct span text_alone(struct span masked, struct arena *arena)
{
    uint8_t *shaped = arena_alloc(arena, SHAPE_ROOM(masked.len));
    size_t n = template_shape(masked, shaped), used = 0;
    uint8_t *text = arena_alloc(arena, 3 * n + 1);
    for (size_t i = 0; i < n; i++) {
        if (shaped[i] == MASK_BYTE) {
            memcpy(text + used, "<*>", 3);
            used += 3;
        } else {
            text[used++] = shaped[i];
        }
    }
    return span_make(text, used);
}

/* The template with the values of some of its places, those whose bit is set, in them. */
static struct span fill(struct span text, const struct span *values, size_t count, unsigned set, uint8_t *out)
{
    size_t used = 0, place = 0;
    bool starts = text.len >= 3 && memcmp(text.ptr, "<*>", 3) == 0; /* it has no value: the header is free */
    for (size_t i = 0, seen = 0; i < text.len;) {
        if (text.len - i < 3 || memcmp(text.ptr + i, "<*>", 3) != 0) {
            out[used++] = text.ptr[i++];
            continue;
        }
        i += 3;
        struct span value = span_of("<*>");
        if (!starts || seen++ > 0) {
            value = place < count && set >> place & 1 ? values[place] : value;
            place++;
        }
        memcpy(out + used, value.ptr, value.len);
        used += value.len;
    }
    return span_make(out, used);
}

bool template_had_id(struct span text, struct span masked, const char *service, uint8_t severity, uint64_t id)
{
    struct arena arena = {0};
    struct span values[PLACES_MAX], alone = text_alone(masked, &arena);
    size_t count = template_values(text, alone, values, PLACES_MAX), bytes = text.len;
    unsigned opened = 0;
    for (size_t k = 0; k < count; k++) {
        opened |= span_equal(values[k], span_of("<*>")) ? 0 : 1u << k;
        bytes += values[k].len;
    }
    uint8_t *out = arena_alloc(&arena, bytes + 1);
    bool found = false;
    for (unsigned set = opened; set && !found; set = (set - 1) & opened) /* all subsets */
        found = template_id(fill(text, values, count, set, out), service, severity) == id;
    arena_done(&arena);
    return found;
}
