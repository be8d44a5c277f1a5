/* Where long lines of real programs say that something failed, and where they say that nothing did. */
#include "record/sign.h"

#include <criterion/criterion.h>

Test(sign, where_it_is_told)
{
    static const struct {
        const char *text, *sign; /* NULL: none */
    } rows[] = {
        /* an Ansible task that ran a playbook, its output escaped within JSON */
        {"ok: [db1] => (item=/srv)\\nfailed: [db1] (item=/data) => {\\\"changed\\\": false", "failed: [db1]"},
        {"\"failed\": false, \"msg\": \"rmtree failed: [Errno 30] Read-only file system\"", "failed: [Errno"},
        {"db1 : ok=37 changed=25 unreachable=0 failed=0", NULL},
        {"db1 : ok=37 changed=25 unreachable=0 failed=1", "failed=1"},
        {"{\"items\":[],\"errors\":[],\"error\":null,\"hasErrors\":false}", NULL},
        {"{\\\"errorCount\\\":0,\\\"stack\\\":\\\"TypeError: x is undefined\\\"}", "Error: x"},
        {"\"message\":\"dial tcp 10.0.0.9:5432: connect: connection refused\"", "refused"},
        {"java.lang.IllegalStateException: no bean", "Exception: no"},
        {"stderr: ls: cannot access '/x': No such file or directory", "cannot access"},
        {"a day like any other, with nothing to tell", NULL},
        {"", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct span text = span_of(rows[i].text);
        size_t at = sign_find(text, 0);
        if (rows[i].sign)
            cr_expect(span_starts(span_skip(text, at), rows[i].sign), "row %zu: at %zu", i, at);
        else
            cr_expect_eq(at, text.len, "row %zu: at %zu", i, at);
    }
}

Test(sign, only_behind_where_it_is_looked_for)
{
    struct span text = span_of("error: first, then another error: second");
    cr_expect_eq(sign_find(text, 0), 0);
    cr_expect_eq(sign_find(text, 1), 27);
    cr_expect_eq(sign_find(text, 28), text.len);
    cr_expect_eq(sign_find(text, 99), text.len);
}
