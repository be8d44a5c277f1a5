#include "engine/judge.h"

#include "record/severity.h"

/* The class of the status in an access log line, '" 502 ' behind the quoted request: 0 when there is none. */
static int access_status(struct span masked)
{
    for (size_t at = 2; at + 3 <= masked.len; at++) {
        const uint8_t *p = masked.ptr + at;
        bool digits = p[0] >= '1' && p[0] <= '5' && p[1] >= '0' && p[1] <= '9' && p[2] >= '0' && p[2] <= '9';
        if (digits && p[-1] == ' ' && p[-2] == '"' && (at + 3 == masked.len || p[3] == ' '))
            return p[0] - '0';
    }
    return 0;
}

uint8_t judge_message(const struct kernel *kernel, struct span message, uint8_t *masked)
{
    if (message.len > JUDGE_BYTES_MAX)
        message.len = JUDGE_BYTES_MAX;
    struct span text = {masked, kernel->mask(message.ptr, message.len, masked)};
    uint8_t severity = severity_of_header(text);
    if (!severity)
        severity = severity_of_words(text);
    int status = severity ? 0 : access_status(text);
    return status == 5 ? SEVERITY_ERROR : status ? SEVERITY_INFO : severity;
}
