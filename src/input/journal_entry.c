/* https://systemd.io/JOURNAL_EXPORT_FORMATS/ */
#include "input/journal_entry.h"

#if HAVE_SYSTEMD
#include <inttypes.h>
#include <stdlib.h>

/* Printable UTF-8, as far as its bytes tell: else it is written with its length in front. */
static bool is_text(const uint8_t *p, size_t n)
{
    for (size_t i = 0; i < n;) {
        size_t more = p[i] < 0xC2 ? 0 : p[i] < 0xE0 ? 1 : p[i] < 0xF0 ? 2 : p[i] < 0xF5 ? 3 : 0;
        if ((p[i] < 0x20 && p[i] != '\t') || p[i] == 0x7f || (p[i] >= 0x80 && more == 0) || more >= n - i)
            return false;
        for (i++; more > 0; more--, i++)
            if ((p[i] & 0xC0) != 0x80)
                return false;
    }
    return true;
}

static void add_field(struct text *out, const uint8_t *field, size_t n)
{
    const uint8_t *equals = memchr(field, '=', n < 256 ? n : 256);
    if (!equals)
        return;
    size_t name = (size_t)(equals - field), value = n - name - 1;
    if (name == strlen("_BOOT_ID") && memcmp(field, "_BOOT_ID", name) == 0)
        return; /* in the header */
    text_add(out, field, name);
    if (is_text(equals + 1, value)) {
        text_add(out, equals, value + 1);
    } else {
        uint8_t bytes[8];
        for (size_t i = 0; i < sizeof bytes; i++)
            bytes[i] = (uint8_t)((uint64_t)value >> 8 * i);
        text_add_byte(out, '\n');
        text_add(out, bytes, sizeof bytes);
        text_add(out, equals + 1, value);
    }
    text_add_byte(out, '\n');
}

static void add_header(sd_journal *journal, struct text *out)
{
    char *cursor = NULL, boot_text[SD_ID128_STRING_MAX];
    uint64_t realtime, monotonic;
    sd_id128_t boot;
    if (libsystemd.journal_get_cursor(journal, &cursor) >= 0)
        text_printf(out, "__CURSOR=%s\n", cursor);
    free(cursor);
    if (libsystemd.journal_get_realtime_usec(journal, &realtime) >= 0)
        text_printf(out, "__REALTIME_TIMESTAMP=%" PRIu64 "\n", realtime);
    if (libsystemd.journal_get_monotonic_usec(journal, &monotonic, &boot) >= 0)
        text_printf(out, "__MONOTONIC_TIMESTAMP=%" PRIu64 "\n_BOOT_ID=%s\n", monotonic,
                    libsystemd.id128_to_string(boot, boot_text));
}

int journal_entry_next(sd_journal *journal, struct text *entry)
{
    const void *field;
    size_t n;
    int more = libsystemd.journal_next(journal);
    if (more <= 0)
        return more;
    text_clear(entry);
    add_header(journal, entry);
    libsystemd.journal_restart_data(journal);
    while ((more = libsystemd.journal_enumerate_available_data(journal, &field, &n)) > 0)
        add_field(entry, field, n);
    text_add_byte(entry, '\n');
    return more < 0 ? more : 1;
}
#endif
