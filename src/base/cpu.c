/* A set counts only when the system saves its registers (XCR0): a processor may have AVX-512 that the kernel
 * or the hypervisor left off, and then the first instruction is a SIGILL. */
#include "base/cpu.h"

#if defined(__x86_64__)

#include <cpuid.h>
#include <stdbool.h>
#include <stdint.h>

/* XCR0: what the system saves. Bits 1 xmm, 2 high halves of ymm, 5 masks, 6 high halves of zmm, 7 zmm16-31.
 */
#define XCR0_YMM 0x06u
#define XCR0_ZMM 0xe6u

/* CPUID leaf 7, which cpuid.h names differently from one compiler to the next. */
#define LEAF7_EBX_AVX2   (1u << 3 | 1u << 5 | 1u << 8)               /* BMI1, AVX2, BMI2 */
#define LEAF7_EBX_AVX512 (1u << 16 | 1u << 17 | 1u << 30 | 1u << 31) /* F, DQ, BW, VL */
#define LEAF7_ECX_AVX512 (1u << 1 | 1u << 6 | 1u << 8)               /* VBMI, VBMI2, GFNI */
#define LEAF1_ECX        (1u << 1 | 1u << 23 | 1u << 27 | 1u << 28)  /* PCLMULQDQ, POPCNT, OSXSAVE, AVX */
#define LEAFX_ECX_LZCNT  (1u << 5)

static bool all(uint32_t have, uint32_t want)
{
    return (have & want) == want;
}

static uint32_t xcr0_low(void)
{
    uint32_t low, high;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return low;
}

unsigned cpu_sets(void)
{
    uint32_t a, b, c, d, b7, c7;
    if (!__get_cpuid(1, &a, &b, &c, &d) || !all(c, LEAF1_ECX))
        return 0;
    if (!__get_cpuid(0x80000001u, &a, &b, &c, &d) || !all(c, LEAFX_ECX_LZCNT))
        return 0;
    if (!__get_cpuid_count(7, 0, &a, &b7, &c7, &d) || !all(b7, LEAF7_EBX_AVX2))
        return 0;
    uint32_t saved = xcr0_low(); /* OSXSAVE is set, so the instruction exists */
    if (!all(saved, XCR0_YMM))
        return 0;
    if (!all(saved, XCR0_ZMM) || !all(b7, LEAF7_EBX_AVX512) || !all(c7, LEAF7_ECX_AVX512))
        return CPU_AVX2;
    return CPU_AVX2 | CPU_AVX512;
}

#else

unsigned cpu_sets(void)
{
    return 0;
}

#endif
