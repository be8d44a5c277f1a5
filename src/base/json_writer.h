/* json_writer: write JSON into a text, piece by piece, with commas where they belong. Strings may hold any
 * bytes: control bytes are escaped, invalid UTF-8 becomes U+FFFD, so that the output is always valid UTF-8
 * JSON. */
#ifndef ONSET_BASE_JSON_WRITER_H
#define ONSET_BASE_JSON_WRITER_H

#include "base/text.h"

struct json_writer {
    struct text *out;
    bool indent; /* one member a line; else all on one line */
    int depth;
    bool first, after_key;
};

void json_open(struct json_writer *json, char bracket); /* '{' or '[' */
void json_open_document(struct json_writer *json,
                        const char *schema);             /* an object whose first member is "schema" */
void json_close(struct json_writer *json, char bracket); /* '}' or ']' */
void json_key(struct json_writer *json, const char *key);
void json_string(struct json_writer *json, struct span value);
void json_cstring(struct json_writer *json, const char *value); /* NULL becomes null */
void json_integer(struct json_writer *json, int64_t value);
void json_unsigned(struct json_writer *json, uint64_t value);
void json_number(struct json_writer *json, double value, int decimals);
void json_bool(struct json_writer *json, bool value);
void json_null(struct json_writer *json);
bool json_is_text(struct span value); /* valid UTF-8: json_string keeps every byte of it */
void json_time(struct json_writer *json, int64_t time_ns); /* RFC 3339; TIME_NONE becomes null */

#endif
