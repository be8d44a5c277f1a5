#include "base/text.h"

#include "base/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void text_init(struct text *text, size_t cap)
{
    *text = (struct text){.cap = cap};
}

void text_done(struct text *text)
{
    if (!text)
        return;
    free(text->ptr);
    *text = (struct text){0};
}

void text_clear(struct text *text)
{
    text->len = 0;
    text->truncated = false;
}

void text_add(struct text *text, const void *bytes, size_t len)
{
    if (text->cap && len > text->cap - text->len) {
        len = text->cap - text->len;
        text->truncated = true;
    }
    if (len == 0)
        return;
    if (len > text->size - text->len) {
        size_t size = text->size ? text->size * 2 : 256;
        while (size < text->len + len)
            size *= 2;
        text->ptr = memory_resize(text->ptr, size);
        text->size = size;
    }
    memcpy(text->ptr + text->len, bytes, len);
    text->len += len;
}

void text_add_byte(struct text *text, uint8_t byte)
{
    text_add(text, &byte, 1);
}

void text_puts(struct text *text, const char *string)
{
    text_add(text, string, strlen(string));
}

void text_printf(struct text *text, const char *format, ...)
{
    char small[512];
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int n = vsnprintf(small, sizeof small, format, args);
    va_end(args);
    if (n >= 0 && (size_t)n < sizeof small) {
        text_add(text, small, (size_t)n);
    } else if (n >= 0) {
        char *large = memory_alloc((size_t)n + 1);
        vsnprintf(large, (size_t)n + 1, format, again);
        text_add(text, large, (size_t)n);
        free(large);
    }
    va_end(again);
}
