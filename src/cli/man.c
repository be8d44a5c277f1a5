/* The man page, in the man(7) macros, from the option table and the prose of help.c. */
#include "cli/help.h"

#include <string.h>

/* Text as roff takes it literally: a dash is a dash that can be copied, a leading dot or quote is no request.
 */
static void roff(struct output *out, const char *text)
{
    if (*text == '.' || *text == '\'')
        output_puts(out, "\\&");
    for (; *text; text++) {
        if (*text == '-')
            output_puts(out, "\\-");
        else if (*text == '\\')
            output_puts(out, "\\e");
        else
            output_sink(out, text, 1);
    }
}

static void option_entry(struct output *out, const struct option_spec *spec)
{
    output_puts(out, ".TP\n");
    if (spec->letter)
        output_printf(out, "\\fB\\-%c\\fR%s", spec->letter, spec->name ? ", " : "");
    if (spec->name) {
        output_puts(out, "\\fB\\-\\-");
        roff(out, spec->name);
        output_puts(out, "\\fR");
    }
    if (spec->value)
        output_printf(out, "%s\\fI%s\\fR", spec->name ? "=" : " ", spec->value);
    output_puts(out, "\n");
    roff(out, spec->brief);
    output_puts(out, ".\n");
    if (spec->detail) {
        roff(out, spec->detail);
        output_puts(out, "\n");
    }
}

static void rows(struct output *out, const char *title, const struct help_row *row)
{
    output_printf(out, ".SH \"%s\"\n", title);
    for (; row->term; row++) {
        output_puts(out, ".TP\n\\fB");
        roff(out, row->term);
        output_puts(out, "\\fR\n");
        roff(out, row->text);
        output_puts(out, ".\n");
    }
}

void man_page(struct output *out)
{
    output_printf(out, ".TH ONSET 1 \"\" \"onset %s\" \"User Commands\"\n.SH NAME\nonset \\- %s\n",
                  ONSET_VERSION, help_tagline);
    output_puts(
        out,
        ".SH SYNOPSIS\n\\fBonset\\fR [\\fBscan\\fR] [\\fIOPTION\\fR]... [\\fIFILE\\fR]...\n.br\n"
        "\\fBonset\\fR \\fBfollow\\fR [\\fB\\-\\-for\\fR \\fITIME\\fR] [\\fB\\-\\-exit\\-on\\-first\\fR] "
        "[\\fIOPTION\\fR]... [\\fIFILE\\fR]...\n.br\n"
        "\\fBonset\\fR \\fBpatterns\\fR [\\fB\\-\\-annotate\\fR] [\\fIOPTION\\fR]... [\\fIFILE\\fR]...\n.br\n"
        "\\fBonset\\fR \\fBrecords\\fR [\\fIOPTION\\fR]... [\\fIFILE\\fR]...\n.br\n"
        "\\fBonset\\fR \\fBformats\\fR [\\fB\\-\\-json\\fR] [\\fIOPTION\\fR]... [\\fIFILE\\fR]...\n.br\n"
        "\\fBonset\\fR \\fBprofile\\fR [\\fB\\-o\\fR \\fIPATH\\fR] [\\fIOPTION\\fR]... "
        "[\\fIFILE\\fR]...\n.br\n"
        "\\fBonset\\fR \\fBmerge\\fR [\\fB\\-o\\fR \\fIPATH\\fR] \\fIPROFILE\\fR...\n.br\n"
        "\\fBonset\\fR \\fBlearn\\fR \\fB\\-\\-baseline\\fR \\fIDB\\fR [\\fIOPTION\\fR]... "
        "[\\fIFILE\\fR]...\n.br\n"
        "\\fBonset\\fR \\fBbaseline\\fR \\fBshow\\fR|\\fBforget\\fR|\\fBexport\\fR|\\fBaccept\\fR \\fIDB\\fR "
        "[\\fIPATTERN\\fR]\n.br\n"
        "\\fBonset\\fR \\fBexplain\\fR \\fIRANK\\fR|\\fIID\\fR [\\fB\\-\\-json\\fR] "
        "[\\fIOPTION\\fR]... [\\fIFILE\\fR]...\n.br\n"
        "\\fBonset\\fR \\fBcatalogue\\fR [\\fB\\-\\-json\\fR] [\\fB\\-\\-patterns\\fR \\fIDIR\\fR] "
        "[\\fILINE\\fR]...\n"
        ".SH DESCRIPTION\n");
    roff(out, help_about);
    output_puts(out,
                "\n.PP\nWithout \\fIFILE\\fR, or where \\fIFILE\\fR is \\fB\\-\\fR, standard input is read.\n"
                ".SH OPTIONS\n");
    for (int group = 0; group < GROUP_COUNT; group++) {
        output_printf(out, ".SS \"%s\"\n", option_group_names[group]);
        for (size_t i = 0; i < OPTION_COUNT; i++) {
            if (option_table[i].visible && option_table[i].group == (enum option_group)group)
                option_entry(out, &option_table[i]);
        }
    }
    rows(out, "TIMES", help_times);
    rows(out, "EXIT STATUS", help_exit_codes);
    rows(out, "ENVIRONMENT", help_environment);
    output_puts(out, ".SH EXAMPLES\n");
    for (const struct help_row *row = help_examples; row->term; row++) {
        output_puts(out, row == help_examples ? "" : ".PP\n");
        roff(out, row->text);
        output_puts(out, ":\n.PP\n.nf\n.RS\n");
        roff(out, row->term);
        output_puts(out, "\n.RE\n.fi\n");
    }
}
