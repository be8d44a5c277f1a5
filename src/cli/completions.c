/* Completions for three shells, from the option table. Values with choices complete to the choices, PATH and
 * DIR and FILE to files, other values to nothing. */
#include "cli/help.h"

#include <string.h>

static bool takes_path(const struct option_spec *spec)
{
    return spec->value && (strcmp(spec->value, "PATH") == 0 || strcmp(spec->value, "DIR") == 0);
}

/* Every choice, with `separator` between; inside double or single quotes nothing in them needs escaping. */
static void choices(struct output *out, const struct option_spec *spec, const char *separator)
{
    for (const char *at = spec->choices; *at; at++) {
        if (*at == '|')
            output_puts(out, separator);
        else
            output_sink(out, at, 1);
    }
}

/* Text for single quotes; `escaped` are characters that take a backslash in this shell's own syntax. */
static void quoted(struct output *out, const char *text, const char *escaped)
{
    for (; *text; text++) {
        if (*text == '\'')
            output_puts(out, "'\\''");
        else if (strchr(escaped, *text))
            output_printf(out, "\\%c", *text);
        else
            output_sink(out, text, 1);
    }
}

static void bash(struct output *out)
{
    output_puts(out, "_onset()\n{\n    local cur=\"${COMP_WORDS[COMP_CWORD]}\" prev=\"\"\n"
                     "    [ \"$COMP_CWORD\" -gt 0 ] && prev=\"${COMP_WORDS[COMP_CWORD-1]}\"\n"
                     "    if [ \"$cur\" = = ]; then cur=\"\"; elif [ \"$prev\" = = ]; then "
                     "prev=\"${COMP_WORDS[COMP_CWORD-2]}\"; fi\n"
                     "    COMPREPLY=()\n    case \"$prev\" in\n");
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        const struct option_spec *spec = &option_table[i];
        if (!spec->visible || !spec->value || !spec->name)
            continue;
        output_printf(out, "    --%s", spec->name);
        if (spec->letter)
            output_printf(out, "|-%c", spec->letter);
        output_puts(out, ") ");
        if (spec->choices) {
            output_puts(out, "mapfile -t COMPREPLY < <(compgen -W \"");
            choices(out, spec, " ");
            output_puts(out, "\" -- \"$cur\")");
        } else if (takes_path(spec)) {
            output_puts(out, "mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")");
        } else {
            output_puts(out, ":");
        }
        output_puts(out, "; return ;;\n");
    }
    output_puts(out,
                "    esac\n    if [[ $cur == -* ]]; then\n        mapfile -t COMPREPLY < <(compgen -W \"");
    const char *space = "";
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        const struct option_spec *spec = &option_table[i];
        if (!spec->visible)
            continue;
        if (spec->letter)
            output_printf(out, "%s-%c", space, spec->letter), space = " ";
        if (spec->name)
            output_printf(out, "%s--%s", space, spec->name), space = " ";
    }
    output_puts(
        out,
        "\" -- \"$cur\")\n    else\n        mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n    fi\n}\n"
        "complete -o filenames -F _onset onset\n");
}

static void zsh(struct output *out)
{
    output_puts(out, "#compdef onset\n_arguments -s -S \\\n");
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        const struct option_spec *spec = &option_table[i];
        if (!spec->visible)
            continue;
        for (int form = 0; form < 2; form++) {
            if (form ? !spec->name : !spec->letter)
                continue;
            output_printf(out, "  '%s", i == OPTION_BASELINE ? "*" : "");
            if (form)
                output_printf(out, "--%s%s", spec->name, spec->value ? "=" : "");
            else
                output_printf(out, "-%c%s", spec->letter, spec->value ? "+" : "");
            output_puts(out, "[");
            quoted(out, spec->brief, "[]:\\");
            output_puts(out, "]");
            if (spec->value) {
                output_printf(out, ":%s:", spec->value);
                if (spec->choices) {
                    output_puts(out, "(");
                    choices(out, spec, " ");
                    output_puts(out, ")");
                } else if (takes_path(spec)) {
                    output_puts(out, "_files");
                }
            }
            output_puts(out, "' \\\n");
        }
    }
    output_puts(out, "  '*:file:_files'\n");
}

static void fish(struct output *out)
{
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        const struct option_spec *spec = &option_table[i];
        if (!spec->visible)
            continue;
        output_puts(out, "complete -c onset");
        if (spec->letter)
            output_printf(out, " -s %c", spec->letter);
        if (spec->name)
            output_printf(out, " -l %s", spec->name);
        if (spec->value)
            output_puts(out, takes_path(spec) ? " -r" : " -x");
        if (spec->choices) {
            output_puts(out, " -a '");
            choices(out, spec, " ");
            output_puts(out, "'");
        }
        output_puts(out, " -d '");
        for (const char *at = spec->brief; *at; at++) { /* fish: a backslash escapes inside single quotes */
            if (*at == '\'' || *at == '\\')
                output_puts(out, "\\");
            output_sink(out, at, 1);
        }
        output_puts(out, "'\n");
    }
}

void completions(struct output *out, const char *shell)
{
    if (strcmp(shell, "bash") == 0)
        bash(out);
    else if (strcmp(shell, "zsh") == 0)
        zsh(out);
    else
        fish(out);
}
