/* Lists of words that mean something in any log; none is taken from one. */
#include "pattern/template_looks.h"

bool is_host(struct span word)
{
    static const char *const endings[] = {"com",         "net",      "org",  "edu",  "gov",
                                          "mil",         "int",      "info", "biz",  "local",
                                          "localdomain", "internal", "lan",  "arpa", "svc"};
    static const char *const files[] = {"js", "py", "sh", "so", "md", "rs", "go", "cc",
                                        "pl", "rb", "ts", "gz", "db", "id", "is"};
    size_t dots = 0, last = 0, before = 0, first = word.len;
    for (size_t i = 0; i < word.len; i++) {
        uint8_t c = word.ptr[i];
        if (c == '.') {
            if (i == 0 || word.ptr[i - 1] == '.')
                return false;
            dots++;
            before = last;
            last = i + 1;
            if (first == word.len)
                first = i;
        } else if (!is_letter(c) && c != '-') {
            return false;
        }
    }
    if (dots == 0 || last == word.len)
        return false;
    struct span ending = span_make(word.ptr + last, word.len - last);
    struct span head = span_make(word.ptr, first);
    if (WORD_IN(head, endings)) /* com.example.thing is a name in code */
        return false;
    if (WORD_IN(ending, endings))
        return true;
    if (dots < 2 || ending.len != 2 || !(ending.ptr[0] & ending.ptr[1] & 0x20))
        return false;
    return dots >= 3 || WORD_IN(span_make(word.ptr + before, last - 1 - before), endings) ||
           !WORD_IN(ending, files);
}

bool is_month(struct span word)
{
    static const char *const names[] = {"jan",  "feb",     "mar",       "apr",     "may",      "jun",
                                        "jul",  "aug",     "sep",       "sept",    "oct",      "nov",
                                        "dec",  "january", "february",  "march",   "april",    "june",
                                        "july", "august",  "september", "october", "november", "december"};
    return word.len >= 3 && (word.ptr[0] & 0x20) == 0 && WORD_IN(word, names);
}

bool is_weekday(struct span word)
{
    static const char *const names[] = {"mon",      "tue",    "wed",      "thu",     "fri",
                                        "sat",      "sun",    "monday",   "tuesday", "wednesday",
                                        "thursday", "friday", "saturday", "sunday"};
    return word.len >= 3 && (word.ptr[0] & 0x20) == 0 && WORD_IN(word, names);
}

bool is_zone(struct span word)
{
    static const char *const names[] = {"utc", "gmt", "est", "edt",  "cst", "cdt", "mst", "mdt",
                                        "pst", "pdt", "cet", "cest", "bst", "jst", "am",  "pm"};
    return WORD_IN(word, names);
}

bool is_mixed(struct span word)
{
    size_t turns = 0;
    for (size_t i = 1; i < word.len; i++)
        turns += (word.ptr[i] & 0x20) != (word.ptr[i - 1] & 0x20);
    return turns * 3 >= word.len;
}
