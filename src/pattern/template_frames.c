/* Why the fewest words first: of messages that share their signs, the words that tell the sentences apart are
 * fewer than the values in them. Why on different messages and not on lines: how often a line came must not
 * matter.
 *
 * When are places variables? All of them have held many values, and enough words are left that say what
 * happened. Fixed phrases ("illegal instruction", "bad address") vary together, word by word; values vary
 * each for itself, so that there are more combinations than values. That asks for less. */
#include "pattern/template_frames.h"

#include "pattern/template.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#define PLACES_MAX  48 /* a frame of more words is left to the slots */
#define PHRASES     2  /* times as many values, where words vary together */
#define PHRASES_MAX 64 /* no program has so many sentences that differ in two words side by side */

enum {
    CELL_WORD = 1,    /* says something: letters, more than one */
    CELL_PLAIN = 2,   /* a word of a sentence */
    CELL_OUTCOME = 4, /* never a variable */
    CELL_NUMBER = 8,
    CELL_VARIABLE = 16,
    CELL_OPENED = 32,
    CELL_INSIDE = 64, /* what brackets or quotes hold */
};

struct cell { /* what a row holds in one place of its frame */
    uint64_t value;
    uint8_t at, end, flags;
};

struct framed {
    uint64_t frame;
    uint32_t row, cells, places; /* cells: index of the first of its cells, once they are cut */
};

struct frames {
    struct row *rows;
    const struct word_list *list;
    struct cell *cells;
    size_t cell_count, cell_size;
    struct framed *list_of; /* sorted by frame */
    uint64_t *seen;         /* a set of values */
    size_t set_size;
    bool brackets; /* what they hold is one cell */
    bool merged;
};

/* What one place holds in a part of a frame. */
struct place {
    size_t values, plain, outcomes;
    uint8_t all, any; /* flags that all values, that some values have */
};

static struct cell make_cell(const struct frames *f, const struct row *row, uint32_t at, uint32_t end)
{
    struct cell cell = {.value = 1, .at = (uint8_t)at, .end = (uint8_t)end};
    const struct word *first = &f->list->words[row->words[at]];
    for (uint32_t t = at; t < end; t++) {
        const struct word *word = &f->list->words[row->words[t]];
        cell.value = key_mix(cell.value, word->hash);
        cell.flags |= word->outcome ? CELL_OUTCOME : 0;
        cell.flags |= word->open && word->text.len > 1 ? CELL_WORD : 0;
    }
    cell.value |= 1;
    if (end != at + 1) {
        cell.flags |= CELL_PLAIN | CELL_INSIDE;
        return cell;
    }
    bool apart = (at == 0 || row->words[at - 1] == WORD_ID_BLANK) &&
                 (end == row->count || row->words[end] == WORD_ID_BLANK);
    cell.flags |= first->small && apart ? CELL_PLAIN : 0;
    cell.flags |= first->number ? CELL_NUMBER : 0;
    cell.flags |= first->variable ? CELL_VARIABLE : 0;
    cell.flags |= row->words[at] == WORD_ID_OPENED ? CELL_OPENED : 0;
    return cell;
}

static void add_cell(struct frames *f, struct cell cell)
{
    if (f->cell_count == f->cell_size) {
        f->cell_size = f->cell_size ? f->cell_size * 2 : 4096;
        f->cells = memory_resize(f->cells, f->cell_size * sizeof *f->cells);
    }
    f->cells[f->cell_count++] = cell;
}

/* Where the cell ends that begins at or behind word t; 0: word t is a sign of the frame. *ret_inside: the
 * cell begins behind the bracket at t. */
static uint32_t cell_end(const struct row *row, uint32_t t, const struct word_list *list, bool brackets,
                         bool *ret_inside)
{
    const struct word *word = &list->words[row->words[t]];
    uint32_t end = brackets && row->brackets ? row_bracket_end(row, t, list) : 0;
    *ret_inside = end > 0;
    return end ? end : word->open || word->variable ? t + 1 : 0;
}

/* The signs of a row, which are its frame; and how many cells stand between them. */
static struct framed frame_row(const struct frames *f, uint32_t i)
{
    const struct row *row = &f->rows[i];
    struct framed framed = {key_mix(row->group, 3), i, 0, 0};
    for (uint32_t t = 0; t < row->count; t++) {
        bool inside;
        uint32_t end = cell_end(row, t, f->list, f->brackets, &inside);
        if (inside || !end)
            framed.frame = key_mix(framed.frame, f->list->words[row->words[t]].hash);
        if (end) {
            framed.frame = key_mix(framed.frame, 7); /* "[a b]" holds a cell, "[]" none */
            framed.places++;
            t = end - 1;
        }
    }
    return framed;
}

static void cut_cells(struct frames *f, struct framed *framed)
{
    const struct row *row = &f->rows[framed->row];
    framed->cells = (uint32_t)f->cell_count;
    for (uint32_t t = 0; t < row->count; t++) {
        bool inside;
        uint32_t end = cell_end(row, t, f->list, f->brackets, &inside);
        if (end) {
            add_cell(f, make_cell(f, row, t + inside, end));
            t = end - 1;
        }
    }
}

static int compare_framed(const void *a, const void *b)
{
    const struct framed *x = a, *y = b;
    if (x->frame != y->frame)
        return x->frame < y->frame ? -1 : 1;
    return (x->row > y->row) - (x->row < y->row);
}

static struct cell *cell_of(const struct frames *f, const struct framed *framed, size_t place)
{
    return &f->cells[framed->cells + place];
}

/* Room for n values in the set. */
static void empty_set(struct frames *f, size_t n)
{
    f->set_size = 16;
    while (f->set_size < 2 * n)
        f->set_size *= 2;
    memset(f->seen, 0, f->set_size * sizeof *f->seen);
}

static bool put_in_set(struct frames *f, uint64_t value)
{
    size_t slot = value >> 8 & (f->set_size - 1);
    while (f->seen[slot] && f->seen[slot] != value)
        slot = (slot + 1) & (f->set_size - 1);
    bool is_new = !f->seen[slot];
    f->seen[slot] = value;
    return is_new;
}

static struct place look_at(struct frames *f, const struct framed *part, size_t n, size_t at)
{
    struct place place = {.all = 0xff};
    empty_set(f, n);
    for (size_t i = 0; i < n; i++) {
        const struct cell *cell = cell_of(f, &part[i], at);
        if (!put_in_set(f, cell->value))
            continue;
        place.values++;
        place.plain += (cell->flags & CELL_PLAIN) != 0;
        place.outcomes += (cell->flags & CELL_OUTCOME) != 0;
        place.all &= cell->flags;
        place.any |= cell->flags;
    }
    return place;
}

/* Different pairs of what two places hold. */
static size_t count_pairs(struct frames *f, const struct framed *part, size_t n, size_t a, size_t b)
{
    size_t pairs = 0;
    empty_set(f, n);
    for (size_t i = 0; i < n; i++)
        pairs += put_in_set(f, key_mix(cell_of(f, &part[i], a)->value, cell_of(f, &part[i], b)->value) | 1);
    return pairs;
}

/* Two places side by side that hold plain words, each of few going with few of the other: they are verb and
 * noun of several sentences ("failed to parse message", "failed to open device"), not values. */
static bool holds_phrases(struct frames *f, const struct framed *part, size_t n, const struct place *places,
                          size_t count)
{
    for (size_t k = 1; k < count; k++) {
        const struct place *a = &places[k - 1], *b = &places[k];
        size_t most = a->values > b->values ? a->values : b->values;
        bool plain = a->plain * 2 > a->values && b->plain * 2 > b->values;
        if (a->values < 2 || b->values < 2 || !plain || most >= PHRASES_MAX)
            continue;
        bool beside = cell_of(f, part, k - 1)->end + 1 == cell_of(f, part, k)->at;
        if (beside && count_pairs(f, part, n, k - 1, k) * 2 < most * 3)
            return true;
    }
    return false;
}

/* May all places that vary in the part be variables? */
static bool may_open(const struct place *places, size_t count, size_t n)
{
    size_t left = 0, open = 0, most = 0;
    for (size_t k = 0; k < count; k++) {
        if (places[k].values > 1) {
            open++;
            /* what brackets hold may differ in every message: that tells nothing of the others */
            bool tells = places[k].values > most && !(places[k].any & CELL_INSIDE && places[k].values == n);
            most = tells ? places[k].values : most;
        } else {
            left += (places[k].any & CELL_WORD) != 0;
        }
    }
    bool apart = n * 2 >= most * 3; /* they vary each for itself */
    if (open == 0 || left < 2 || (places[0].values > 1 && left < 3 && !(places[0].any & CELL_VARIABLE)))
        return false;
    for (size_t k = 0; k < count; k++) {
        const struct place *p = &places[k];
        if (p->values < 2)
            continue;
        if (p->outcomes * OUTCOMES_RARE > p->values || (p->all & CELL_NUMBER && p->values < NUMBERS_MAX))
            return false;
        size_t values =
            p->values + (p->any & CELL_VARIABLE ? 1 : 0) + (p->any & CELL_OPENED ? TEMPLATE_VALUES : 0);
        bool plainly = p->plain * 2 > p->values;
        size_t times = apart ? 1 : PHRASES;
        size_t least = plainly || left < 3 ? TEMPLATE_VALUES * 2 : TEMPLATE_VALUES * times;
        if (values < least || (plainly && values + left < TEMPLATE_EVIDENCE * times))
            return false;
    }
    return true;
}

static bool tells_outcome(const struct frames *f, const struct framed *framed, const struct place *places,
                          size_t count)
{
    for (size_t k = 0; k < count; k++)
        if (places[k].values > 1 && cell_of(f, framed, k)->flags & CELL_OUTCOME)
            return true;
    return false;
}

static void open_places(struct frames *f, const struct framed *part, size_t n, const struct place *places,
                        size_t count)
{
    const struct framed *first = NULL;
    for (size_t i = 0; i < n; i++) {
        struct row *row = &f->rows[part[i].row];
        if (tells_outcome(f, &part[i], places, count))
            continue;
        for (size_t k = count; k-- > 0;) {
            const struct cell *cell = cell_of(f, &part[i], k);
            if (places[k].values < 2 || cell->end == cell->at + 1)
                continue; /* single words are covered by the root */
            row->words[cell->at] = WORD_ID_OPENED;
            memmove(row->words + cell->at + 1, row->words + cell->end,
                    (row->count - cell->end) * sizeof *row->words);
            row->count -= cell->end - cell->at - 1u;
            row->version++;
        }
        first = first ? first : &part[i];
        rows_unite(f->rows, first->row, part[i].row);
    }
    f->merged = true;
}

/* The place with the fewest values of those that vary; count when there is none. */
static size_t choose_place(const struct place *places, size_t count)
{
    size_t best = count, fewest = SIZE_MAX;
    for (size_t k = 0; k < count; k++)
        if (places[k].values > 1 && places[k].values < fewest)
            fewest = places[k].values, best = k;
    return best;
}

static void sort_by_place(struct frames *f, struct framed *part, size_t n, size_t place)
{
    for (size_t i = 0; i < n; i++)
        part[i].frame = cell_of(f, &part[i], place)->value;
    qsort(part, n, sizeof *part, compare_framed);
}

static void divide(struct frames *f, struct framed *part, size_t n)
{
    struct place places[PLACES_MAX];
    size_t count = part[0].places;
    if (n < TEMPLATE_VALUES)
        return;
    for (size_t k = 0; k < count; k++)
        places[k] = look_at(f, part, n, k);
    if (may_open(places, count, n) && !holds_phrases(f, part, n, places, count)) {
        open_places(f, part, n, places, count);
        return;
    }
    size_t place = choose_place(places, count);
    if (place == count || places[place].values * 2 > n)
        return;
    sort_by_place(f, part, n, place);
    for (size_t i = 0, j; i < n; i = j) {
        for (j = i + 1; j < n && part[j].frame == part[i].frame; j++)
            continue;
        divide(f, part + i, j - i);
    }
}

/* Rows of one frame, as they are now. */
static uint64_t state_of(const struct frames *f, const struct framed *part, size_t n)
{
    uint64_t state = key_mix(part->frame, n);
    for (size_t i = 0; i < n; i++)
        state = key_mix(state, (uint64_t)f->rows[part[i].row].version << 32 | part[i].row);
    return state;
}

static bool merge_frame(struct frames *f, struct framed *part, size_t n, struct table *idle)
{
    static const char seen[1];
    uint64_t state = n < TEMPLATE_VALUES ? 0 : state_of(f, part, n);
    if (!state || table_get(idle, state))
        return false;
    f->cell_count = 0;
    f->merged = false;
    for (size_t i = 0; i < n; i++)
        cut_cells(f, &part[i]);
    divide(f, part, n);
    if (!f->merged)
        table_put(idle, state, (void *)seen);
    return f->merged;
}

bool frames_merge(struct row *rows, size_t count, const struct word_list *list, bool brackets,
                  struct table *idle)
{
    struct frames f = {.rows = rows, .list = list, .brackets = brackets};
    f.list_of = memory_alloc((count + 1) * sizeof *f.list_of);
    size_t n = 0;
    bool merged = false;
    for (uint32_t i = 0; i < count; i++)
        if (rows[i].parent == i) {
            f.list_of[n] = frame_row(&f, i);
            n += f.list_of[n].places > 1 && f.list_of[n].places <= PLACES_MAX;
        }
    qsort(f.list_of, n, sizeof *f.list_of, compare_framed);
    size_t most = 16;
    while (most < 2 * n)
        most *= 2;
    f.seen = memory_alloc(most * sizeof *f.seen);
    for (size_t i = 0, j; i < n; i = j) {
        for (j = i + 1; j < n && f.list_of[j].frame == f.list_of[i].frame; j++)
            continue;
        merged |= merge_frame(&f, f.list_of + i, j - i, idle);
    }
    free(f.seen);
    free(f.list_of);
    free(f.cells);
    return merged;
}
