/* The list of kernels, best first, and the one choice among them. What a kernel needs is also where it is
 * worth it: on every processor with VBMI2 the 512-bit registers no longer slow the clock as they did on the
 * first ones. */
#include "pattern/kernel.h"

#include "base/cpu.h"

#include <stdio.h>

static const struct {
    const struct kernel *kernel;
    unsigned needs;
} kernels[] = {
#if defined(__x86_64__)
    {&kernel_avx512, CPU_AVX512},
    {&kernel_avx2, CPU_AVX2},
#elif defined(__aarch64__)
    {&kernel_neon, 0}, /* every processor of the kind has it */
#endif
    {&kernel_scalar, 0},
};

const struct kernel *kernel_choose(const char *forced, struct onset_error *err)
{
    unsigned sets = cpu_sets();
    char names[64] = "";
    size_t used = 0;
    for (size_t i = 0; i < sizeof kernels / sizeof *kernels; i++) {
        const struct kernel *kernel = kernels[i].kernel;
        if ((kernels[i].needs & sets) != kernels[i].needs)
            continue;
        if (!forced || !*forced || strcmp(forced, kernel->name) == 0)
            return kernel;
        used += (size_t)snprintf(names + used, sizeof names - used, "%s%s", used ? ", " : "", kernel->name);
    }
    error_set(err, "ONSET_CPU is '%s'; this machine runs %s", forced, names);
    return NULL;
}
