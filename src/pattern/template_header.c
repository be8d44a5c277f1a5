/* Why learnt: loggers, nodes and flags are plain words, and only their place tells them from the sentence.
 * Why kinds and not words: a rare component must be cut off like a common one, or it makes a template of its
 * own. */
#include "pattern/template_header.h"

#include "base/ascii.h"
#include "base/table.h"
#include "pattern/kernel.h"
#include "record/severity.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#define MESSAGES_MIN 12 /* fewer different messages do not tell a column from a sentence */
#define BRACKET_MAX  300
#define CELLS_MAX    8
#define SAMPLE_MAX   1024 /* messages of a source that are looked at, spread evenly over the sorted set */

struct column {
    uint32_t start, end, next; /* next: where the following column starts */
    bool here, group;          /* here: there is one; group: a bracket opens it */
};

static size_t bracket_end(struct span s, size_t at)
{
    uint8_t open = s.ptr[at], close = open == '[' ? ']' : open == '(' ? ')' : '>';
    size_t depth = 0, stop = s.len < at + BRACKET_MAX ? s.len : at + BRACKET_MAX;
    for (size_t i = at; i < stop; i++) {
        depth += s.ptr[i] == open;
        if (s.ptr[i] == close && --depth == 0)
            return i + 1;
    }
    return 0;
}

/* A name and nothing else in front of ':' -- dfs.DataNode$PacketResponder:  crond(pam_unix)[1]:
 * (com.apple.launchd[1]): */
static bool is_logger(struct span word)
{
    if (word.len < 3 || word.ptr[word.len - 1] != ':')
        return false;
    size_t letters = 0;
    for (size_t i = 0; i + 1 < word.len; i++) {
        letters += is_letter(word.ptr[i]);
        if (!is_letter(word.ptr[i]) && !strchr("._-$()[]#/@\x01", word.ptr[i]) && word.ptr[i] < 0x80)
            return false;
    }
    return letters > 0;
}

static enum column_kind kind_of(struct span word)
{
    size_t letters = 0, masks = 0;
    for (size_t i = 0; i < word.len; i++) {
        letters += is_letter(word.ptr[i]) || word.ptr[i] >= 0x80;
        masks += word.ptr[i] == MASK_BYTE ||
                 (word.ptr[i] >= '0' && word.ptr[i] <= '9'); /* a number kept as a name */
    }
    if (letters == 0)
        return !masks ? COLUMN_DASH : word.len == 2 && word.ptr[1] == ':' ? COLUMN_TAGGED : COLUMN_VARIABLE;
    struct span core = word;
    while (core.len && strchr("[(<:|", core.ptr[0]))
        core.ptr++, core.len--;
    while (core.len && strchr("])>:|,", core.ptr[core.len - 1]))
        core.len--;
    if (core.len == letters && severity_of_level(core))
        return COLUMN_LEVEL;
    if (is_logger(word))
        return COLUMN_LOGGER;
    return COLUMN_WORD;
}

/* What it is told by its looks is asked for apart: of most columns nobody does. */
static bool next_column(struct span s, size_t at, struct column *ret_column)
{
    ret_column->here = false;
    while (at < s.len && s.ptr[at] == ' ')
        at++;
    if (at >= s.len || s.ptr[at] == '"') /* what stands in quotes, a request above all, is said already */
        return false;
    size_t end = at;
    bool group = s.ptr[at] == '[' || s.ptr[at] == '(' || s.ptr[at] == '<';
    if (group && (end = bracket_end(s, at)) == 0)
        group = false;
    if (!group)
        end = at;
    while (end < s.len && s.ptr[end] != ' ' && s.ptr[end] != '|' && s.ptr[end] != '\t' &&
           !(end > at && s.ptr[end] == '[' && s.ptr[end - 1] == ']'))
        end++;
    size_t next = end;
    if (end < s.len && s.ptr[end] == '|')
        next = ++end;
    while (next < s.len && s.ptr[next] == ' ')
        next++;
    *ret_column = (struct column){(uint32_t)at, (uint32_t)end, (uint32_t)next, true, group};
    return true;
}

static struct span word_of(struct span s, const struct column *column)
{
    return span_make(s.ptr + column->start, column->end - column->start);
}

static enum column_kind column_kind(struct span s, const struct column *column)
{
    enum column_kind kind = kind_of(word_of(s, column));
    return column->group && kind != COLUMN_LEVEL && kind != COLUMN_LOGGER ? COLUMN_BRACKET : kind;
}

/* No letter: a variable, a tag or a dash. */
static bool is_sign(struct span s, const struct column *column)
{
    struct span word = word_of(s, column);
    for (size_t i = 0; i < word.len; i++)
        if (is_letter(word.ptr[i]) || word.ptr[i] >= 0x80)
            return false;
    return !column->group;
}

/* What one place holds over all messages. */
struct place {
    size_t messages, kinds[COLUMN_LOGGER + 1];
    size_t values, identifiers; /* different words; messages whose word looks like a name in code */
    size_t dotted;              /* messages whose word is a.b.c */
    size_t processes;           /* whose word is name[12] */
    size_t followers;           /* different words behind it */
};

/* CBS, nova.compute, WindowManager, Step_LSC: no word of a sentence */
static bool is_identifier(struct span word)
{
    size_t upper = 0, letters = 0, inner = 0, joints = 0;
    for (size_t i = 0; i < word.len; i++) {
        uint8_t c = word.ptr[i];
        letters += is_letter(c);
        upper += is_letter(c) && !(c & 0x20);
        inner += i && is_letter(c) && !(c & 0x20) && (word.ptr[i - 1] & 0x20);
        joints += (c == '.' || c == '_' || c == '$' || c == '|') && i + 1 < word.len + (c == '|');
    }
    return letters && (upper == letters || inner || joints);
}

static bool is_dotted(struct span word)
{
    size_t dots = 0;
    for (size_t i = 1; i + 1 < word.len; i++)
        dots += word.ptr[i] == '.' && is_letter(word.ptr[i - 1]) && is_letter(word.ptr[i + 1]);
    return dots > 0 && is_letter(word.ptr[0]) && !memchr(word.ptr, '(', word.len);
}

/* All messages, cut into columns and looked at as far as somebody asks. */
struct places {
    const struct span *masked;
    size_t count;
    struct column *columns[HEADER_COLUMNS_MAX + 1];
    size_t cut; /* of columns[] */
    bool looked[HEADER_COLUMNS_MAX];
    struct place list[HEADER_COLUMNS_MAX];
};

/* The columns of all messages at place c. */
static const struct column *columns_at(struct places *p, size_t c)
{
    for (; p->cut <= c; p->cut++) {
        const struct column *before = p->columns[p->cut - 1];
        struct column *columns = p->columns[p->cut] = memory_alloc((p->count + 1) * sizeof *columns);
        for (size_t i = 0; i < p->count; i++)
            if (before[i].here)
                next_column(p->masked[i], before[i].next, &columns[i]);
    }
    return p->columns[c];
}

/* What one word is, in its column. */
struct looks {
    enum column_kind kind;
    bool group, identifier, dotted, process;
};

static struct looks looks_of(struct span masked, const struct column *column)
{
    struct span word = word_of(masked, column);
    enum column_kind kind = column_kind(masked, column);
    bool process = kind == COLUMN_WORD && word.len > 3 && word.ptr[word.len - 1] == ']' &&
                   word.ptr[word.len - 2] == MASK_BYTE && is_letter(word.ptr[0]);
    return (struct looks){kind, column->group, is_identifier(word),
                          is_dotted(word) || (word.len == 1 && word.ptr[0] == MASK_BYTE), process};
}

static const struct place *place_at(struct places *p, size_t c)
{
    static const char seen[1];
    struct place *place = &p->list[c];
    if (p->looked[c])
        return place;
    struct table words = {0}, behind = {0};
    const struct column *columns = columns_at(p, c), *next = columns_at(p, c + 1);
    *place = (struct place){.messages = p->count};
    struct looks looks = {0};
    struct span last = {0}, last_follower = {0};
    for (size_t i = 0; i < p->count; i++) {
        if (!columns[i].here)
            continue;
        struct span word = word_of(p->masked[i], &columns[i]);
        if (!last.ptr || !span_equal(word, last) ||
            columns[i].group != looks.group) { /* messages are sorted */
            looks = looks_of(p->masked[i], &columns[i]);
            table_put(&words, XXH3_64bits(word.ptr, word.len) | 1, (void *)seen);
            last = word;
        }
        place->kinds[looks.kind]++;
        place->identifiers += looks.identifier;
        place->dotted += looks.dotted;
        place->processes += looks.process;
        if (!next[i].here)
            continue;
        struct span follower = word_of(p->masked[i], &next[i]);
        if (!last_follower.ptr || !span_equal(follower, last_follower))
            table_put(&behind, XXH3_64bits(follower.ptr, follower.len) | 1, (void *)seen);
        last_follower = follower;
    }
    place->values = words.count;
    place->followers = behind.count;
    p->looked[c] = true;
    table_done(&words);
    table_done(&behind);
    return place;
}

static bool nearly_all(size_t part, size_t whole)
{
    return part * 20 >= whole * 19;
}

/* So many that the others cannot be nearly all. */
static bool too_many(size_t misses, size_t whole)
{
    return misses * 20 > whole;
}

/* May variables or dashes be nearly all that the place holds? *ret_ends: nor is there anything behind it. */
static bool may_hold_signs(struct places *p, size_t c, bool *ret_ends)
{
    const struct column *columns = columns_at(p, c);
    size_t without = 0, words = 0;
    for (size_t i = 0; i < p->count; i++) {
        without += !columns[i].here;
        words +=
            columns[i].here && !too_many(without + words, p->count) && !is_sign(p->masked[i], &columns[i]);
    }
    *ret_ends = too_many(without, p->count);
    return !too_many(without + words, p->count);
}

static bool is_few(size_t values, size_t messages)
{
    return messages >= MESSAGES_MIN && values * 6 <= messages;
}

static enum column_kind main_kind(const struct place *place)
{
    for (int kind = COLUMN_WORD; kind <= COLUMN_LOGGER; kind++) {
        size_t n = place->kinds[kind];
        bool tags = kind == COLUMN_VARIABLE || (kind == COLUMN_LOGGER && n * 4 >= place->messages);
        if (nearly_all(n + (tags ? place->kinds[COLUMN_TAGGED] : 0), place->messages))
            return kind;
    }
    return COLUMN_NONE;
}

/* May stand in front of a level: no word of a sentence. */
static bool before_level(const struct place *place, bool enough)
{
    enum column_kind kind = main_kind(place);
    if (kind == COLUMN_WORD || kind == COLUMN_NONE)
        return enough &&
               nearly_all(place->identifiers + place->messages - place->kinds[COLUMN_WORD], place->messages);
    return true;
}

/* "box sshd[77]: ...", "10.0.0.1 cron: ..." as syslog writes it: few hosts, and programs in nearly all
 * messages. */
static bool names_program(const struct place *host, const struct place *program)
{
    size_t named = program->kinds[COLUMN_LOGGER] + program->kinds[COLUMN_TAGGED];
    return is_few(host->values, host->messages) &&
           (program->followers >= 4 ? nearly_all(named + program->processes, program->messages)
                                    : nearly_all(program->processes, program->messages));
}

/* How many of the first columns are header. A level ends its first part; without one, the last column of
 * variables does. */
static size_t first_part(struct places *p)
{
    size_t end = 0;
    bool enough = p->count >= MESSAGES_MIN, ends = false;
    bool words = false, signs = false; /* plain words count where brackets or numbers stand among them */
    for (size_t c = 0; c < HEADER_COLUMNS_MAX; c++) {
        const struct place *place = place_at(p, c);
        enum column_kind kind = main_kind(place);
        if (kind == COLUMN_LEVEL && (signs || !words))
            return c + 1;
        bool sign = before_level(place, enough);
        signs |= sign && (kind == COLUMN_BRACKET || kind == COLUMN_VARIABLE || kind == COLUMN_LOGGER);
        words |= !sign;
        if (!sign && !(enough && kind == COLUMN_WORD && is_few(place->values, place->messages)))
            break;
    }
    if (enough && names_program(place_at(p, 0), place_at(p, 1)))
        return 2;
    for (size_t c = 0; c < HEADER_COLUMNS_MAX && enough && !ends; c++) {
        if (!may_hold_signs(p, c, &ends))
            continue;
        enum column_kind kind = main_kind(place_at(p, c));
        if (kind == COLUMN_VARIABLE && place_at(p, c)->followers >= 4)
            end = c + 1;
        else if (kind == COLUMN_DASH && c && c < 3 && is_few(place_at(p, c - 1)->values, p->count * 2))
            end = c + 1;
    }
    return end;
}

/* What may still belong to it behind that: dashes, brackets, a logger, a component that is a name in code. */
static size_t second_part(struct places *places, size_t end)
{
    bool named = false;
    for (; end < HEADER_COLUMNS_MAX && !named; end++) {
        const struct place *p = place_at(places, end);
        enum column_kind kind = main_kind(p), next = COLUMN_NONE;
        if (end + 1 < HEADER_COLUMNS_MAX &&
            (kind == COLUMN_LOGGER || kind == COLUMN_VARIABLE || kind == COLUMN_WORD))
            next = main_kind(place_at(places, end + 1));
        bool several = p->followers >= 2 || p->messages < 3;
        if (kind == COLUMN_LOGGER && several && (end || is_few(p->values, p->messages)))
            named = next != COLUMN_BRACKET;
        else if ((kind == COLUMN_DASH || kind == COLUMN_BRACKET) && end)
            continue;
        else if (kind == COLUMN_VARIABLE && end && p->messages >= MESSAGES_MIN &&
                 (several || next == COLUMN_DASH))
            continue; /* a process, which a dash may part from what follows: 432 --- [main] shop.Cart */
        else if (kind == COLUMN_WORD && end && is_few(p->values, p->messages) && next == COLUMN_LOGGER)
            continue; /* a server, and who speaks with it: atlas (client.example.net[10.1.2.3]): */
        else if (kind == COLUMN_WORD && end && nearly_all(p->dotted, p->messages) &&
                 p->messages >= MESSAGES_MIN / 2)
            continue;
        else if (!(nearly_all(p->identifiers, p->messages) && is_few(p->values, p->messages) &&
                   p->followers > p->values * 2))
            break;
    }
    return end;
}

/* Where the first dash among the first columns ends the header of a message that writes a program's name
 * there; 0: none. */
static size_t dash_end(struct span s, size_t at, size_t *ret_name_end)
{
    struct column column;
    for (int c = 0; c < 4 && next_column(s, at, &column); c++, at = column.next)
        if (column_kind(s, &column) == COLUMN_DASH) {
            *ret_name_end = column.start;
            return c && column.end == column.start + 1 && s.ptr[column.start] == '-' ? column.next : 0;
        }
    return 0;
}

/* "chrome.exe - ...", "chrome.exe *64 - ...": few names in front of a dash in nearly all messages */
static bool names_before_dash(const struct span *masked, size_t count)
{
    struct table names = {0};
    static const char seen[1];
    size_t fit = 0;
    for (size_t i = 0; i < count && !too_many(i - fit, count); i++) {
        size_t name;
        if (!dash_end(masked[i], 0, &name))
            continue;
        fit++;
        table_put(&names, XXH3_64bits(masked[i].ptr, name) | 1, (void *)seen);
    }
    bool few = is_few(names.count, count);
    table_done(&names);
    return few && nearly_all(fit, count);
}

/* Behind the first '|' from `at` on, and the blanks behind it; 0: there is none, or nothing follows. */
static size_t cell_end(struct span s, size_t at)
{
    const uint8_t *bar = at < s.len ? memchr(s.ptr + at, '|', s.len - at) : NULL;
    size_t end = bar ? (size_t)(bar - s.ptr) + 1 : s.len;
    while (end < s.len && s.ptr[end] == ' ')
        end++;
    return end < s.len ? end : 0;
}

/* "DEBUG | main | ...", "INFO | Transport: tcp | ...": how many first cells hold few different things in
 * nearly all messages, while what follows is a sentence of many. */
static size_t count_cells(const struct span *masked, size_t count)
{
    size_t *at = memory_alloc((count + 1) * sizeof *at), cells = 0;
    static const char seen[1];
    for (bool more = true; more && cells < CELLS_MAX;) {
        struct table values = {0}, rests = {0};
        size_t fit = 0, sentences = 0, variables = 0;
        for (size_t i = 0; i < count && !too_many(i - fit, count); i++) {
            size_t end = at[i] == SIZE_MAX ? 0 : cell_end(masked[i], at[i]);
            if (end) {
                struct span rest = span_skip(masked[i], end);
                table_put(&values, XXH3_64bits(masked[i].ptr + at[i], end - at[i]) | 1, (void *)seen);
                table_put(&rests, XXH3_64bits(rest.ptr, rest.len) | 1, (void *)seen);
                sentences += memchr(rest.ptr, ' ', rest.len) != NULL;
                variables += masked[i].ptr[at[i]] == MASK_BYTE;
                fit++;
            }
            at[i] = end ? end : SIZE_MAX;
        }
        more = nearly_all(fit, count) && is_few(values.count, count) && rests.count > values.count &&
               sentences * 2 > fit && (variables * 20 <= fit || nearly_all(variables, fit));
        cells += more;
        table_done(&values);
        table_done(&rests);
    }
    free(at);
    return cells;
}

/* Behind a variable that starts the message. */
static size_t skip_variable(struct span masked)
{
    struct column column;
    bool variable = next_column(masked, 0, &column) && column_kind(masked, &column) == COLUMN_VARIABLE;
    return variable && column.next < masked.len ? column.next : 0;
}

static void learn(const struct span *masked, size_t count, bool skips, struct header *ret_header)
{
    struct places p = {.masked = masked, .count = count, .cut = 1};
    p.columns[0] = memory_alloc((count + 1) * sizeof **p.columns);
    bool skipped = false;
    *ret_header = (struct header){.skips = skips};
    for (size_t i = 0; i < count; i++) {
        size_t at = skips ? skip_variable(masked[i]) : 0;
        skipped |= at > 0;
        next_column(masked[i], at, &p.columns[0][i]);
    }
    if (!skips || skipped) { /* else it is as without */
        size_t end = second_part(&p, first_part(&p));
        ret_header->count = (uint8_t)end;
        for (size_t c = 0; c < end; c++)
            ret_header->kinds[c] = (uint8_t)main_kind(place_at(&p, c));
    }
    for (size_t c = 0; c < p.cut; c++)
        free(p.columns[c]);
}

static void learn_sample(const struct span *masked, size_t count, struct header *ret_header)
{
    size_t cells = count < MESSAGES_MIN ? 0 : count_cells(masked, count);
    if (cells > 1) {
        *ret_header = (struct header){.count = 1, .cells = (uint8_t)cells, .kinds = {COLUMN_CELLS}};
        return;
    }
    learn(masked, count, false, ret_header);
    if (ret_header->count || count < MESSAGES_MIN)
        return;
    if (names_before_dash(masked, count)) {
        *ret_header = (struct header){.count = 1, .kinds = {COLUMN_TO_DASH}};
        return;
    }
    learn(masked, count, true, ret_header);
}

void header_learn(const struct span *masked, size_t count, struct header *ret_header)
{
    size_t step = (count + SAMPLE_MAX - 1) / SAMPLE_MAX, n = 0;
    if (step <= 1) {
        learn_sample(masked, count, ret_header);
        return;
    }
    struct span *sample = memory_alloc(SAMPLE_MAX * sizeof *sample);
    for (size_t i = 0; i < count; i += step)
        sample[n++] = masked[i];
    learn_sample(sample, n, ret_header);
    free(sample);
}

size_t header_bytes(const struct header *header, struct span masked)
{
    size_t at = header->count && header->skips ? skip_variable(masked) : 0, name;
    if (header->count && header->kinds[0] == COLUMN_TO_DASH)
        return dash_end(masked, 0, &name);
    if (header->count && header->kinds[0] == COLUMN_CELLS) {
        size_t end = 0;
        for (size_t c = 0; c < header->cells && (c == 0 || end); c++)
            end = cell_end(masked, end);
        return end;
    }
    size_t misses = 0;
    for (size_t c = 0; c < header->count; c++) {
        struct column column;
        if (!next_column(masked, at, &column))
            return 0;
        enum column_kind kind = header->kinds[c], found = column_kind(masked, &column);
        bool strict = kind == COLUMN_DASH || kind == COLUMN_VARIABLE || kind == COLUMN_BRACKET;
        if (kind == COLUMN_LEVEL && found != kind)
            return 0;
        if (kind == COLUMN_LEVEL)
            misses = 0; /* NULL in place of a node: the level tells that the rest is where it should be */
        else if (strict && found != kind && c && header->kinds[c - 1] == COLUMN_LOGGER)
            return at;
        else if (strict && found != kind && (++misses > 1 || c + 1 == header->count))
            return 0;
        at = column.next;
    }
    if (misses && header->count < 4)
        return 0;
    return at < masked.len ? at : 0;
}
