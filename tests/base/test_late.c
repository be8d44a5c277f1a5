#include "base/late.h"

#include <criterion/criterion.h>

TestSuite(late);

#if LATE_LOADS && defined(__linux__)
static struct libm {
    double (*cosine)(double);
    double (*root)(double);
} libm;

/* ISO C, 7.12: cos(0) is 1, sqrt(9) is 3. */
Test(late, functions_come_in_the_order_of_their_names)
{
    static const char *const names[] = {"cos", "sqrt"};
    static struct late late = {"libm.so.6", names, 2, &libm, LATE_UNTRIED};
    cr_assert(late_load(&late));
    cr_assert(late_load(&late));
    cr_expect_float_eq(libm.cosine(0), 1, 0);
    cr_expect_float_eq(libm.root(9), 3, 0);
    cr_expect_null(late_missing());
}
#endif

Test(late, what_is_not_there_is_told_by_its_file)
{
    static const char *const names[] = {"open"};
    static void *function;
    static struct late late = {"libnowhere.so.7", names, 1, &function, LATE_UNTRIED};
    cr_expect(!late_load(&late));
    cr_expect(!late_load(&late));
    cr_expect_str_eq(late_missing(), "libnowhere.so.7");
}

Test(late, a_library_that_is_too_old_is_missing)
{
    static const char *const names[] = {"cos", "cosine_of_tomorrow"};
    static void *functions[2];
    static struct late late = {"libm.so.6", names, 2, functions, LATE_UNTRIED};
    cr_expect(!late_load(&late));
    cr_expect_str_eq(late_missing(), "libm.so.6");
}
