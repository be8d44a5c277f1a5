/* parts: records that a container runtime wrote in parts, because they were longer than its buffer, until
 * their last part comes. Parts of different writers and channels may take turns. */
#ifndef ONSET_RECORD_PARTS_H
#define ONSET_RECORD_PARTS_H

#include "base/text.h"
#include "record/line.h"
#include "record/scratch.h"

enum { PARTS_OPEN_MAX = 16, PART_BYTES_MAX = 1 << 20 };

struct part {
    struct text text, stream;
    int64_t time_ns;     /* of the first part */
    uint16_t time_flags; /* what goes with it: LINE_STAMPED and what it lacks */
    struct line_place began;
    uint64_t end; /* of the line with its last part so far */
    bool open, error_channel;
};

struct parts {
    struct part slots[PARTS_OPEN_MAX];
    size_t open; /* of these */
};

void parts_init(struct parts *parts);
void parts_done(struct parts *parts);
void parts_forget(struct parts *parts);
/* One line, of which stream and time are told. False: it is a part, more is to come. True: *text is all of
 * the record, in scratch where it was joined, and line and place have its beginning. A part for which there
 * is no room stands for itself (LINE_UNFINISHED). */
bool parts_add(struct parts *parts, struct line_reader *reader, struct line *line, bool error_channel,
               bool more, struct span *text, struct scratch *scratch);
/* A record that waited for its next part while LINE_WAIT_BYTES of other text went by, up to the line to come:
 * as if complete. False: there is none. */
bool parts_next_late(struct parts *parts, struct line_reader *reader, struct line *line,
                     struct span *ret_text, struct scratch *scratch);
/* At the end of the source: a record that never got its last part, as if it had. False: there is none. */
bool parts_next_open(struct parts *parts, struct line_reader *reader, struct line *line,
                     struct span *ret_text, struct scratch *scratch);

/* Does docker go on with this text in the next line? It cuts at 16 KiB, without a newline, and writes what is
 * no UTF-8 as three bytes for one. */
bool parts_docker_goes_on(struct span text);
/* `kubectl logs --timestamps` of older kubelets puts the stamp before each part of a line, in the midst of
 * it: text (what follows the first stamp) without these, in scratch if there are any. */
struct span parts_without_stamps(struct span text, struct scratch *scratch);

#endif
