/* ascii: what kind of byte it is, whatever the locale says. */
#ifndef ONSET_BASE_ASCII_H
#define ONSET_BASE_ASCII_H

#include <stdbool.h>
#include <stdint.h>

static inline bool is_letter(uint8_t byte)
{
    return (unsigned)(byte | 0x20) - 'a' < 26;
}

static inline bool is_digit(uint8_t byte)
{
    return (unsigned)byte - '0' < 10;
}

static inline bool is_blank(uint8_t byte)
{
    return byte == ' ' || byte == '\t';
}

#endif
