/* The level of a plain message: a word of its header, known by where it stands and what is around it. */
#include "record/severity_parts.h"

enum { MASKED_NUMBER = 1 }; /* what masking leaves of a run with a digit */

/* What is known of the words before the one that is looked at. */
struct header {
    struct span message;
    int words;     /* words of a sentence so far: letters only, not in brackets */
    int numbers;   /* runs with a digit so far, when there was nothing else */
    int depth;     /* open square brackets */
    bool wordless; /* nothing but numbers, brackets, names with a colon so far */
};

/* "local.ERROR:" and "foo.WARNING:" (monolog): the run's last part, before a colon; GLib's
 * "Gtk-CRITICAL **:". */
static uint8_t level_of_channel(struct span text, struct run run)
{
    static const char stars[] = " **:";
    size_t dot = run.end;
    bool glib = span_starts(span_skip(text, run.end), stars);
    while (dot > run.begin && text.ptr[dot - 1] != (glib ? '-' : '.'))
        dot--;
    struct run last = next_run(text, dot);
    if (dot == run.begin || !last.upper || (!glib && byte_at(text, run.end) != ':'))
        return 0;
    const struct level *level = level_find(span_make(text.ptr + dot, run.end - dot));
    return level ? level->severity : 0;
}

/* Telegraf's "E! text", GPFS's and Gitea's "[E] text", Foreman's "[E|app|", GlusterFS's "E [", etcd's "E | ",
 * Grid Engine's
 * "|E|". */
static bool is_marked_letter(struct span text, size_t at)
{
    uint8_t before = at ? text.ptr[at - 1] : ' ', after = byte_at(text, at + 1), then = byte_at(text, at + 2);
    if (at == 0)
        return at + 2 < text.len &&
               ((after == '!' && then == ' ') || (after == ' ' && (then == '[' || then == '|')));
    if (before == ' ' && after == '>' && then == ' ') /* Tarantool */
        return true;
    if (at == 1 && before == '[')
        return after == '|' || (after == ']' && (then == ' ' || then == '['));
    if (at == 1 && before == '(')
        return after == ')' && then == ' ';
    return before == '|' && after == '|';
}

/* "E tensorflow/core/x.cc:12]", "W 1 [com.google.Main]", "E i.q.c.Server [12]": what follows is no word of a
 * sentence. */
static bool names_a_place(struct span text, size_t at)
{
    struct run run = next_run(text, at);
    if (byte_at(text, at) == MASKED_NUMBER)
        return true;
    return run.end > at && (!run.letters || one_of(byte_at(text, run.end), "/:(["));
}

/* MongoDB's "E STORAGE  [thread]" */
static bool is_component(struct span text, size_t at)
{
    struct run run = next_run(text, at);
    size_t end = run.end;
    while (end < text.len && is_blank(text.ptr[end])) /* masking keeps one of them */
        end++;
    return run.letters && run.upper && run.end - run.begin > 2 && end > run.end && byte_at(text, end) == '[';
}

/* Logcat: "E/Tag(  123):", "E/Tag:", and "1702 2395 E Tag:" */
static uint8_t level_of_letter(const struct header *header, struct run run)
{
    struct span text = header->message;
    uint8_t after = byte_at(text, run.end);
    uint8_t then = byte_at(text, run.end + 1);
    bool usual = one_of(text.ptr[run.begin], "VDIWEF");
    if (!usual && !(run.begin == 0 && after == ' ' && then == '|' && one_of(text.ptr[0], "CNP"))) /* etcd */
        return 0;
    if (!header->wordless && after != '>')
        return 0;
    if (text.ptr[run.begin] != 'V' && is_marked_letter(text, run.begin))
        return level_of_mark(text.ptr[run.begin]);
    if (after == '/' && run.begin == 0) {
        struct run tag = next_run(text, run.end + 1);
        uint8_t end = byte_at(text, tag.end);
        return tag.end - tag.begin >= 2 && (end == '(' || end == ':') ? level_of_mark(text.ptr[run.begin])
                                                                      : 0;
    }
    if (header->numbers >= 2 && is_blank(after) && is_letter(byte_at(text, run.end + 1)))
        return level_of_mark(text.ptr[run.begin]);
    if (run.begin == 0 && after == ' ' &&
        (names_a_place(text, run.end + 1) || is_component(text, run.end + 1)))
        return level_of_mark(text.ptr[run.begin]);
    return 0;
}

/* "level=info", "severity=ERROR", "lvl=w", also quoted. */
static uint8_t level_of_pair(struct span text, struct run run)
{
    static const char *const keys[] = {"level", "lvl", "severity", "loglevel", "status"};
    if (byte_at(text, run.end) != '=')
        return 0;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        size_t n = strlen(keys[i]);
        if (run.end - run.begin != n || memcmp(text.ptr + run.begin, keys[i], n) != 0)
            continue;
        size_t at = run.end + 1;
        bool quoted = one_of(byte_at(text, at), "\"'");
        struct run value = next_run(text, quoted ? at + 1 : at);
        bool status = keys[i][0] == 's' && keys[i][1] == 't'; /* "status='ERROR'": not of a request */
        return value.digit || (status && !(quoted && value.upper))
                   ? 0
                   : severity_of_level(span_make(text.ptr + value.begin, value.end - value.begin));
    }
    return 0;
}

/* A level in the brackets of Xorg: "(EE)", "(WW)". */
static uint8_t level_of_xorg(struct span text, struct run run)
{
    const uint8_t *p = text.ptr + run.begin;
    if (run.end - run.begin != 2 || p[0] != p[1] || run.begin == 0 || p[-1] != '(' ||
        byte_at(text, run.end) != ')')
        return 0;
    return p[0] == 'E' || p[0] == 'W' || p[0] == 'I' ? level_of_mark(p[0]) : 0;
}

/* "vpxd[45715] ", "[main] ": what comes behind a level and not behind the first word of a sentence. */
static bool names_a_process(struct span text, size_t at)
{
    struct run run = next_run(text, at);
    return byte_at(text, run.end) == '[' && !run.digit;
}

/* "DeprecationWarning: x", "UserWarning: x". */
static bool is_warning_class(struct span text, struct run run)
{
    static const char end[] = "Warning";
    size_t n = sizeof end - 1;
    return run.end - run.begin > n && byte_at(text, run.end) == ':' &&
           memcmp(text.ptr + run.end - n, end, n) == 0;
}

/* `"ERROR","web"`, "[error|host|", "[ warn|host|", "SUCCESS  |" */
static bool fills_a_column(struct span text, struct run run)
{
    uint8_t before = run.begin ? text.ptr[run.begin - 1] : ' ', after = byte_at(text, run.end);
    if (before == '"' && after == '"')
        return one_of(byte_at(text, run.end + 1), ",;\t");
    size_t at = run.begin, end = run.end;
    while (at && text.ptr[at - 1] == ' ')
        at--;
    while (end < text.len && text.ptr[end] == ' ')
        end++;
    if (run.upper && (at == 0 || text.ptr[at - 1] == '|') && byte_at(text, end) == '|')
        return true;
    return after == '|' && at && text.ptr[at - 1] == '[';
}

/* Where compilers and shells have it: "a.ts(12,3): error TS2322: text", "error[E0382]: text", "error Command
 * failed"; GitHub's "::error file=a.js::text"; "[Server thread/ERROR]"; "#Warning#". */
static bool stands_alone(const struct header *header, struct run run, const struct level *level)
{
    struct span text = header->message;
    uint8_t before = run.begin ? text.ptr[run.begin - 1] : ' ', after = byte_at(text, run.end);
    uint8_t then = byte_at(text, run.end + 1), ahead = run.begin > 1 ? text.ptr[run.begin - 2] : ' ';
    struct run next = next_run(text, run.end + 1);
    bool code = then == MASKED_NUMBER || next.digit;
    size_t code_end = then == MASKED_NUMBER ? run.end + 2 : next.end;
    if ((before == '#' && after == '#') || (before == '/' && after == ']' && header->depth && run.upper))
        return true;
    if (level->weak)
        return false;
    if (run.begin == 0)
        return (after == '[' && code) ||
               (after == ' ' && !run.upper && (unsigned)then - 'A' < 26 && next.end > run.end + 2);
    if (before == ':' && ahead == ':' && run.begin == 2)
        return after == ' ' || after == ':';
    return before == ' ' && ahead == ':' && after == ' ' && code && byte_at(text, code_end) == ':';
}

static uint8_t level_of_run(const struct header *header, struct run run)
{
    struct span text = header->message;
    size_t bytes = run.end - run.begin;
    if (run.digit)
        return 0;
    if (bytes == 1)
        return level_of_letter(header, run);
    if (is_warning_class(text, run))
        return SEVERITY_WARN;
    uint8_t severity = level_of_xorg(text, run);
    if (!severity)
        severity = level_of_pair(text, run);
    if (!severity && !run.letters)
        severity = level_of_channel(text, run);
    uint8_t behind = byte_at(text, run.end);
    if (!severity && !run.letters && (is_blank(behind) || behind == ']' || behind == '>'))
        severity = severity_of_facility(span_make(text.ptr + run.begin, bytes));
    if (severity || !run.letters)
        return severity;
    const struct level *level = level_find(span_make(text.ptr + run.begin, bytes));
    if (!level)
        return 0;
    uint8_t before = run.begin ? text.ptr[run.begin - 1] : ' ', after = byte_at(text, run.end);
    size_t padded = run.end; /* "[info     ]" */
    while (before == '[' && byte_at(text, padded) == ' ' && padded < text.len)
        padded++;
    bool enclosed = (before == '[' && byte_at(text, padded) == ']') || (before == '<' && after == '>') ||
                    (before == '*' && after == '*') || (before == '(' && after == ')') ||
                    (before == '|' && after == '|') ||
                    (before == ':' && after == ']' && header->depth > 0) || /* "[core:error]" */
                    fills_a_column(text, run);
    bool capital = (unsigned)text.ptr[run.begin] - 'A' < 26;
    bool colon = after == ':' && (header->wordless ||
                                  (capital && !level->weak && header->words == 1 &&
                                   level->severity > SEVERITY_TRACE)); /* "PHP Warning:", no "Call Trace:" */
    colon |= header->wordless && !level->weak && after == ' ' && byte_at(text, run.end + 1) == ':' &&
             is_blank(byte_at(text, run.end + 2)); /* "error : text" */
    bool column = after == '\t' && header->wordless && (run.begin == 0 || before == '\t');
    column |= run.begin == 0 && !level->weak && after == '/' && is_letter(byte_at(text, run.end + 1));
    bool listed = before == ',' && run.begin > 1 && is_letter(text.ptr[run.begin - 2]) && !level->weak &&
                  (after == ' ' || after == ',') &&
                  header->words <= 1; /* RouterOS "system,error,critical text" */
    bool first = header->wordless && before != ',' && after == ' ';
    column |= first && !level->weak && byte_at(text, run.end + 1) == '[' && is_blank(before);
    bool before_program = run.begin == 0 && after == ' ' && names_a_process(text, run.end + 1);
    if (enclosed || colon || column || listed || before_program || stands_alone(header, run, level))
        return level->severity;
    uint8_t then = byte_at(text, run.end + 1);
    bool ends = is_blank(after) || one_of(after, "]:/,)|>;!") ||
                (after == '[' && (is_digit(then) || then == MASKED_NUMBER)); /* Asterisk's "ERROR[4711]" */
    bool starts = is_blank(before) || one_of(before, "[(|<-:\"") || (before == '=' && run.begin == 1);
    return run.upper && !level->weak && ends && starts && header->words <= 2 ? level->severity : 0;
}

static bool has_letter(struct span text)
{
    for (size_t i = 0; i < text.len; i++)
        if (is_letter(text.ptr[i]))
            return true;
    return false;
}

/* What systemd writes to the console. */
static uint8_t severity_of_console(struct span message)
{
    static const struct {
        char mark[9];
        uint8_t severity;
    } marks[] = {{"[  OK  ]", SEVERITY_INFO},
                 {"[ OK ]", SEVERITY_INFO}, /* as masking leaves it */
                 {"[FAILED]", SEVERITY_ERROR},
                 {"[DEPEND]", SEVERITY_ERROR},
                 {"[ TIME ]", SEVERITY_ERROR}};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (span_starts(message, marks[i].mark))
            return marks[i].severity;
    return 0;
}

uint8_t severity_of_header(struct span message)
{
    enum { TOKENS_MAX = 8 };
    if (!has_letter(message))
        return 0; /* an access log's address */
    uint8_t console = message.ptr[0] == '[' ? severity_of_console(message) : 0;
    if (console)
        return console;
    struct header header = {.message = message, .wordless = true};
    int tokens = 0;
    for (size_t at = 0; at < message.len && tokens < TOKENS_MAX;) {
        uint8_t byte = message.ptr[at];
        if (!is_word(byte)) {
            header.numbers += byte == MASKED_NUMBER;
            header.depth += byte == '[';
            header.depth -= byte == ']' && header.depth > 0;
            tokens += is_blank(byte) && at > 0 && !is_blank(message.ptr[at - 1]);
            at++;
            continue;
        }
        struct run run = next_run(message, at);
        uint8_t severity = level_of_run(&header, run);
        if (severity)
            return severity;
        uint8_t after = byte_at(message, run.end);
        if (run.digit) {
            header.numbers++;
        } else if (run.letters && header.depth == 0 && is_blank(after)) {
            header.words++;
            header.wordless = false;
        }
        at = run.end;
    }
    return 0;
}
