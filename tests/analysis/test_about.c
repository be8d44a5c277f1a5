#include "analysis/about.h"

#include <criterion/criterion.h>

Test(about, pairs_at_the_end)
{
    static const struct {
        const char *message, *about;
    } rows[] = {
        {"Adding resource result, status: 'Pruned' application=argocd/pay kind=DNSEndpoint name=pay-gw",
         "application argocd/pay, kind DNSEndpoint, name pay-gw"},
        {"CA rotated to new root under provider: provider=vault", "provider vault"},
        {"\"Successfully rescaled\" HPA=\"shop/web\" currentReplicas=3 desiredReplicas=4", "HPA shop/web"},
        {"a=b c=d e=f g=h i=j", "a b, c d, e f, g h"},
        {"p=30538 u=deploy | RUNNING HANDLER", NULL},
        {"size=12", NULL},
        {"=x", NULL},
        {"x=", NULL},
        {"", NULL},
    };
    struct arena arena = {0};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *about = about_message(span_of(rows[i].message), &arena);
        if (rows[i].about)
            cr_expect_str_eq(about ? about : "nothing", rows[i].about);
        else
            cr_expect_null(about, "%s", about);
    }
    arena_done(&arena);
}
