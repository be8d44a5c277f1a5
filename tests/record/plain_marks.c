/* The kernels of marks against the scalar one, as a program that needs little else: marks.sh runs it under an
 * emulator for a processor that is not here. First that the scalar kernel does what marks.h says. */
#include "record/layout.h"
#include "record/marks.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

enum { LENGTH_MAX = 300, TEXTS = 60000, LINES = 40000 };

static uint64_t random_state = 11;

static uint32_t below(uint32_t n)
{
    random_state = random_state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((random_state >> 33) % n);
}

/* marks: a '^' under each. */
static int check_scalar(void)
{
    static const struct {
        const char *text, *json, *pairs;
    } rows[] = {
        {"{\"a\":\"\",\"b\":5}", " ^ ^ ^^ ^ ^", NULL},
        {"{\"a\" : [1, 2] }", " ^ ^", NULL},
        {"{\"a\":\"x, \\\"y\\\" \\\\\",\"b\":null}", " ^ ^ ^           ^ ^ ^", NULL},
        {"a=1  b=\"x y\" c=\"\"", NULL, "   ^   ^   ^   ^^"},
        {"a=\"x \\\" y\" b=\\\"z", NULL, "  ^      ^"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint16_t at[200];
        bool backslash;
        size_t n = strlen(rows[i].text);
        const char *want = rows[i].json ? rows[i].json : rows[i].pairs;
        marks_find *find = rows[i].json ? marks_scalar.json : marks_scalar.pairs;
        uint32_t count = find((const uint8_t *)rows[i].text, (uint32_t)n, at, &backslash), marked = 0;
        char got[200];
        memset(got, ' ', sizeof got);
        for (uint32_t j = 0; j < count; j++) {
            got[at[j]] = '^';
            marked = at[j] + 1u;
        }
        if (marked != strlen(want) || memcmp(got, want, marked) != 0 ||
            backslash != (strchr(rows[i].text, '\\') != NULL)) {
            printf("not ok - marks of\n    %s\n    %.*s\n    %s expected\n", rows[i].text, (int)marked, got,
                   want);
            return 1;
        }
    }
    printf("ok - marks stand where they should\n");
    return 0;
}

struct pages {
    uint8_t *map;
    size_t page;
};

static bool pages_make(struct pages *pages)
{
    pages->page = (size_t)sysconf(_SC_PAGESIZE);
    pages->map = mmap(NULL, 3 * pages->page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return pages->map != MAP_FAILED && !mprotect(pages->map, pages->page, PROT_NONE) &&
           !mprotect(pages->map + 2 * pages->page, pages->page, PROT_NONE);
}

/* Room for n bytes next to a page that cannot be read. */
static uint8_t *pages_place(const struct pages *pages, size_t n, bool at_end)
{
    return pages->map + (at_end ? 2 * pages->page - n : pages->page);
}

static void fill(uint8_t *p, size_t n)
{
    static const char *const pieces[] = {"{\"level\":\"info\",",
                                         "\"msg\":\"",
                                         "\\\"",
                                         "\\\\",
                                         "\\",
                                         "\"",
                                         ":12.5e-3,",
                                         " a=b ",
                                         "c=\"d e\" ",
                                         "\"\":\"\"",
                                         " \t ",
                                         "[1, 2]",
                                         "}}",
                                         "plain text that goes on for more than a block, and so on ",
                                         "\xc3\xa9",
                                         "/x?y=z&",
                                         "null"};
    for (size_t at = 0; at < n;) {
        const char *piece = pieces[below(sizeof pieces / sizeof *pieces)];
        for (; *piece && at < n; piece++)
            p[at++] = below(50) ? (uint8_t)*piece : (uint8_t)below(256);
    }
}

static int check_marks(const struct marks_kernel *kernel, const struct pages *pages)
{
    static uint16_t at[2][LENGTH_MAX + MARKS_SLACK];
    for (uint32_t i = 0; i < TEXTS; i++) {
        uint32_t n = i < 2 * LENGTH_MAX ? i / 2 : below(LENGTH_MAX);
        uint8_t *p = pages_place(pages, n, i % 2);
        fill(p, n);
        for (int json = 0; json < 2; json++) {
            bool backslash[2];
            uint32_t a = (json ? marks_scalar.json : marks_scalar.pairs)(p, n, at[0], &backslash[0]);
            uint32_t b = (json ? kernel->json : kernel->pairs)(p, n, at[1], &backslash[1]);
            if (a != b || backslash[0] != backslash[1] || memcmp(at[0], at[1], a * sizeof **at) != 0) {
                printf("not ok - %s finds other marks than scalar in %u bytes: '%.*s'\n", kernel->name,
                       (unsigned)n, (int)n, (const char *)p);
                return 1;
            }
        }
    }
    printf("ok - %s finds the marks of %d texts\n", kernel->name, TEXTS);
    return 0;
}

static int check_unescape(const struct marks_kernel *kernel, const struct pages *pages)
{
    static uint8_t out[2][LENGTH_MAX + MARKS_SLACK];
    for (uint32_t i = 0; i < TEXTS; i++) {
        uint32_t n = i < 2 * LENGTH_MAX ? i / 2 : below(LENGTH_MAX);
        uint8_t *p = pages_place(pages, n, i % 2);
        fill(p, n);
        for (uint32_t j = 0; i % 8 && j + 1 < n; j++) /* mostly of one letter */
            if (p[j] == '\\')
                p[++j] = (uint8_t) "nt\"\\/u"[below(i % 4 ? 5 : 6)];
        size_t read[2];
        size_t a = marks_scalar.unescape(p, n, out[0], &read[0]);
        size_t b = kernel->unescape(p, n, out[1], &read[1]);
        if (a != b || read[0] != read[1] || memcmp(out[0], out[1], a) != 0) {
            printf("not ok - %s unescapes otherwise than scalar %u bytes: '%.*s'\n", kernel->name,
                   (unsigned)n, (int)n, (const char *)p);
            return 1;
        }
    }
    printf("ok - %s unescapes %d texts\n", kernel->name, TEXTS);
    return 0;
}

static const char *const lines[] = {
    "{\"level\":\"info\",\"ts\":1786060800.003134,\"msg\":\"started\",\"status\":204}",
    "{\"level\":\"info\",\"ts\":1786060800.003134,\"msg\":\"a longer sentence than before\",\"ok\":true}",
    "{\"t\": 1, \"name_that_is_longer_than_a_gap_of_the_tree\": \"x\", \"list\": [1, \"two\", {}]}",
    "{\"a\":\"\",\"b\":\"\",\"c\":{\"d\":{\"e\":null}}}",
    "{\"a\":\"\"}",
};

/* What is learnt from the lines; then all of them with some bytes changed: both walks end alike. */
static int check_walk(const struct marks_kernel *kernel, const struct pages *pages)
{
    struct layouts layouts;
    layouts_init(&layouts, false);
    layouts.kernel = &marks_scalar;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct span text = span_of(lines[i]);
        if (layouts_match(&layouts, text))
            continue;
        struct layout_record *record = layouts_record(&layouts, text);
        const uint8_t *msg = memmem(text.ptr, text.len, "\"msg\":\"", 7);
        if (record && msg) { /* one value of them is asked for */
            const uint8_t *end = memchr(msg + 7, '"', text.len);
            struct field_value value = {span_make(msg + 7, (size_t)(end - msg - 7)), true, false};
            layout_value_told(record, (struct field_name){FIELD_MESSAGE, 2}, span_of("msg"), value, 0, 0);
        }
        if (record)
            layouts_learn(&layouts, text, 3);
    }
    uint32_t followed = 0;
    for (uint32_t i = 0; i < LINES; i++) {
        const char *line = lines[below(sizeof lines / sizeof *lines)];
        uint32_t n = (uint32_t)strlen(line), counts[2] = {0, 0};
        uint8_t *p = pages_place(pages, n, i % 4);
        memcpy(p, line, n);
        for (uint32_t changes = below(3); changes; changes--)
            p[below(n)] = (uint8_t) "ab1\"\\{},: "[below(10)];
        n -= below(8) == 0 ? below(n) : 0;
        p = i % 4 ? memmove(pages_place(pages, n, true), p, n) : p;
        static uint16_t at[LENGTH_MAX + 2 * MARKS_SLACK];
        static struct layout_value values[2][LAYOUT_VALUES_MAX];
        bool backslash;
        at[marks_scalar.json(p, n, at, &backslash)] = (uint16_t)n;
        const struct layout_node *a = marks_scalar.walk(layouts.nodes, at, p, n, values[0], &counts[0]);
        const struct layout_node *b = kernel->walk(layouts.nodes, at, p, n, values[1], &counts[1]);
        if (a != b || (a && (counts[0] != counts[1] ||
                             memcmp(values[0], values[1], counts[0] * sizeof **values) != 0))) {
            printf("not ok - %s follows another path than scalar: '%.*s'\n", kernel->name, (int)n,
                   (const char *)p);
            return 1;
        }
        followed += a != NULL;
    }
    layouts_done(&layouts);
    printf("%s - %s follows the paths of %u of %d lines\n", followed > LINES / 4 ? "ok" : "not ok",
           kernel->name, (unsigned)followed, LINES);
    return followed <= LINES / 4;
}

int main(void)
{
    static const char *const names[] = {"scalar", "avx2", "avx512", "neon"};
    struct pages pages;
    if (!pages_make(&pages))
        return 1;
    int failed = check_scalar(), checked = 0;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const struct marks_kernel *kernel = marks_choose(names[i]);
        if (strcmp(kernel->name, names[i]) != 0) /* not on this processor */
            continue;
        checked++;
        failed |= check_marks(kernel, &pages) | check_unescape(kernel, &pages) | check_walk(kernel, &pages);
    }
    return failed || !checked;
}
