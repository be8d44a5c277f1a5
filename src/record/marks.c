#include "record/marks.h"

#include "base/cpu.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

const struct marks_kernel *marks_choose(const char *name)
{
    static const struct {
        const struct marks_kernel *kernel;
        unsigned needs;
    } kernels[] = {
#if defined(__x86_64__)
        {&marks_avx512, CPU_AVX512},
        {&marks_avx2, CPU_AVX2},
#elif defined(__aarch64__)
        {&marks_neon, 0},
#endif
        {&marks_scalar, 0},
    };
    enum { KERNELS = sizeof kernels / sizeof *kernels };
    unsigned sets = cpu_sets();
    const struct marks_kernel *best = NULL;
    for (size_t i = 0; i < KERNELS; i++) {
        if ((kernels[i].needs & sets) != kernels[i].needs)
            continue;
        if (name && strcmp(name, kernels[i].kernel->name) == 0)
            return kernels[i].kernel;
        best = best ? best : kernels[i].kernel;
    }
    return best;
}

static const struct marks_kernel *chosen;

static void choose(void)
{
    chosen = marks_choose(getenv("ONSET_CPU"));
}

const struct marks_kernel *marks_kernel(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, choose);
    return chosen;
}
