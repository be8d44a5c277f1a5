/* What stands in front of a text and is no word: marks of consoles, and the symbols that programs draw. */
#include "record/severity_parts.h"

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

/* UTF-8. What says that all is well tells nothing: it stands in front of any text. */
static uint8_t severity_of_sign(struct span text)
{
    static const struct {
        char sign[5];
        uint8_t severity;
    } signs[] = {{"\xe2\x9c\x96", SEVERITY_ERROR},     /* heavy multiplication x */
                 {"\xe2\x9c\x97", SEVERITY_ERROR},     /* ballot x */
                 {"\xe2\x9c\x98", SEVERITY_ERROR},     /* heavy ballot x */
                 {"\xe2\xa8\xaf", SEVERITY_ERROR},     /* cross product, Next.js */
                 {"\xe2\x9d\x8c", SEVERITY_ERROR},     /* cross mark */
                 {"\xf0\x9f\x9b\x91", SEVERITY_ERROR}, /* stop sign */
                 {"\xe2\x9a\xa0", SEVERITY_WARN},      /* warning sign */
                 {"\xe2\x84\xb9", SEVERITY_INFO}};     /* information source */
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (span_starts(text, signs[i].sign))
            return signs[i].severity;
    return 0;
}

/* SetupAPI's "!!!  dvi: text" and "!    sto: text": as many marks as it is bad, blanks and a short name. */
static uint8_t severity_of_marks(struct span text)
{
    size_t marks = 0, at;
    while (marks < text.len && text.ptr[marks] == '!')
        marks++;
    for (at = marks; at < text.len && text.ptr[at] == ' '; at++)
        ;
    struct run run = next_run(text, at);
    if (at == marks || run.end - run.begin != 3 || !run.letters || byte_at(text, run.end) != ':')
        return 0;
    return marks == 3 ? SEVERITY_ERROR : marks == 1 ? SEVERITY_WARN : 0;
}

/* SQL Server Agent's "! [298] text", "+ [396] text" and "? [100] text" */
static uint8_t severity_of_agent(struct span text)
{
    if (text.len < 6 || text.ptr[1] != ' ' || text.ptr[2] != '[' || !is_number(text.ptr[3]))
        return 0;
    return text.ptr[0] == '!'   ? SEVERITY_ERROR
           : text.ptr[0] == '+' ? SEVERITY_WARN
           : text.ptr[0] == '?' ? SEVERITY_INFO
                                : 0;
}

uint8_t severity_of_symbol(struct span message)
{
    bool bracket = message.ptr[0] == '[';
    uint8_t severity = bracket ? severity_of_console(message) : 0;
    if (severity)
        return severity;
    if (span_starts(message, "[!] "))
        return SEVERITY_WARN;
    if (message.ptr[0] >= 0x80 || bracket)
        return severity_of_sign(span_skip(message, bracket));
    severity = message.ptr[0] == '!' ? severity_of_marks(message) : 0;
    return severity ? severity : severity_of_agent(message);
}
