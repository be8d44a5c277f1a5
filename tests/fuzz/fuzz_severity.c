/* How bad a message is. */
#include "fuzz/fuzz.h"

#include "record/severity.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct span rest = span_make(bytes, size), text;
    while (rest.len) {
        uint8_t *copy = take_line(&rest, &text);
        uint8_t level = severity_of_level(text);
        require(level <= 24 && severity_of_header(text) <= 24 && severity_of_words(text) <= 24);
        require(severity_of_cef(text) <= 24 && severity_of_xml(text) <= 24 && severity_of_router(text) <= 24);
        require(severity_of_rating(text) <= 24 && severity_of_facility(text) <= 24);
        require(severity_name(level) != NULL);
        free(copy);
    }
    return 0;
}
