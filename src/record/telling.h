/* telling: the text of a record of named values that has no message.
 *
 * A request is written as an access log has it, so that people, rules and levels read it alike:
 *
 *     "POST /v1/entries HTTP/1.1" 503 UF,URX upstream_cluster=ledger upstream_transport_failure_reason=...
 *
 * with what names the other side and what gives a reason behind it; numbers, ids, addresses and agents are
 * left out. Any other record is its names: those that say what happened, how it ended and why first, with
 * their values, then those whose value is a short text, then the bare names of the rest:
 *
 *     action=login outcome=denied reason=expired realm=shop attempts user
 *
 * Two names that tell what a setting was and what it is ("oldValue", "newValue") are told as one:
 *
 *     action.type=change_setting newValue: flexible -> strict metadata.name=ssl
 *
 * The order in which the names came does not matter. */
#ifndef ONSET_RECORD_TELLING_H
#define ONSET_RECORD_TELLING_H

#include "record/fields.h"

enum { TELLING_MAX = 64, TELLING_NAME_BYTES_MAX = 64 /* more are left out */ };

struct telling { /* a named value */
    struct span name;
    struct field_value value; /* without text: nested, or null */
    enum field_role role;
    uint8_t part;    /* telling.c's own */
    struct span was; /* telling.c's own */
};

enum telling_kind {
    TELLING_ANY,
    TELLING_ACTION, /* a name says what happened: event, action, operation, type ... */
    TELLING_REQUEST /* there are the method and the path of a request */
};

/* Also settles their parts. */
enum telling_kind telling_kind(struct telling *members, size_t count);
/* After telling_kind, which told `kind`. In scratch; empty when there are no members. Sorts them. */
struct span telling_text(struct telling *members, size_t count, enum telling_kind kind,
                         struct scratch *scratch);

#endif
