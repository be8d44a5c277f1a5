#include "analysis/blame.h"

#include "base/ascii.h"

#define MINUTE_NS      (60 * NS_PER_SECOND)
#define AFTER_NS       (10 * MINUTE_NS)
#define BLAME_SERVICES 512 /* with more, naming is not looked at */
#define FAMILY         3   /* services whose names begin alike make a family */
#define NAME_BYTES_MIN 5

static bool is_name_byte(uint8_t c)
{
    return is_letter(c) || is_digit(c) || c == '_' || c == '-';
}

/* Does the text name the service, as a word of its own? */
static bool names_service(struct span text, const char *name)
{
    size_t n = strlen(name);
    for (size_t at = 0; n >= 4 && at + n <= text.len;) {
        const uint8_t *hit = memmem(text.ptr + at, text.len - at, name, n);
        if (!hit)
            return false;
        size_t from = (size_t)(hit - text.ptr), to = from + n;
        if ((from == 0 || !is_name_byte(text.ptr[from - 1])) &&
            (to == text.len || !is_name_byte(text.ptr[to])))
            return true;
        at = from + 1;
    }
    return false;
}

uint32_t *blame_count(struct model *m, const struct news *news, size_t count, const struct onset_split *split)
{
    uint32_t *blamed = arena_alloc(&m->arena, (m->service_count + 1) * sizeof *blamed);
    uint8_t *pairs =
        m->service_count <= BLAME_SERVICES ? memory_alloc(m->service_count * m->service_count + 1) : NULL;
    for (size_t i = 0; pairs && i < count; i++) {
        const struct pattern *p = news[i].pattern;
        if (news[i].mass < 0.5 || p->role != ROLE_SYMPTOM || news[i].time_ns < split->time_ns - MINUTE_NS ||
            news[i].time_ns > split->time_ns + AFTER_NS)
            continue;
        const struct exemplar *e = &p->first->exemplar;
        for (uint32_t s = 0; s < m->service_count; s++) {
            uint8_t *pair = &pairs[p->service * m->service_count + s];
            if (s == p->service || *pair ||
                !names_service(span_make(e->text, e->raw_bytes), m->services[s].name))
                continue;
            *pair = 1;
            blamed[s]++;
        }
    }
    free(pairs);
    return blamed;
}

/* "ts-price-service" -> 3: the bytes up to and with the first hyphen; 0 when there is none. */
static size_t family_bytes(struct span name)
{
    for (size_t i = 2; i + 2 < name.len; i++)
        if (name.ptr[i] == '-')
            return i + 1;
    return 0;
}

static bool begins(struct span name, struct span with)
{
    return name.len >= with.len && memcmp(name.ptr, with.ptr, with.len) == 0;
}

/* Is the word made like the names of the services here, and none of them, nor an instance of one? */
static bool is_missing_member(const struct model *m, struct span word)
{
    size_t head = family_bytes(word), members = 0;
    if (head == 0 || word.len < NAME_BYTES_MIN)
        return false;
    for (size_t i = 0; i < m->service_count; i++) {
        struct span name = span_of(m->services[i].name);
        if (begins(word, name) || begins(name, word))
            return false;
        members += begins(name, span_make(word.ptr, head));
    }
    return members >= FAMILY;
}

struct span blame_silent(const struct model *m, struct span text, uint32_t service, int64_t time_ns)
{
    if (m->by_order || m->last_ns - time_ns < MINUTE_NS || m->service_count > BLAME_SERVICES)
        return (struct span){0};
    for (size_t i = 0; i < m->service_count; i++) {
        const struct service *s = &m->services[i];
        if (i != service && s->records && s->first_ns <= s->last_ns && names_service(text, s->name) &&
            service_count(m, s, time_ns, m->last_ns + NS_PER_SECOND) == 0)
            return span_of(s->name);
    }
    for (size_t at = 0; at < text.len;) {
        size_t end = at;
        while (end < text.len && is_name_byte(text.ptr[end]))
            end++;
        if (is_missing_member(m, span_make(text.ptr + at, end - at)))
            return span_make(text.ptr + at, end - at);
        at = end + 1;
    }
    return (struct span){0};
}
