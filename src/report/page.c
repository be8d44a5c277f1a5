#include "report/page.h"

#include "report/clean.h"

#define COLUMNS_DEFAULT 100
#define COLUMNS_MIN     60

void page_init(struct page *p, const struct findings *f, const struct report_style *style)
{
    *p = (struct page){.f = f, .color = style->color, .ascii = style->ascii};
    p->onset_ns = f->verdict == ONSET_FOUND && !f->by_order ? f->onset_from_ns : TIME_NONE;
    p->columns = style->columns <= 0            ? COLUMNS_DEFAULT
                 : style->columns < COLUMNS_MIN ? COLUMNS_MIN
                                                : (size_t)style->columns;
    text_init(&p->out, 0);
    text_init(&p->row, 0);
}

void page_done(struct page *p)
{
    text_done(&p->row);
    text_done(&p->out);
}

void page_ink(struct page *p, enum ink ink)
{
    static const char *const codes[] = {"0", "1", "2", "1;31", "1;32", "1;33", "36"};
    if (p->color)
        text_printf(&p->out, "\x1b[%sm", codes[ink]);
}

struct span page_words(const char *text)
{
    return span_of(text ? text : "");
}

void page_put(struct page *p, struct span text, size_t columns, size_t pad)
{
    size_t used = clean_add(&p->out, text, columns ? columns : 1, p->ascii);
    for (; used < pad; used++)
        text_add_byte(&p->out, ' ');
}

void page_spaces(struct page *p, size_t count)
{
    while (count--)
        text_add_byte(&p->out, ' ');
}

void page_cell(struct page *p, struct span text, size_t columns)
{
    size_t used = clean_add(&p->row, text, columns, p->ascii);
    for (; used < columns + 1; used++)
        text_add_byte(&p->row, ' ');
}

void page_end_row(struct page *p, enum ink color, struct span last)
{
    clean_add(&p->row, last, 0, p->ascii);
    size_t len = p->row.len;
    while (len && p->row.ptr[len - 1] == ' ')
        len--;
    page_spaces(p, PAGE_INDENT);
    if (color != INK_PLAIN)
        page_ink(p, color);
    clean_add(&p->out, span_make(p->row.ptr, len), p->columns - PAGE_INDENT, p->ascii);
    if (color != INK_PLAIN)
        page_ink(p, INK_PLAIN);
    text_add_byte(&p->out, '\n');
    text_clear(&p->row);
}

void page_end(struct page *p)
{
    text_add_byte(&p->out, '\n');
}

void page_flow(struct page *p, enum ink color, struct span text, size_t indent, size_t lines_max)
{
    size_t room = p->columns > indent + 8 ? p->columns - indent : 8;
    if (color != INK_PLAIN)
        page_ink(p, color);
    clean_wrap(&p->out, text, room, indent, lines_max, p->ascii);
    if (color != INK_PLAIN)
        page_ink(p, INK_PLAIN);
    page_end(p);
}

void page_label(struct page *p, const char *name)
{
    page_spaces(p, PAGE_INDENT);
    page_ink(p, INK_DIM);
    page_put(p, span_of(name), PAGE_LABEL, PAGE_LABEL);
    page_ink(p, INK_PLAIN);
}

void page_heading(struct page *p, const char *name)
{
    page_end(p);
    page_ink(p, INK_BOLD);
    text_puts(&p->out, name);
    page_ink(p, INK_PLAIN);
    page_end(p);
}
