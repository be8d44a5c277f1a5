/* A word counts when it is a stem with an ending of verbs behind it: "scaling" and "Scaled", not "scalar" or
 * "application". Words are told by their first letter, then by stem. */
#include "record/turning.h"

enum { LOOK_BYTES = 160 }; /* what a message tells comes first */

/* Stems by their first letter; `second` has a bit for each second letter, which most words do not have. */
#define B(letter) (1u << ((letter) - 'a'))
struct stems {
    uint32_t second;
    const char *list;
};
static const struct stems changes[26] = {
    ['a' - 'a'] = {B('c') | B('d') | B('l') | B('p') | B('t'), "activat alter appl attach add "},
    ['b' - 'a'] = {B('i'), "bind "},
    ['c' - 'a'] = {B('h') | B('o') | B('r'), "chang configur cordon creat "},
    ['d' - 'a'] = {B('e') | B('i') | B('r'),
                   "delet deploy deactivat destroy detach disabl drain drop demot deregister "},
    ['e' - 'a'] = {B('n') | B('v'), "enabl evict "},
    ['f' - 'a'] = {B('a'), "failover "},
    ['g' - 'a'] = {B('r'), "grant "},
    ['i' - 'a'] = {B('n'), "install increas "},
    ['k' - 'a'] = {B('i'), "kill "},
    ['m' - 'a'] = {B('i') | B('o'), "migrat modif mov "},
    ['p' - 'a'] = {B('a') | B('r') | B('u'), "prun promot patch purg publish "},
    ['r' - 'a'] = {B('e') | B('o'), "remov restart reload replac rescal roll rotat revert revok renam renew "
                                    "recreat rebalanc reconfigur reduc restor resync "},
    ['s' - 'a'] = {B('c') | B('e') | B('h') | B('p') | B('t') | B('u') | B('w') | B('y'),
                   "scal set sett sync switch stop stopp shrink suspend swap swapp split splitt "},
    ['t' - 'a'] = {B('e') | B('o') | B('r'), "terminat truncat toggl "},
    ['u' - 'a'] = {B('n') | B('p'), "updat upgrad upsert uninstall unregister unbind "},
    ['w' - 'a'] = {B('i'), "withdraw "},
};
#undef B

static bool is_letter(uint8_t c)
{
    return (unsigned)(c | 0x20) - 'a' < 26;
}

/* What a stem of a verb ends with where it tells of something done: "y" and "ies" of "apply". */
static bool is_ending(const uint8_t *p, size_t n)
{
    static const char endings[][5] = {"",  "e",   "s",    "es",  "ed",   "ing",
                                      "y", "ied", "ying", "ion", "ment", "n"};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        size_t len = strlen(endings[i]), at = 0;
        if (len != n)
            continue;
        while (at < n && (p[at] | 0x20) == (uint8_t)endings[i][at])
            at++;
        if (at == n)
            return true;
    }
    return false;
}

/* list: stems, a blank behind each */
static bool is_of(struct span word, const char *list)
{
    while (*list) {
        size_t n = 0;
        while (list[n] != ' ' && n < word.len && (word.ptr[n] | 0x20) == (uint8_t)list[n])
            n++;
        if (list[n] == ' ' && is_ending(word.ptr + n, word.len - n))
            return true;
        list = strchr(list, ' ') + 1;
    }
    return false;
}

/* Of work that begins, in the same way. */
#define B(letter) (1u << ((letter) - 'a'))
static const struct stems work[26] = {
    ['b' - 'a'] = {B('e'), "begin "},
    ['c' - 'a'] = {B('m') | B('o'), "cmd command commit "},
    ['e' - 'a'] = {B('l') | B('x'), "elect execut "},
    ['i' - 'a'] = {B('m'), "import "},
    ['j' - 'a'] = {B('o'), "join "},
    ['l' - 'a'] = {B('a') | B('o'), "launch load "},
    ['r' - 'a'] = {B('u'), "run "},
    ['s' - 'a'] = {B('c') | B('t'), "schedul start "},
};
#undef B

static bool is_among(struct span word, const struct stems *lists)
{
    const struct stems *stems = &lists[(word.ptr[0] | 0x20) - 'a'];
    return stems->second >> ((word.ptr[1] | 0x20) - 'a') & 1 && is_of(word, stems->list);
}

static bool is_change(struct span word)
{
    return is_among(word, changes);
}

static bool is_work(struct span word)
{
    return is_among(word, changes) || is_among(word, work);
}

static bool tells(struct span message, bool (*is_such)(struct span word))
{
    size_t len = message.len < LOOK_BYTES ? message.len : LOOK_BYTES;
    for (size_t at = 0; at < len;) {
        size_t end = at;
        while (end < len && is_letter(message.ptr[end]))
            end++;
        if (end - at >= 3 && is_such(span_make(message.ptr + at, end - at)))
            return true;
        at = end + 1;
    }
    return false;
}

bool turning_is_told(struct span message)
{
    return tells(message, is_change);
}

bool turning_is_work(struct span message)
{
    return tells(message, is_work);
}
