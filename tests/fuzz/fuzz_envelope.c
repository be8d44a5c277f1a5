/* What runtimes, agents and syslog write around a line: all that comes out lies in the line. */
#include "fuzz/fuzz.h"

#include "record/envelope.h"

static void check_all(struct span text)
{
    bool (*const readers[])(struct span, struct envelope *) = {envelope_kubectl, envelope_compose,
                                                               envelope_stern, envelope_syslog_5424};
    struct envelope envelope;
    struct envelope_cri cri;
    bool pid;
    for (size_t i = 0; i < sizeof readers / sizeof *readers; i++)
        if (readers[i](text, &envelope))
            require(lies_in(envelope.stream, text) && lies_in(envelope.inside, text));
    if (envelope_syslog(text, &envelope, &pid))
        require(lies_in(envelope.stream, text) && lies_in(envelope.inside, text));
    if (envelope_cri(text, &cri))
        require(lies_in(cri.inside, text));
    require(envelope_monotonic(text) <= text.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct span rest = span_make(bytes, size), text;
    while (rest.len) {
        uint8_t *copy = take_line(&rest, &text);
        check_all(text);
        free(copy);
    }
    return 0;
}
