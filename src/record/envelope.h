/* envelope: what container runtimes, agents and syslog write around a line. Pure functions of the text: each
 * returns false when the envelope is not there, else the stream (who says it) and what is inside. */
#ifndef ONSET_RECORD_ENVELOPE_H
#define ONSET_RECORD_ENVELOPE_H

#include "base/span.h"
#include "record/find.h"

struct envelope {
    struct span stream;
    struct span inside; /* leading blanks kept */
};

bool envelope_kubectl(struct span text, struct envelope *ret); /* [pod/NAME/CONTAINER] text */
bool envelope_compose(struct span text, struct envelope *ret); /* service-1  | text; also the next */
/* service.1.0123456789abcdefghijklmno@node    | text, of 'docker service logs'; stream = service.1 */
bool envelope_swarm(struct span text, struct envelope *ret);
bool envelope_stern(struct span text, struct envelope *ret); /* [namespace] pod-name container-name text */
/* The same with any pod's name, where the stamp of --timestamps follows. */
bool envelope_stern_stamped(struct span text, struct envelope *ret);

/* What follows the stamp of 'aws logs tail': "web/nginx/0123456789abcdef text", the stream of a task of ECS,
 * or "2026/08/07/[$LATEST]0123456789abcdef text", of a Lambda function, which says nobody's name: stream =
 * empty. */
bool envelope_log_stream(struct span text, struct envelope *ret);

/* What follows a syslog stamp: host tag[pid]: message; stream = tag. When there is no tag, stream is empty
 * and inside is what follows the host. ret_pid may be NULL. */
bool envelope_syslog(struct span text, struct envelope *ret, bool *ret_pid);
/* Remembers what stood before the process numbers or colons of some lines, "host tag": the same answers as
 * envelope_syslog, by a comparison. One for a reader; zeroed is empty. */
enum { SYSLOG_MEMO_BYTES = 32, SYSLOG_MEMO_ENTRIES = 256 };
struct syslog_memo {
    struct syslog_header {
        uint8_t bytes[SYSLOG_MEMO_BYTES]; /* up to '[' or ':', that included */
        uint8_t bytes_used, tag_at, tag_bytes;
    } headers[SYSLOG_MEMO_ENTRIES];
};
bool envelope_syslog_cached(struct syslog_memo *memo, struct span text, struct envelope *ret);
/* Where the memo has what stands before the text, if it does. */
uint8_t envelope_syslog_place(struct span text);
/* What is behind '[' or ':', which stands before `bytes`, decides as for envelope_syslog. 0: it knows. */
static inline size_t envelope_behind_tag(struct span text, unsigned bytes)
{
    enum { PID_BYTES = 24 };
    size_t at = bytes - 1, end = at;
    if (text.ptr[at] == '[') {
        size_t n = text.len - at < PID_BYTES ? text.len - at : PID_BYTES;
        size_t close = find_near(text.ptr + at, n, ']');
        end = close < n ? at + close + 1 : text.len;
    }
    return end + 1 < text.len && text.ptr[end] == ':' && text.ptr[end + 1] == ' ' ? end + 2 : 0;
}

/* Where `inside` begins, when the text begins as what stands at that place; 0: ask envelope_syslog_cached. */
static inline size_t envelope_syslog_known(const struct syslog_memo *memo, uint8_t place, struct span text)
{
    const struct syslog_header *known = &memo->headers[place];
    bool same = text.len >= SYSLOG_MEMO_BYTES && known->bytes_used &&
                find_same32(known->bytes, text.ptr, known->bytes_used);
    return same ? envelope_behind_tag(text, known->bytes_used) : 0;
}

/* What follows the stamp of RFC 5424: host app procid msgid [data] message; stream = app. */
bool envelope_syslog_5424(struct span text, struct envelope *ret);

/* "[    5.123456] ": seconds since boot (dmesg, journalctl -o short-monotonic). Bytes up to what the line
 * says, 0 when there is none. It orders lines but is no time of day. */
size_t envelope_monotonic(struct span text);

/* What follows the stamp of a CRI line: "stdout F text". */
struct envelope_cri {
    struct span inside;
    bool error_stream; /* stderr */
    bool partial;      /* the line goes on in the next one of this stream */
};
bool envelope_cri(struct span text, struct envelope_cri *ret);

#endif
