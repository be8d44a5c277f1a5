/* The reader of saved profiles. Input is a profile as it lies on disk; what is accepted must be written again
 * byte for byte, and may be added to itself. So that a mutation gets past the checksum, versions and the last
 * line are made good first when the first byte of the input is '!' (that byte is left out). */
#include "pattern/kernel.h"
#include "pattern/template.h"
#include "profile/profile_lines.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void require(bool holds)
{
    if (!holds)
        abort();
}

/* The versions of the first line are ours, or no saved input would outlive a change of rules. */
static void mend_versions(struct text *text, struct span bytes)
{
    static const char behind[] = ",\"order_limit\":";
    const uint8_t *line_end = memchr(bytes.ptr, '\n', bytes.len);
    const uint8_t *rest = span_starts(bytes, PROFILE_HEAD) && line_end
                              ? memmem(bytes.ptr, (size_t)(line_end - bytes.ptr), behind, strlen(behind))
                              : NULL;
    if (rest) {
        text_printf(text, PROFILE_HEAD "%d,\"masking\":%d,\"merging\":%d", PROFILE_VERSION, MASK_VERSION,
                    TEMPLATE_VERSION);
        bytes = span_make(rest, bytes.len - (size_t)(rest - bytes.ptr));
    }
    text_add(text, bytes.ptr, bytes.len);
}

/* Replace what stands behind the last line but one by an end that fits. */
static void mend(struct text *text)
{
    size_t cut = text->len && text->ptr[text->len - 1] == '\n' ? text->len - 1 : text->len;
    while (cut && text->ptr[cut - 1] != '\n')
        cut--;
    size_t lines = 0;
    for (size_t i = 0; i < cut; i++)
        lines += text->ptr[i] == '\n';
    text->len = cut;
    text_printf(text, "{\"type\":\"end\",\"lines\":%zu,\"xxh3\":\"%016llx\"}\n", lines,
                (unsigned long long)XXH3_64bits(text->ptr, cut));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct text text, again;
    struct profile profile, twice;
    struct onset_error err = {{0}};
    text_init(&text, 0);
    text_init(&again, 0);
    bool good_end = size && bytes[0] == '!';
    if (good_end) {
        mend_versions(&text, span_make(bytes + 1, size - 1));
        mend(&text);
    } else {
        text_add(&text, bytes, size);
    }
    bool of_hosts;
    profile_newest(text_span(&text), &of_hosts);
    struct profile_reading *reading = profile_read_start(&profile);
    for (size_t at = 0, step = 1 + size % 61; at < text.len; at += step)
        if (profile_read(reading, text.ptr + at, text.len - at < step ? text.len - at : step, &err) < 0)
            break;
    if (profile_read_end(reading, &err) == 0) {
        const char *reason;
        require(profile_validate(&profile, &reason));
        profile_write(&profile, &again);
        require(text.len == again.len && memcmp(text.ptr, again.ptr, text.len) == 0);
        profile_init(&twice);
        profile_merge(&twice, &profile);
        profile_merge(&twice, &profile);
        profile_settle(&twice);
        require(profile_validate(&twice, &reason));
        profile_done(&twice);
    } else {
        require(err.text[0] != 0);
    }
    profile_done(&profile);
    text_done(&text);
    text_done(&again);
    return 0;
}
