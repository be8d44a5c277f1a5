/* The level of a plain message: a word of its header, known by where it stands and what is around it. */
#include "record/severity_parts.h"

/* What is known of the words before the one that is looked at. */
struct header {
    struct span message;
    int words;     /* words of a sentence so far: letters only, not in brackets */
    int numbers;   /* runs with a digit so far, when there was nothing else */
    int depth;     /* open square brackets */
    bool wordless; /* nothing but numbers, brackets, names with a colon so far */
};

/* "local.ERROR:" and "foo.WARNING:" (monolog), "[splice/client.ERR]": the run's last part, before a colon;
 * GLib's "Gtk-CRITICAL **:"; Fluentd's "fluent.warn: {". */
static uint8_t level_of_channel(struct span text, struct run run)
{
    static const char stars[] = " **:";
    size_t dot = run.end;
    bool glib = span_starts(span_skip(text, run.end), stars);
    while (dot > run.begin && text.ptr[dot - 1] != (glib ? '-' : '.'))
        dot--;
    struct run last = next_run(text, dot);
    uint8_t after = byte_at(text, run.end);
    bool tag = after == ':' && folds_to(span_skip(text, run.end), ": {");
    if (dot == run.begin || !(last.upper || tag) || (!glib && after != ':' && after != ']'))
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
    if (before == '[' && after == ']' && then == ' ' && at > 2 && text.ptr[at - 2] == ' ' &&
        text.ptr[at - 3] == ')') /* Gitea's "a.go:170:pull() [W] text" */
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
    if (byte_at(text, at) == '(' && is_number(byte_at(text, at + 1))) /* ESP-IDF's "E (1234) wifi: text" */
        return true;
    return run.end > at && (!run.letters || one_of(byte_at(text, run.end), "/:(["));
}

/* apt's "E: Unable to", PulseAudio's "W: [pulseaudio] text", Kotlin's "e: file:///a.kt:1:2 text"; not "E:
 * drive". */
static bool is_colon_letter(struct span text)
{
    uint8_t next = byte_at(text, 3);
    if (text.len < 5 || text.ptr[1] != ':' || text.ptr[2] != ' ' || !one_of(text.ptr[0] & ~0x20, "EW"))
        return false;
    if (text.ptr[0] & 0x20)
        return next == '/' || folds_to(span_skip(text, 3), "file:/");
    return next == '[' || (unsigned)next - 'A' < 26;
}

/* PyTorch's "[W socket.cpp:464] text", ONNX's "[E:onnxruntime:x, a.cc:1] text"; the header stands at the
 * letter. */
static bool opens_a_place(struct span text, size_t names_place)
{
    struct run run = next_run(text, 2);
    return text.ptr[0] == '[' &&
           (names_place || (byte_at(text, 2) == ':' && (run = next_run(text, 3), run.letters) &&
                            run.end > 5 && byte_at(text, run.end) == ':'));
}

/* WebSphere's "0000001a ThreadMonitor W   WSVR0605W: text", "0000001d SystemErr     R text" */
static bool is_websphere(const struct header *header, struct run run)
{
    struct span text = header->message;
    size_t at = run.end;
    if (!is_number(text.ptr[0]) || header->words != 1 || byte_at(text, at) != ' ' ||
        !is_blank(byte_at(text, run.begin - 1)))
        return false;
    while (at < text.len && is_blank(text.ptr[at]))
        at++;
    struct run next = next_run(text, at);
    return text.ptr[run.begin] == 'R' || byte_at(text, at) == '[' || byte_at(text, at) == MASKED_NUMBER ||
           next.digit;
}

/* SAP HANA's "e Basis            FileIO.cpp(00123) : text" */
static bool is_hana(struct span text)
{
    struct run run = next_run(text, 2);
    size_t at = run.end;
    if (text.len < 2 || text.ptr[1] != ' ' || !run.letters || run.end < 4 || !one_of(text.ptr[0], "wef"))
        return false;
    while (at < text.len && is_blank(text.ptr[at]))
        at++;
    struct run file = next_run(text, at);
    return at > run.end && file.end > at && !file.letters && byte_at(text, file.end) == '(' &&
           is_number(byte_at(text, file.end + 1));
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
    if (run.begin == 0 && (is_colon_letter(text) || is_hana(text)))
        return level_of_mark(text.ptr[0] & ~0x20);
    if (one_of(text.ptr[run.begin], "FEWR") && is_websphere(header, run))
        return text.ptr[run.begin] == 'R' ? SEVERITY_ERROR : level_of_mark(text.ptr[run.begin]);
    if (run.begin == 1 && usual && text.ptr[1] != 'V' &&
        opens_a_place(text, after == ' ' && names_a_place(text, 3)))
        return level_of_mark(text.ptr[1]);
    if (!usual && !(run.begin == 0 && after == ' ' && then == '|' && one_of(text.ptr[0], "CNP"))) /* etcd */
        return 0;
    bool called = after == ']' && run.begin > 2 && text.ptr[run.begin - 3] == ')';
    if (!header->wordless && after != '>' && !called)
        return 0;
    if (text.ptr[run.begin] != 'V' && is_marked_letter(text, run.begin))
        return level_of_mark(text.ptr[run.begin]);
    if (after == '/' && (run.begin == 0 || header->numbers >= 2)) {
        struct run tag = next_run(text, run.end + 1);
        uint8_t end = byte_at(text, tag.end), second = byte_at(text, tag.end + 1);
        bool ends = end == '(' || end == ':' || (end == ' ' && (second == '(' || second == ']'));
        return tag.end - tag.begin >= 2 && ends ? level_of_mark(text.ptr[run.begin]) : 0;
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
    if (run.begin == 0 && after == '|') /* NLog's "2026-08-07 14:31:05.1|Error|Class|text" */
        return true;
    size_t at = run.begin, end = run.end;
    while (at && text.ptr[at - 1] == ' ')
        at--;
    while (end < text.len && text.ptr[end] == ' ')
        end++;
    if (run.upper && (at == 0 || text.ptr[at - 1] == '|') && byte_at(text, end) == '|')
        return true;
    return after == '|' && at && text.ptr[at - 1] == '[';
}

/* ESLint's "12:5  error  'cart' is not defined": line and column, and nothing else in front of it. */
static bool is_position(struct span text, size_t end)
{
    size_t at = 0;
    int numbers = 0;
    for (; at < end && numbers <= 2; at++) {
        if (is_number(text.ptr[at]))
            numbers += at == 0 || !is_number(text.ptr[at - 1]);
        else if (text.ptr[at] != (numbers == 1 ? ':' : ' '))
            return false;
    }
    return numbers == 2;
}

/* signale's "[api] › ✖  error     text": a sign of Unicode's symbols in front. */
static bool is_behind_symbol(struct span text, size_t at)
{
    static const uint8_t symbols = 0xe2;
    struct run before = run_before(text, at);
    return before.end - before.begin == 3 && before.end < at && text.ptr[before.begin] == symbols;
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
    if (is_behind_symbol(text, run.begin))
        return true;
    if (run.begin == 0)
        return (after == '[' && code) ||
               (after == ' ' && !run.upper && (unsigned)then - 'A' < 26 && next.end > run.end + 2);
    if (before == ':' && ahead == ':' && run.begin == 2)
        return after == ' ' || after == ':';
    if (before == ' ' && after == ' ' && header->wordless && !run.upper && is_position(text, run.begin - 1))
        return true;
    return before == ' ' && (ahead == ':' || ahead == '-') && after == ' ' && code &&
           byte_at(text, code_end) == ':';
}

/* "SEVERITY: Major", "Level: Error": a name that stands by itself, and not "Log level: ERROR", which sets
 * one. */
static uint8_t level_of_name(struct span text, struct run run)
{
    struct span name = span_make(text.ptr + run.begin, run.end - run.begin);
    size_t before = run.begin, at = run.end + 1;
    if (byte_at(text, run.end) != ':' || name.len < 5 ||
        !(name.len == 5 ? folds_to(name, "level") : name.len == 8 && folds_to(name, "severity")))
        return 0;
    while (before && is_blank(text.ptr[before - 1]))
        before--;
    while (at < text.len && is_blank(text.ptr[at]))
        at++;
    struct run value = next_run(text, at);
    struct span word = span_make(text.ptr + value.begin, value.end - value.begin);
    if ((before && !one_of(text.ptr[before - 1], ",;|[({")) || at == run.end + 1 || value.digit ||
        word.len < 3)
        return 0;
    uint8_t severity = severity_of_level(word);
    return severity ? severity : severity_of_rating(word);
}

/* "Log level: ERROR", "Setting log level to WARN": what is configured. */
static bool is_setting(struct span text, struct run run)
{
    size_t at = run.begin;
    while (at && one_of(text.ptr[at - 1], " :=\"'"))
        at--;
    struct run before = run_before(text, at);
    if (before.end - before.begin == 2)
        before = run_before(text, before.begin);
    size_t n = before.end - before.begin;
    return n >= 5 && before.begin + 5 < run.begin &&
           folds_to(span_make(text.ptr + before.end - 5, 5), "level");
}

/* "[error]", "[info     ]", "[ FAIL ]", "<err>", "(warning)", "*ERROR*", "|W|", "[core:error]", "kern  :err
 * : text" */
static bool is_enclosed(const struct header *header, struct run run)
{
    struct span text = header->message;
    uint8_t before = run.begin ? text.ptr[run.begin - 1] : ' ', after = byte_at(text, run.end);
    size_t begin = run.begin, end = run.end;
    while (begin && text.ptr[begin - 1] == ' ')
        begin--;
    while (end < text.len && text.ptr[end] == ' ')
        end++;
    uint8_t left = begin ? text.ptr[begin - 1] : ' ';
    if (left == '[' && byte_at(text, end) == ']')
        return before == '[' || begin == 1;
    return (before == '<' && after == '>') || (before == '*' && after == '*') ||
           (before == '(' && after == ')') || (before == '|' && after == '|') ||
           (before == ':' && after == ']' && header->depth > 0) ||
           (before == ':' && run.begin > 1 && header->words <= 1 && byte_at(text, end) == ':') ||
           fills_a_column(text, run);
}

/* "ERROR: text", "PHP Warning: text", "error : text", "--> FOAM Warning : "; no "Call Trace:" */
static bool has_colon(const struct header *header, struct run run, const struct level *level)
{
    struct span text = header->message;
    uint8_t after = byte_at(text, run.end);
    bool named = (unsigned)text.ptr[run.begin] - 'A' < 26 && !level->weak && header->words == 1 &&
                 level->severity > SEVERITY_TRACE;
    if (after == ':' && !run.upper && level->severity >= SEVERITY_ERROR &&
        severity_is_nothing(span_skip(text, run.end + 1), false) && run.end + 2 < text.len)
        return false;
    if (after == ':')
        return header->wordless || named;
    return (header->wordless || named) && !level->weak && after == ' ' && byte_at(text, run.end + 1) == ':' &&
           is_blank(byte_at(text, run.end + 2));
}

/* "info\ttext", "a\tERROR\tb", "error/net: text", "warning vpx[123] text", "12.345 Error Util.cpp:83: text"
 */
static bool leads_a_line(const struct header *header, struct run run, const struct level *level)
{
    struct span text = header->message;
    uint8_t before = run.begin ? text.ptr[run.begin - 1] : ' ', after = byte_at(text, run.end);
    if (after == '\t' && header->wordless && (run.begin == 0 || before == '\t'))
        return true;
    if (run.begin == 0 && after == ' ' && names_a_process(text, run.end + 1))
        return true;
    if (level->weak)
        return false;
    if (run.begin == 0 && after == '/' && is_letter(byte_at(text, run.end + 1)))
        return true;
    bool first = header->wordless && before != ',' && after == ' ';
    return first && is_blank(before) &&
           (byte_at(text, run.end + 1) == '[' ||
            (!run.upper && run.begin && names_a_place(text, run.end + 1)));
}

/* RouterOS "system,error,critical text" */
static bool is_listed(const struct header *header, struct run run)
{
    struct span text = header->message;
    uint8_t after = byte_at(text, run.end);
    return run.begin > 1 && text.ptr[run.begin - 1] == ',' && is_letter(text.ptr[run.begin - 2]) &&
           (after == ' ' || after == ',') && header->words <= 1;
}

/* "*** Warning - text", "***ERROR: text", "*** Failure 3807 text" */
static bool is_starred(struct span text, struct run run, const struct level *level)
{
    return span_starts(text, "***") && level->severity >= SEVERITY_WARN &&
           (run.begin == 3 || (run.begin == 4 && text.ptr[3] == ' '));
}

/* "Warning in <TClass::Init>: text", "CMake Warning (dev) at a:3", "npm warn deprecated text" */
static bool warns(const struct header *header, struct run run, const struct level *level)
{
    struct span text = header->message;
    bool npm = span_starts(text, "npm ") && run.begin == 4;
    if (npm)
        return !level->weak && byte_at(text, run.end) == ' ';
    bool capital = (unsigned)text.ptr[run.begin] - 'A' < 26;
    return level->severity == SEVERITY_WARN && !level->weak && capital && header->words <= 1 &&
           run_before(text, run.begin).begin == 0 &&
           (severity_speaks(text, run) || folds_to(span_skip(text, run.end), " message:"));
}

/* What a run of letters and marks tells that is no level by itself. */
static uint8_t level_of_compound(struct span text, struct run run)
{
    size_t bytes = run.end - run.begin;
    uint8_t severity = level_of_xorg(text, run), after = byte_at(text, run.end);
    if (!severity)
        severity = level_of_pair(text, run);
    if (!severity && run.letters)
        severity = level_of_name(text, run);
    if (!severity && !run.letters)
        severity = level_of_channel(text, run);
    if (!severity && !run.letters && (is_blank(after) || after == ']' || after == '>'))
        severity = severity_of_facility(span_make(text.ptr + run.begin, bytes));
    return severity;
}

/* Nagios: "SERVICE ALERT: web1;HTTP;OK;HARD;3;text" tells that all is well again. */
static uint8_t severity_of_alert(struct span text, uint8_t severity)
{
    static const struct {
        const char *state;
        uint8_t severity;
    } states[] = {{";OK;", SEVERITY_INFO}, {";UP;", SEVERITY_INFO}, {";WARNING;", SEVERITY_WARN}};
    for (size_t i = 0; severity == SEVERITY_ALERT && i < sizeof states / sizeof *states; i++)
        if (memmem(text.ptr, text.len, states[i].state, strlen(states[i].state)))
            return states[i].severity;
    return severity;
}

static uint8_t level_of_run(const struct header *header, struct run run)
{
    struct span text = header->message;
    if (run.digit)
        return 0;
    if (run.end - run.begin == 1)
        return level_of_letter(header, run);
    if (is_warning_class(text, run))
        return SEVERITY_WARN;
    uint8_t severity = level_of_compound(text, run);
    if (severity || !run.letters)
        return severity;
    const struct level *level = level_find(span_make(text.ptr + run.begin, run.end - run.begin));
    if (!level || is_setting(text, run) || folds_to(span_skip(text, run.end), " summary"))
        return 0;
    if (is_enclosed(header, run) || has_colon(header, run, level) || leads_a_line(header, run, level) ||
        (!level->weak && is_listed(header, run)) || is_starred(text, run, level) ||
        warns(header, run, level) || stands_alone(header, run, level))
        return severity_of_alert(text, level->severity);
    uint8_t before = run.begin ? text.ptr[run.begin - 1] : ' ', after = byte_at(text, run.end);
    uint8_t then = byte_at(text, run.end + 1);
    bool ends = is_blank(after) || one_of(after, "]:/,)|>;!") ||
                (after == '[' && is_number(then)); /* Asterisk's "ERROR[4711]" */
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

/* "SCHWERWIEGEND [main] text", "FEHLER:  text" */
static uint8_t level_in_capitals(struct span text, struct run run)
{
    uint8_t after = byte_at(text, run.end);
    if ((!run.upper && text.ptr[run.begin] < 0x80) || (after != ':' && after != ']' && run.begin > 0))
        return 0;
    return severity_of_foreign(span_make(text.ptr + run.begin, run.end - run.begin));
}

uint8_t severity_of_header(struct span message)
{
    enum { TOKENS_MAX = 8 };
    if (!has_letter(message))
        return 0; /* an access log's address */
    uint8_t symbol = is_letter(message.ptr[0]) || is_number(message.ptr[0]) ? 0 : severity_of_symbol(message);
    if (symbol)
        return symbol;
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
        if (severity || (severity = level_in_capitals(message, run)))
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
