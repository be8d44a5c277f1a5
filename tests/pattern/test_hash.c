/* mask_hash by itself: that it is what its header says, and that it tells texts apart as well as chance. That
 * all kernels agree with it is in test_kernel.c. */
#include "pattern/kernel.h"
#include "pattern/mask_hash.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* By a program in another language, from the words of the header, with roots of primes and numbers of any
 * size. */
Test(hash, is_what_the_header_says)
{
    static const struct {
        const char *unit;
        size_t times;
        uint64_t hash;
    } rows[] = {
        {"", 0, 0x5f859b3500c07ceau},          {"took \1 ms", 1, 0x63dd00951017a8fbu},
        {"a", 64, 0x5e035bc8254f1de4u},        {"ab", 64, 0x3b8ae8e7e5d5bc8cu},
        {"abc", 201 / 3, 0x986e3f66bea1a219u},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint8_t text[256];
        size_t unit = strlen(rows[i].unit), n = unit * rows[i].times;
        for (size_t at = 0; at < n; at++)
            text[at] = (uint8_t)rows[i].unit[at % unit];
        cr_expect_eq(mask_hash(text, n), rows[i].hash, "row %zu", i);
    }
}

static int compare(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* None of n fingerprints are equal; and of their halves about as many as of random numbers. */
static void check_spread(const char *what, uint64_t *list, size_t n)
{
    double expected = (double)n * (double)n / 2 / 4294967296.0, deviation = sqrt(expected);
    size_t equal[3] = {0};
    qsort(list, n, sizeof *list, compare);
    for (size_t i = 1; i < n; i++) {
        equal[0] += list[i] == list[i - 1];
        equal[1] += list[i] >> 32 == list[i - 1] >> 32;
    }
    for (size_t i = 0; i < n; i++)
        list[i] <<= 32;
    qsort(list, n, sizeof *list, compare);
    for (size_t i = 1; i < n; i++)
        equal[2] += list[i] == list[i - 1];
    cr_expect_eq(equal[0], 0, "%s: %zu are equal", what, equal[0]);
    for (int half = 1; half < 3; half++)
        cr_expect(fabs((double)equal[half] - expected) < 6 * deviation,
                  "%s: %zu halves are equal, not about %.0f", what, equal[half], expected);
}

#define TEXTS 1500000

/* Texts that differ in as little as texts do: one counter of letters; two words of a sentence, in the same
 * lane or not; the order of words; nothing but length. */
Test(hash, texts_that_are_nearly_equal_are_told_apart, .timeout = 120)
{
    static const char *const sentences[] = {
        "worker %s of pool %s has ended",
        "connection from \1 to %s lost behind the balancer of the second zone: retry of %s later",
        "the request was refused by the upstream while it was read: client \1, server shop, key %s "
        "and then sixty-four bytes on there is another one, %s",
    };
    uint64_t *list = malloc(TEXTS * sizeof *list);
    for (size_t s = 0; s < sizeof sentences / sizeof *sentences; s++) {
        for (size_t i = 0; i < TEXTS; i++) {
            char first[5], second[5], text[256];
            for (size_t c = 0, a = i % 1225, b = i / 1225; c < 4; c++, a /= 35, b /= 35) {
                first[c] = (char)('A' + a % 35);
                second[c] = (char)('A' + b % 35);
            }
            first[4] = second[4] = 0;
            int n = snprintf(text, sizeof text, sentences[s], first, second);
            list[i] = fingerprint_mix(mask_hash((const uint8_t *)text, (size_t)n), 0x900);
        }
        check_spread(sentences[s], list, TEXTS);
    }
    /* one letter in the other case at two to four of 160 places */
    size_t n = 0;
    for (size_t a = 0; a < 160 && n < TEXTS; a++)
        for (size_t b = a + 1; b < 160 && n < TEXTS; b++)
            for (size_t c = b + 1; c < 160 && n < TEXTS; c++) {
                uint8_t text[160];
                memset(text, 'e', sizeof text);
                text[a] = text[b] = text[c] = 'E';
                list[n++] = fingerprint_mix(mask_hash(text, sizeof text), 0);
            }
    check_spread("three capitals", list, n);
    static uint8_t blanks[60000];
    for (n = 0; n < sizeof blanks; n++)
        list[n] = fingerprint_mix(mask_hash(blanks, n), 0);
    check_spread("NUL bytes", list, n);
    free(list);
}

/* Any bit of the text turns any bit of the fingerprint in half of the cases. */
Test(hash, every_bit_reaches_every_bit, .timeout = 120)
{
    enum { TRIES = 4000, BYTES = 150 };
    static uint32_t turned[BYTES * 8][64];
    uint64_t random = 1;
    for (size_t t = 0; t < TRIES; t++) {
        uint8_t text[BYTES];
        for (size_t i = 0; i < BYTES; i++) {
            random = random * 6364136223846793005u + 1442695040888963407u;
            text[i] = (uint8_t)(32 + (random >> 33) % 95);
        }
        uint64_t before = fingerprint_mix(mask_hash(text, BYTES), 7);
        for (size_t bit = 0; bit < BYTES * 8; bit++) {
            text[bit / 8] ^= (uint8_t)(1 << bit % 8);
            uint64_t changed = before ^ fingerprint_mix(mask_hash(text, BYTES), 7);
            text[bit / 8] ^= (uint8_t)(1 << bit % 8);
            for (size_t k = 0; k < 64; k++)
                turned[bit][k] += changed >> k & 1;
        }
    }
    /* a share of 4,000 tries is off by 0.008 on average: six times that hardly ever */
    size_t odd = 0;
    double worst = 0;
    for (size_t bit = 0; bit < BYTES * 8; bit++)
        for (size_t k = 0; k < 64; k++) {
            double off = fabs(turned[bit][k] / (double)TRIES - 0.5);
            odd += off > 6 * 0.0079;
            worst = off > worst ? off : worst;
        }
    cr_expect_eq(odd, 0, "%zu pairs of bits hang together, the worst by %.3f", odd, worst);
}
