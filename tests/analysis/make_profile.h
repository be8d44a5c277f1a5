/* make_profile: a story, told line by line, as the profile that a scan of its logs would give.
 *
 *     struct story s = {0};
 *     story_steady(&s, "web", 0, 3600, 1, SEVERITY_INFO, "request % served");
 *     story_say(&s, "web", 1800, SEVERITY_ERROR, "ledger page % is torn");
 *     struct profile logs = story_profile(&s, 0);
 *
 * Seconds count from STORY_BEGIN. A stream is NAME or NAME#REPLICA of service NAME, one file each; a folder
 * may stand before it. '%' in a text is replaced by how many lines were told before. Lines may be told in any
 * order: a file holds them by time. Texts are borrowed. */
#ifndef ONSET_TESTS_MAKE_PROFILE_H
#define ONSET_TESTS_MAKE_PROFILE_H

#include "analysis/analysis.h"
#include "record/severity.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#define STORY_BEGIN (1786113000 * NS_PER_SECOND) /* 2026-08-07 14:30:00 UTC */

struct story_line {
    const char *stream, *text;
    int64_t time_ns;
    size_t told; /* how many were told before: breaks ties, fills '%' */
    uint8_t severity, kind;
    uint64_t offset, line; /* in its file */
};

struct story {
    struct story_line *lines;
    size_t count, size;
    bool by_order; /* no line has a time */
};

static inline int64_t story_ns(double second)
{
    return STORY_BEGIN + (int64_t)(second * 1e9);
}

static inline void story_line_add(struct story *s, const char *stream, double second, uint8_t severity,
                                  uint8_t kind, const char *text)
{
    if (s->count == s->size) {
        s->size = s->size ? 2 * s->size : 1024;
        s->lines = realloc(s->lines, s->size * sizeof *s->lines);
        cr_assert_not_null(s->lines);
    }
    s->lines[s->count] = (struct story_line){.stream = stream,
                                             .text = text,
                                             .time_ns = story_ns(second),
                                             .told = s->count,
                                             .severity = severity,
                                             .kind = kind};
    s->count++;
}

static inline void story_say(struct story *s, const char *stream, double second, uint8_t severity,
                             const char *text)
{
    story_line_add(s, stream, second, severity, SERIES_RECORD, text);
}

/* At from, from + period ... before to. */
static inline void story_steady(struct story *s, const char *stream, double from, double to, double period,
                                uint8_t severity, const char *text)
{
    for (size_t i = 0; from + (double)i * period < to; i++)
        story_say(s, stream, from + (double)i * period, severity, text);
}

static inline int story_compare(const void *a, const void *b)
{
    const struct story_line *x = a, *y = b;
    if (x->time_ns != y->time_ns)
        return x->time_ns < y->time_ns ? -1 : 1;
    return (x->told > y->told) - (x->told < y->told);
}

/* Where each line stands in its file. */
static inline void story_place(struct story *s)
{
    qsort(s->lines, s->count, sizeof *s->lines, story_compare);
    for (size_t i = 0; i < s->count; i++) {
        struct story_line *line = &s->lines[i];
        line->line = 1;
        line->offset = 0;
        for (size_t k = i; k-- > 0;)
            if (strcmp(s->lines[k].stream, line->stream) == 0) {
                line->line = s->lines[k].line + 1;
                line->offset = s->lines[k].offset + 100;
                break;
            }
        if (s->by_order)
            line->time_ns = (int64_t)line->offset * 1000000; /* as the scanner does */
    }
}

static inline void story_add(const struct story *s, const struct story_line *line, struct profile *profile)
{
    char file[64], text[256], *out = text;
    snprintf(file, sizeof file, "%s.log", line->stream);
    for (const char *in = line->text; *in; in++)
        if (*in == '%')
            out += snprintf(out, 24, "%zu", line->told);
        else
            *out++ = *in;
    struct span message = span_make(text, (size_t)(out - text));
    const char *folder = strrchr(line->stream, '/'), *name = folder ? folder + 1 : line->stream;
    struct span service = span_make(name, strcspn(name, "#"));
    struct stream *stream = profile_stream(profile, span_of(line->stream), span_of(""), service, s->by_order);
    uint8_t scratch[sizeof text + 64];
    uint64_t seed = key_mix(0, (uint64_t)line->severity << 8 | line->kind), fingerprint;
    kernel_scalar.fingerprint(NULL, &message, &seed, 1, scratch, &fingerprint);
    struct occurrence o = {.time_ns = line->time_ns,
                           .file = profile_file(profile, file),
                           .offset = line->offset,
                           .line = line->line,
                           .raw = message,
                           .message = message,
                           .severity = line->severity,
                           .kind = line->kind};
    profile_add(profile, stream, fingerprint, &o);
    profile->tally.lines++;
    profile->tally.records += line->kind == SERIES_RECORD;
    if (line->kind != SERIES_RECORD)
        return;
    stream->records++;
    stream->first_ns = line->time_ns < stream->first_ns ? line->time_ns : stream->first_ns;
    stream->last_ns = line->time_ns > stream->last_ns ? line->time_ns : stream->last_ns;
    timeline_add(&stream->timeline, (uint32_t)(line->time_ns / NS_PER_SECOND));
}

/* The profile of the story, its lines read in an order that depends on shuffle (0: by time). */
static inline struct profile story_profile(struct story *s, uint64_t shuffle)
{
    struct profile profile;
    profile_init(&profile);
    story_place(s);
    size_t *order = malloc((s->count + 1) * sizeof *order);
    cr_assert_not_null(order);
    for (size_t i = 0; i < s->count; i++)
        order[i] = i;
    for (size_t i = s->count; shuffle && i > 1; i--) {
        size_t k = key_mix(i, shuffle) % i, held = order[i - 1];
        order[i - 1] = order[k];
        order[k] = held;
    }
    for (size_t i = 0; i < s->count; i++)
        story_add(s, &s->lines[order[i]], &profile);
    free(order);
    profile_settle(&profile);
    return profile;
}

static inline void story_done(struct story *s)
{
    free(s->lines);
    *s = (struct story){0};
}

/* Options as without any argument; the catalogue is the one that is built in. */
static inline struct analysis_options story_options(void)
{
    struct onset_error err;
    struct analysis_options options = {.at_ns = TIME_NONE,
                                       .since_ns = TIME_NONE,
                                       .until_ns = TIME_NONE,
                                       .top = 10,
                                       .kernel = &kernel_scalar,
                                       .catalogue = catalogue_new(NULL, &err)};
    cr_assert_not_null(options.catalogue, "%s", err.text);
    return options;
}

#endif
