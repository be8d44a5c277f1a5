/* cpu: what this processor, and the operating system on it, can run. Sets, not single flags: a kernel asks
 * for the one set that it is compiled for. Reads CPUID each time (about a microsecond): ask once, keep the
 * answer. */
#ifndef ONSET_BASE_CPU_H
#define ONSET_BASE_CPU_H

enum cpu_set {
    CPU_AVX2 =
        1 << 0, /* AVX2, BMI1, BMI2, LZCNT, POPCNT, PCLMULQDQ; 256-bit registers are saved by the system */
    CPU_AVX512 = 1 << 1, /* all of CPU_AVX2; AVX-512 F, DQ, BW, VL, VBMI, VBMI2, GFNI; 512-bit and mask
                            registers are saved */
};

/* The sets that this machine runs, or-ed; 0 on other architectures. */
unsigned cpu_sets(void);

#endif
