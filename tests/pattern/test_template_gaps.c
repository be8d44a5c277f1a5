/* Values of several words, and values that are missing. The sentences are those of real programs (sshd, FRR,
 * NetworkManager, ActiveMQ), the names are made up. */
#include "pattern/messages.h"

static const char *const names[] = {"aspen",   "birch-2x", "cedar_io", "dogwood",
                                    "elm.lan", "fir_x",    "ginkgo",   "hazel-ab"};

#define NAMES (sizeof names / sizeof *names)

/* The format with each name for its %s. */
static void add_named(struct fixture *f, const char *format)
{
    char message[MESSAGE_MAX];
    for (size_t i = 0; i < NAMES; i++) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        snprintf(message, sizeof message, format, names[i]);
#pragma GCC diagnostic pop
        add(f, 10, message);
    }
}

Test(template_gaps, a_list_stands_where_names_do)
{
    static const char template[] = "neighbor <*> capability extended-nexthop";
    struct fixture *f = fixture_new();
    add_named(f, "neighbor %s capability extended-nexthop");
    add(f, 10, "neighbor aspen, birch-2x, rowan capability extended-nexthop");
    add(f, 10, "neighbor fir_x and cedar_io capability extended-nexthop");
    merge(f);
    expect(f, 10, "neighbor aspen capability extended-nexthop", template);
    expect(f, 10, "neighbor aspen, birch-2x, rowan capability extended-nexthop", template);
    expect(f, 10, "neighbor fir_x and cedar_io capability extended-nexthop", template);
    fixture_free(f);
}

Test(template_gaps, what_ended_otherwise_is_no_value)
{
    struct fixture *f = fixture_new();
    add_named(f, "session of host %s was closed by its peer");
    add(f, 10, "session of host aspen failed, it was closed by its peer");
    merge(f);
    expect(f, 10, "session of host elm.lan was closed by its peer",
           "session of host <*> was closed by its peer");
    expect(f, 10, "session of host aspen failed, it was closed by its peer",
           "session of host aspen failed, it was closed by its peer");
    fixture_free(f);
}

/* A longer reason is another reason. */
Test(template_gaps, the_end_of_a_sentence_is_no_gap)
{
    struct fixture *f = fixture_new();
    add_named(f, "cannot reach the configured upstream: %s");
    add(f, 10, "cannot reach the configured upstream: no route to host");
    merge(f);
    expect(f, 10, "cannot reach the configured upstream: no route to host",
           "cannot reach the configured upstream: no route to host");
    fixture_free(f);
}

Test(template_gaps, a_value_may_be_missing)
{
    struct fixture *f = fixture_new();
    add_named(f, "Cannot delete vlan device %s; it does not exist");
    add(f, 10, "Cannot delete vlan device ; it does not exist");
    add_named(f, "unknown groupname '%s' in the settings");
    add(f, 10, "unknown groupname '' in the settings");
    add_named(f, "Router [%s] has been allocated");
    add(f, 10, "Router [] has been allocated");
    add_named(f, "Port found in OVN but not here, port_id=%s");
    add(f, 10, "Port found in OVN but not here, port_id=");
    merge(f);
    expect(f, 10, "Cannot delete vlan device ; it does not exist",
           "Cannot delete vlan device <*>; it does not exist");
    expect(f, 10, "unknown groupname '' in the settings", "unknown groupname '<*>' in the settings");
    expect(f, 10, "Router [] has been allocated", "Router [<*>] has been allocated");
    expect(f, 10, "Port found in OVN but not here, port_id=", "Port found in OVN but not here, port_id=<*>");
    fixture_free(f);
}

Test(template_gaps, a_pointer_to_nothing_is_a_value)
{
    struct fixture *f = fixture_new();
    add(f, 10, "read (null) - 12 names");
    add(f, 10, "read 7 - 12 names");
    add(f, 10, "call of close(null) ignored");
    merge(f);
    expect(f, 10, "read (null) - 12 names", "read <*> - <*> names");
    expect(f, 10, "call of close(null) ignored", "call of close(null) ignored");
    fixture_free(f);
}

Test(template_gaps, quotes_hold_any_number_of_words)
{
    static const char *const titles[] = {"night watch",          "the quiet harbour of seven lamps",
                                         "a long way",           "winter in the old mill town",
                                         "north by an open sea", "salt and iron"};
    char message[MESSAGE_MAX];
    struct fixture *f = fixture_new();
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++) {
        snprintf(message, sizeof message, "stored the title '%s' in the catalogue", titles[i]);
        add(f, 10, message);
    }
    add(f, 10, "the peer can't and won't agree on a key of ours");
    merge(f);
    expect(f, 10, "stored the title 'salt and iron' in the catalogue",
           "stored the title '<*>' in the catalogue");
    expect(f, 10, "the peer can't and won't agree on a key of ours",
           "the peer can't and won't agree on a key of ours");
    fixture_free(f);
}

/* What brackets hold is one value, however many words it has, and none is a value, too. */
Test(template_gaps, brackets_with_nothing_in_them)
{
    static const char *const zones[] = {"Rho", "Tau",  "Zeta",  "Psi", "Chi",
                                        "Eta", "Iota", "Kappa", "Mu",  "Nu"};
    char message[MESSAGE_MAX];
    struct fixture *f = fixture_new();
    uint32_t chance = 1;
    for (size_t i = 0; i < 60; i++) {
        size_t at = (size_t)snprintf(message, sizeof message, "group [");
        for (size_t k = 0, words = i % 3 ? 2 + i % 5 : 0; k < words; k++) {
            chance = chance * 1664525 + 1013904223;
            at += (size_t)snprintf(message + at, sizeof message - at, "%s%s", k ? " " : "",
                                   zones[chance % 97 % 10]);
        }
        snprintf(message + at, sizeof message - at, "] of zone %s moved to %s", zones[i / 6],
                 zones[i * 3 % 10]);
        add(f, 10, message);
    }
    merge(f);
    for (size_t i = 0; i < f->count; i++)
        cr_expect(span_equal(f->texts[f->ids[i]], span_of("group [<*>] of zone <*> moved to <*>")), "'%.*s'",
                  (int)f->texts[f->ids[i]].len, (const char *)f->texts[f->ids[i]].ptr);
    fixture_free(f);
}

/* Anything may stand in a place: the template must still stand for every message. */
Test(template_gaps, every_message_fits_its_template)
{
    static const char *const sentences[] = {
        "neighbor %s has lost %s of %s routes", "took %s to copy '%s' from %s",
        "volume %s: size=%s, owner=%s; kept",   "moved [%s] and (%s) to zone %s",
        "%s: waiting for peer %s since %s",     "no reply of \"%s\" (%s) after %s"};
    static const char *const values[] = {"",
                                         "12",
                                         "12 ms",
                                         "1.5 s",
                                         "40%",
                                         "aspen",
                                         "birch-2x",
                                         "cedar_io, fir_x",
                                         "(null)",
                                         "elm oak ash",
                                         "/srv/a b/c",
                                         "10.1.2.3:80",
                                         "{id=7, name=fir}",
                                         "Dogwood",
                                         "ginkgo"};
    enum { VALUES = sizeof values / sizeof *values };
    struct fixture *f = fixture_new();
    char message[MESSAGE_MAX];
    uint32_t chance = 7;
    for (size_t i = 0; i < 1800; i++) {
        const char *place[3];
        for (size_t k = 0; k < 3; k++) {
            chance = chance * 1664525 + 1013904223;
            place[k] = values[(chance >> 16) % VALUES];
        }
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        snprintf(message, sizeof message, sentences[i % 6], place[0], place[1], place[2]);
#pragma GCC diagnostic pop
        add(f, 10, message);
    }
    merge(f);
    for (size_t i = 0; i < f->count; i++) {
        struct span text = f->texts[f->ids[i]], masked = f->inputs[i].masked;
        cr_expect(template_fits(text, masked), "'%.*s' does not fit '%.*s'", (int)masked.len,
                  (const char *)masked.ptr, (int)text.len, (const char *)text.ptr);
    }
    fixture_free(f);
}

/* A value that is written otherwise where a list stands: "12 ms" in all others, "5 s" here. */
Test(template_gaps, units_beside_a_list)
{
    struct fixture *f = fixture_new();
    add_named(f, "the copy of volume %s took 12 ms in all");
    add(f, 10, "the copy of volume aspen, fir_x took 5 s in all");
    merge(f);
    expect(f, 10, "the copy of volume aspen, fir_x took 5 s in all",
           "the copy of volume <*> took <*> in all");
    fixture_free(f);
}
