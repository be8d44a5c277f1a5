/* How the ways of rotating look from here.
 *
 * - Renamed, and made anew: the inode goes on under another name, still open; it is read to its end, and so
 * is what is written to it late. The new inode under the old name is read from its start.
 * - Renamed several times between two looks: all are new inodes of the stream, and read from their start.
 * - Copied and truncated: a new inode with the head of one that is still in its place is held, unread. When
 *   the original turns out truncated, the copy is read from where the original was left.
 * - Saved by an editor: a new inode in the place of one that is gone, with the same bytes before the place
 * that was reached, is read on from there. */
#include "input/tail_set.h"

#include "base/arena.h"
#include "input/identity.h"

#include <unistd.h>

struct tail_stream *tail_find_stream(struct tail_set *set, const char *path)
{
    struct text name;
    text_init(&name, 0);
    identity_stream(span_of(path), &name);
    struct tail_stream *found = NULL;
    for (size_t i = 0; i < set->stream_count && !found; i++)
        if (span_equal(span_of(set->streams[i]->file.stream), text_span(&name)))
            found = set->streams[i];
    if (!found) {
        found = memory_alloc(sizeof *found);
        /* a rotated version may be seen first; what follows it will have the plain name */
        text_add_byte(&name, 0);
        input_file_make(&found->file,
                        access((const char *)name.ptr, F_OK) == 0 ? (const char *)name.ptr : path);
        found->live = found->file.path;
        set->streams = tail_grow(set->streams, set->stream_count, &set->stream_size, sizeof *set->streams);
        set->streams[set->stream_count++] = found;
    }
    text_done(&name);
    return found;
}

bool tail_is_live(const struct tail *t)
{
    return t->listed && strcmp(t->path, t->stream->live) == 0;
}

/* Of what is in the original at this moment, which may not have been looked at yet: all of it, as far as the
 * first and the last bytes tell. */
static bool is_copy_now(const struct tail *copy, const struct tail *original)
{
    struct place now;
    if (original->fd < 0)
        return false;
    tail_read_head(original, &now);
    return tail_same_head(&now, &copy->at) && tail_same_end(copy, original);
}

bool tail_has_successor(const struct tail_set *set, const struct tail *t)
{
    for (size_t i = 0; i < set->count; i++)
        if (set->tails[i]->stream == t->stream && set->tails[i] != t && set->tails[i]->listed &&
            !set->tails[i]->ignored)
            return true;
    return false;
}

void tail_let_go(struct tail_set *set, struct tail *t)
{
    for (size_t i = 0; t->copied && i < set->count; i++) {
        struct tail *copy = set->tails[i];
        if (copy->copy_of != t || tail_same_head(&t->at, &copy->at) || is_copy_now(copy, t))
            continue;
        copy->copy_of = NULL;
        copy->dirty = true;
    }
}

void tail_leave(struct tail_set *set, struct tail *t)
{
    struct tail *rest = NULL;
    for (size_t i = 0; i < set->count; i++) {
        struct tail *copy = set->tails[i];
        if (copy->copy_of != t)
            continue;
        tail_read_head(copy, &copy->at); /* it may have been made in part only when it was seen */
        if (is_copy_now(copy, t))
            continue;
        bool of_old = tail_same_head(&t->at, &copy->at);
        copy->copy_of = NULL;
        copy->dirty = true;
        if (!of_old || !tail_continues(copy, &t->at))
            continue;
        if (!rest) {
            rest = copy;
        } else if (tail_size(copy) > tail_size(rest)) { /* one of them is enough: the longest */
            tail_ignore(set, rest);
            rest = copy;
        } else {
            tail_ignore(set, copy);
        }
    }
    /* what is shorter was copied before, and may be not the only one */
    if (t->at.offset && (!rest || tail_size(rest) < t->at.offset))
        set->left[set->left_next++ % LEFT_MAX] = (struct left){t->stream, t->at};
    tail_start_over(set, t);
}

static void take_all(struct tail_set *set, struct tail *t)
{
    enum pumped pumped;
    while (t->fd >= 0 && (pumped = tail_pump(set, t, false)) != PUMPED_ALL)
        if (pumped == PUMPED_REWRITTEN)
            tail_leave(set, t);
}

/* In this order: what is truncated between the two questions is not there now, and rewritten. */
static bool is_copy(const struct tail *t, const struct tail *other)
{
    if (tail_is_live(t))
        return false;
    bool now = is_copy_now(t, other), was = tail_is_rewritten(other);
    if (!tail_is_live(other) && !was && t->listed)
        return false;
    return now || (was && tail_same_head(&other->at, &t->at));
}

void tail_classify(struct tail_set *set, struct tail *t)
{
    if (input_is_packed(span_make(t->at.head, t->at.head_bytes))) {
        tail_ignore(set, t);
        if (set->reader.other)
            set->reader.other(set->reader.context, t->path);
        return;
    }
    /* it may have just been made, or cp have just begun */
    t->undecided = t->at.head_bytes == 0 ||
                   (t->at.head_bytes < HEAD_LEAST && !tail_is_live(t) && tail_has_successor(set, t));
    for (size_t i = 0; i < set->count && !t->undecided; i++) {
        struct tail *other = set->tails[i];
        if (other == t || other->stream != t->stream || other->ignored || other->copy_of)
            continue;
        if (is_copy(t, other)) {
            t->copy_of = other;
            other->copied = true;
            return;
        }
    }
    for (size_t i = 0; i < set->count && !t->undecided; i++) {
        struct tail *gone = set->tails[i];
        if (gone == t || gone->stream != t->stream || gone->listed)
            continue;
        if (gone->undecided) {
            tail_read_head(gone, &gone->at);
            tail_classify(set, gone);
        }
        if (gone->ignored || gone->copy_of || gone->undecided)
            continue;
        take_all(set, gone); /* what is in both is taken once */
        tail_continues(t, &gone->at);
    }
    for (size_t i = 0; i < LEFT_MAX && !t->undecided; i++)
        if (set->left[i].stream == t->stream && tail_continues(t, &set->left[i].place))
            set->left[i].stream = NULL;
}
