/* text: a growable byte buffer with a hard cap. Bytes past the cap are dropped and `truncated` is set, so
 * that what a log can inflate stays bounded and the loss is visible. */
#ifndef ONSET_BASE_TEXT_H
#define ONSET_BASE_TEXT_H

#include "base/span.h"

struct text {
    uint8_t *ptr;
    size_t len, size;
    size_t cap; /* 0: no cap */
    bool truncated;
};

void text_init(struct text *text, size_t cap);
void text_done(struct text *text); /* accepts NULL and a zeroed text */
void text_clear(struct text *text);
void text_add(struct text *text, const void *bytes, size_t len);
void text_add_byte(struct text *text, uint8_t byte);
void text_puts(struct text *text, const char *string);
void text_printf(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
static inline struct span text_span(const struct text *text)
{
    return span_make(text->ptr, text->len);
}

#endif
