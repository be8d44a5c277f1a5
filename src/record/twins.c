#include "record/twins.h"

#include "base/arena.h"

enum { PROBES = 4 };

/* ---- plans ---- */

static const struct layout_name *name_of(const struct layouts *layouts, unsigned i)
{
    return &layouts->names[layouts->work->values[i].name - 1];
}

static unsigned rank_of(const struct layouts *layouts, unsigned i)
{
    const struct layout_name *name = name_of(layouts, i);
    return (uint8_t)(name->what.rank + name->later);
}

/* The value that wins over others of its role; of equal ones the first does. */
static void choose(const struct layouts *layouts, unsigned i, uint8_t *best)
{
    if (*best == TWIN_NONE || rank_of(layouts, i) < rank_of(layouts, *best))
        *best = (uint8_t)i;
}

/* False: no line of the path has twins. */
static bool add_value(const struct layouts *layouts, unsigned i, struct twin_plan *plan)
{
    const struct layout_name *name = name_of(layouts, i);
    switch (name->what.role) {
    case FIELD_TIME: choose(layouts, i, &plan->time); return true;
    case FIELD_MESSAGE:
        if (plan->message != TWIN_NONE)
            return false; /* which one it is depends on what is empty */
        plan->message = (uint8_t)i;
        return name->quoted;
    case FIELD_STREAM:
        if (plan->stream != TWIN_NONE)
            return false;
        plan->stream = (uint8_t)i;
        plan->objects |= name->what.rank == FIELD_RANK_APPLICATION;
        return name->quoted;
    case FIELD_OBJECT:
    case FIELD_INSIDE:
    case FIELD_WRAPPER: plan->objects = true; return true;
    case FIELD_HOST:
    case FIELD_WRITER:
    case FIELD_REQUEST:
    case FIELD_EVENT: return true; /* that they are there is all, without a reason */
    case FIELD_NAME: plan->objects = true; break;
    case FIELD_LEVEL:
    case FIELD_PYTHON:
    case FIELD_PRIORITY:
    case FIELD_OTEL:
    case FIELD_CHANNEL:
    case FIELD_STATUS:
    case FIELD_STATE: break;
    default: return false;
    }
    if (plan->count == TWIN_WORDS_MAX)
        return false;
    plan->words[plan->count++] = (uint8_t)i;
    return true;
}

static void make_plan(const struct layouts *layouts, struct twin_plan *plan)
{
    *plan = (struct twin_plan){.time = TWIN_NONE, .message = TWIN_NONE, .stream = TWIN_NONE};
    bool fits = true;
    for (unsigned i = 0; i < layouts->work->value_count && fits; i++)
        fits = add_value(layouts, i, plan);
    if (!fits || plan->message == TWIN_NONE)
        plan->count = TWIN_NONE;
}

/* Of the path that the line follows; NULL: its lines have no twins. */
static struct twin_plan *plan_of(struct layouts *layouts)
{
    if (!layouts->twins) {
        layouts->twins = memory_alloc(sizeof *layouts->twins);
        twins_forget(layouts->twins);
    }
    struct twins *twins = layouts->twins;
    uint8_t *number = &twins->plan_of[layouts->work->path];
    if (*number == 0) {
        if (twins->plan_count == TWIN_PLANS_MAX)
            return NULL;
        *number = ++twins->plan_count;
        make_plan(layouts, &twins->plans[*number - 1]);
    }
    struct twin_plan *plan = &twins->plans[*number - 1];
    return plan->count == TWIN_NONE ? NULL : plan;
}

/* ---- lines ---- */

/* False: the value has escapes. */
static inline bool value_at(const struct layouts *layouts, struct span text, unsigned i,
                            struct span *ret_value)
{
    struct field_value value;
    layout_value(layouts, text, i, &value);
    *ret_value = value.text;
    return !value.escaped;
}

/* All bytes of a value of up to TWIN_WORD_BYTES, which ends eight bytes or more behind the start of text. */
static inline void load_word(struct span value, uint64_t *ret_words)
{
    unsigned others = value.len < 8 ? 64 - 8 * (unsigned)value.len : 0;
    ret_words[0] = value.len ? find_load8(value.ptr + value.len - 8) >> others : 0;
    ret_words[1] = value.len > 8 ? find_load8(value.ptr) : 0;
}

struct key {
    uint64_t words[2 * TWIN_WORDS_MAX];
    uint32_t lengths;
    unsigned slot;
};

/* False: a word is too long, or has escapes. */
static inline bool key_of(const struct layouts *layouts, struct span text, const struct twin_plan *plan,
                          struct key *ret)
{
    uint64_t hash = (uint64_t)(plan - layouts->twins->plans);
    ret->lengths = 0;
    for (unsigned i = 0; i < plan->count; i++) {
        struct span word;
        if (!value_at(layouts, text, plan->words[i], &word) || word.len > TWIN_WORD_BYTES ||
            word.ptr + word.len < text.ptr + 8)
            return false;
        load_word(word, &ret->words[2 * i]);
        ret->lengths |= (uint32_t)word.len << 8 * i;
        hash = (hash ^ ret->words[2 * i] ^ ret->words[2 * i + 1] * 3) * 0x9E3779B97F4A7C15u;
    }
    ret->slot = (unsigned)(hash >> 58);
    return true;
}

static inline bool is_twin(const struct twin *twin, unsigned plan, unsigned count, const struct key *key)
{
    uint64_t differ = twin->lengths ^ key->lengths;
    for (unsigned i = 0; i < 2 * count; i++)
        differ |= twin->words[i] ^ key->words[i];
    return twin->plan == plan && differ == 0;
}

/* The twin, or a free slot; NULL: neither. */
static inline struct twin *slot_of(struct twins *twins, const struct twin_plan *plan, const struct key *key)
{
    unsigned number = (unsigned)(plan - twins->plans) + 1;
    for (unsigned i = 0; i < PROBES; i++) {
        struct twin *twin = &twins->slots[(key->slot + i) % TWIN_SLOTS];
        if (twin->plan == 0 || is_twin(twin, number, plan->count, key))
            return twin;
    }
    return NULL;
}

/* What is the line's own, but for the stream. False: fields.h must be asked. */
static inline bool read_own(const struct layouts *layouts, struct span text, const struct twin_plan *plan,
                            struct field_day *day, struct twin_line *ret)
{
    struct span time;
    ret->objects = plan->objects;
    ret->time_ns = TIME_NONE;
    ret->time_flags = 0;
    if (plan->time != TWIN_NONE && (!value_at(layouts, text, plan->time, &time) ||
                                    !field_time_again(day, time, &ret->time_ns, &ret->time_flags)))
        return false;
    return value_at(layouts, text, plan->message, &ret->message) && ret->message.len &&
           !span_starts(ret->message, "audit(");
}

static inline bool read_stream(const struct layouts *layouts, struct span text, unsigned number,
                               struct span *ret_stream)
{
    *ret_stream = (struct span){0};
    return number == TWIN_NONE || (value_at(layouts, text, number, ret_stream) && ret_stream->len &&
                                   ret_stream->len <= FIELD_STREAM_BYTES_MAX);
}

/* The value of the path that names who says it; TWIN_NONE: none does. */
static uint8_t stream_of(const struct layouts *layouts, struct span text, const struct fields *fields)
{
    struct span stream = fields->stream.value.text;
    for (unsigned i = 0; i < layouts->work->value_count && stream.len; i++)
        if (text.ptr + layouts->work->values[i].begin == stream.ptr)
            return (uint8_t)i;
    return TWIN_NONE;
}

/* A path whose lines seldom have twins is given up. */
static void count_try(struct twin_plan *plan, bool found)
{
    plan->finds += found;
    if (++plan->tries < 255)
        return;
    if (plan->finds < 128)
        plan->count = TWIN_NONE;
    plan->tries = plan->finds = 0;
}

bool twins_find(struct layouts *layouts, struct span text, struct field_day *day, struct twin_line *ret_line)
{
    struct twin_plan *plan = plan_of(layouts);
    struct key key;
    if (!plan)
        return false;
    const struct twin *twin = key_of(layouts, text, plan, &key) ? slot_of(layouts->twins, plan, &key) : NULL;
    bool found = twin && twin->plan && read_own(layouts, text, plan, day, ret_line) &&
                 read_stream(layouts, text, twin->stream, &ret_line->stream);
    ret_line->twin = twin;
    count_try(plan, found);
    return found;
}

void twins_keep(struct layouts *layouts, struct span text, const struct fields *fields, bool timed,
                struct scratch *scratch)
{
    struct twin_plan *plan = plan_of(layouts);
    struct twin_line own;
    struct key key;
    if (!plan || !key_of(layouts, text, plan, &key) ||
        !read_own(layouts, text, plan, &fields->memo->day, &own) ||
        !read_stream(layouts, text, plan->stream, &own.stream))
        return;
    bool same = own.time_ns == fields->time_ns && own.time_flags == fields->time_flags &&
                own.message.ptr == fields->message.value.text.ptr &&
                own.message.len == fields->message.value.text.len;
    struct twin *twin = slot_of(layouts->twins, plan, &key);
    layouts->twins->crowded += !twin && layouts->twins->crowded < TWINS_CROWDED;
    if (!twin || twin->plan || !same)
        return;
    struct span statuses = fields_statuses(fields, scratch);
    if (statuses.len > TWIN_STATUSES_BYTES)
        return;
    memcpy(twin->words, key.words, sizeof twin->words);
    twin->lengths = key.lengths;
    twin->plan = (uint8_t)(plan - layouts->twins->plans + 1);
    twin->severity = fields->severity;
    twin->timed = timed;
    twin->stream = stream_of(layouts, text, fields);
    twin->seed = fields->seed;
    twin->statuses_bytes = (uint8_t)statuses.len;
    if (statuses.len)
        memcpy(twin->statuses, statuses.ptr, statuses.len);
}

static struct span text_of(const struct layouts *layouts, struct span text, unsigned i)
{
    struct layout_value value = layouts->work->values[i];
    return span_make(text.ptr + value.begin, (size_t)value.end - value.begin);
}

bool twins_values(const struct layouts *layouts, struct span text, struct twin_values *ret_values)
{
    uint16_t path = layouts->work->path;
    const struct twin_plan *plan = &layouts->twins->plans[layouts->twins->plan_of[path] - 1];
    if (plan->count == TWIN_NONE)
        return false;
    ret_values->time = plan->time == TWIN_NONE ? (struct span){0} : text_of(layouts, text, plan->time);
    ret_values->message = text_of(layouts, text, plan->message);
    ret_values->count = plan->count;
    for (unsigned i = 0; i < plan->count; i++)
        ret_values->words[i] = text_of(layouts, text, plan->words[i]);
    ret_values->objects = plan->objects;
    ret_values->digits = layouts->nodes[path].digits;
    return true;
}
