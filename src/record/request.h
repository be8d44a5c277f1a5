/* request: what the server, and not its client, says in a line of an access log.
 *
 * NCSA's combined format ends with what the client tells of itself, `"REFERER" "USER AGENT"`; Envoy, Traefik,
 * load balancers and most formats made by hand have both, too. Those words have no end of kinds and say
 * nothing of the system that is looked at: left in, they split each message of the server into one per
 * browser. */
#ifndef ONSET_RECORD_REQUEST_H
#define ONSET_RECORD_REQUEST_H

#include "record/scratch.h"

/* message: a quoted request, and the rest of the line; what is from `readable` to it can be read as well. The
 * same without a quoted field behind the request that starts as a user agent does (RFC 9110, section 10.1.5:
 * a product and its version, `Mozilla/5.0 (...`), and without the quoted field in front of that. A part of
 * message where hardly a word follows, else built in scratch; message itself where there is no such field. */
struct span request_alone(struct span message, const uint8_t *readable, struct scratch *scratch);

/* Where request_alone ends bytes[from, to), which begins with a quote and has no blank at its end; 0 where
 * that is not a part of it, or hard to tell. Bit i of quotes: bytes[i] is a quote. */
size_t request_end(const uint8_t *bytes, const uint64_t *quotes, size_t from, size_t to);

#endif
