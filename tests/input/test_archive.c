/* Archives made by libarchive's own writer: what comes out of them, by every route. */
#include "input/files.h"

#if HAVE_ARCHIVE
#include <archive.h>
#include <archive_entry.h>
#include <criterion/criterion.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

TestSuite(archive, .init = folder_make, .fini = folder_remove);

struct content {
    const char *name;
    struct span bytes;
    int type; /* 0: AE_IFREG */
};

struct sink { /* where a writer writes to */
    struct text *text;
};

static la_ssize_t sink_write(struct archive *archive, void *context, const void *bytes, size_t len)
{
    (void)archive;
    text_add(((struct sink *)context)->text, bytes, len);
    return (la_ssize_t)len;
}

/* format: "pax", "ustar", "gnutar", "zip", "7zip", "raw"; filter: "none", "gzip", "zstd", "xz", "bzip2",
 * "lz4".
 */
static void pack(struct text *ret_packed, const char *format, const char *filter,
                 const struct content *contents, size_t count)
{
    struct archive *a = archive_write_new();
    struct archive_entry *e = archive_entry_new();
    struct sink sink = {ret_packed};
    text_clear(ret_packed);
    cr_assert_eq(archive_write_set_format_by_name(a, format), ARCHIVE_OK, "%s", format);
    if (strcmp(filter, "none") != 0)
        cr_assert_eq(archive_write_add_filter_by_name(a, filter), ARCHIVE_OK, "%s", filter);
    archive_write_set_bytes_in_last_block(a, 1);
    cr_assert_eq(archive_write_open(a, &sink, NULL, sink_write, NULL), ARCHIVE_OK);
    for (size_t i = 0; i < count; i++) {
        const struct content *c = &contents[i];
        archive_entry_clear(e);
        archive_entry_set_pathname(e, c->name);
        archive_entry_set_mode(e, 0644u | (unsigned)(c->type ? c->type : (int)AE_IFREG));
        archive_entry_set_size(e, c->type ? 0 : (la_int64_t)c->bytes.len);
        if (c->type == AE_IFLNK)
            archive_entry_set_symlink(e, "/etc/passwd");
        cr_assert_geq(archive_write_header(a, e), ARCHIVE_WARN, "%s", archive_error_string(a));
        if (c->bytes.len && !c->type)
            cr_assert_eq(archive_write_data(a, c->bytes.ptr, c->bytes.len), (la_ssize_t)c->bytes.len);
    }
    archive_entry_free(e);
    cr_assert_eq(archive_write_close(a), ARCHIVE_OK, "%s", archive_error_string(a));
    archive_write_free(a);
}

struct outcome {
    struct text names;  /* "NAME|STREAM|SERVICE\n" of each member */
    struct text text;   /* of all members, one after the other */
    struct text errors; /* of members, one a line */
    int opened, ended;  /* input_open; the last input_next_member */
    bool archive;
    struct onset_error err;
};

static void outcome_done(struct outcome *o)
{
    text_done(&o->names), text_done(&o->text), text_done(&o->errors);
}

static int take_text(struct input *input, struct outcome *o, struct onset_error *err)
{
    uint8_t buffer[10000];
    ssize_t n;
    struct onset_error ignored;
    input_peek(input, buffer, 700, &ignored);
    while ((n = input_read(input, buffer, sizeof buffer, err)) > 0)
        text_add(&o->text, buffer, (size_t)n);
    return (int)n;
}

static int take_members(struct input *archive, struct outcome *o)
{
    struct input member;
    struct onset_error err;
    int more;
    while ((more = input_next_member(archive, &member, &o->err)) > 0) {
        if (member.archive) {
            if (take_members(&member, o) < 0)
                text_printf(&o->errors, "%s\n", o->err.text);
        } else {
            text_printf(&o->names, "%s|%s|%s\n", member.file->name, member.file->stream,
                        member.file->service);
            if (take_text(&member, o, &err) < 0)
                text_printf(&o->errors, "%s\n", err.text);
        }
        input_close(&member, NULL);
    }
    return more;
}

static struct outcome take(const char *path)
{
    struct outcome o = {0};
    struct input in;
    struct input_file file = {.path = (char *)path, .name = (char *)"x"};
    o.opened = input_open(&in, &file, &o.err);
    if (o.opened < 0)
        return o;
    o.archive = in.archive;
    o.ended = in.archive ? take_members(&in, &o) : take_text(&in, &o, &o.err);
    input_close(&in, NULL);
    return o;
}

static struct outcome take_bytes(struct span bytes)
{
    write_file(path_of("file"), bytes.ptr, bytes.len);
    return take(path_of("file"));
}

static struct outcome take_fed(struct span bytes, size_t step)
{
    const char *path = path_of("fifo");
    remove(path);
    cr_assert_eq(mkfifo(path, 0600), 0);
    pid_t child = fork();
    if (child == 0) {
        signal(SIGPIPE, SIG_IGN);
        int fd = open(path, O_WRONLY);
        for (size_t at = 0; at < bytes.len; at += step)
            if (write(fd, bytes.ptr + at, bytes.len - at < step ? bytes.len - at : step) < 0)
                break;
        _exit(0);
    }
    struct outcome o = take(path);
    waitpid(child, NULL, 0);
    return o;
}

static void check(const char *what, const struct outcome *o, const char *names, struct span text)
{
    cr_assert_eq(o->opened, 0, "%s: %s", what, o->err.text);
    cr_assert_eq(o->ended, 0, "%s: %s", what, o->err.text);
    cr_assert_eq(o->errors.len, 0, "%s: %.*s", what, (int)o->errors.len, (char *)o->errors.ptr);
    cr_assert(span_equal(text_span(&o->names), span_of(names)), "%s: %.*s", what, (int)o->names.len,
              (char *)o->names.ptr);
    cr_assert(span_equal(text_span(&o->text), text), "%s: %zu bytes, not %zu", what, o->text.len, text.len);
}

static const struct {
    const char *format, *filter;
    bool stream; /* can be read from a pipe */
} kinds[] = {{"pax", "none", true},    {"ustar", "none", true},  {"gnutar", "none", true},
             {"pax", "gzip", true},    {"gnutar", "zstd", true}, {"pax", "xz", true},
             {"ustar", "bzip2", true}, {"pax", "lz4", true},     {"zip", "none", true},
             {"7zip", "none", false}};

Test(archive, members_by_every_route)
{
    struct text big = {0}, small = {0}, all = {0}, packed = {0};
    add_lines(&big, 6000);
    add_lines(&small, 3);
    text_add(&all, big.ptr, big.len);
    text_add(&all, small.ptr, small.len);
    text_add(&all, small.ptr, small.len);
    const struct content contents[] = {
        {"var", span_of(""), AE_IFDIR},
        {"./var/log/api.log", text_span(&big), 0},
        {"var/log/api.log.1", text_span(&small), 0},
        {"../../out/of/here.log", text_span(&small), 0},
        {"var/log/empty.log", span_of(""), 0},
        {"var/log/passwd.log", span_of(""), AE_IFLNK},
    };
    const char *names = "x!var/log/api.log|x!var/log/api.log|api\n"
                        "x!var/log/api.log.1|x!var/log/api.log|api\n"
                        "x!../../out/of/here.log|x!../../out/of/here.log|here\n";
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        char what[100];
        snprintf(what, sizeof what, "%s, %s", kinds[i].format, kinds[i].filter);
        pack(&packed, kinds[i].format, kinds[i].filter, contents, sizeof contents / sizeof *contents);
        struct outcome o = take_bytes(text_span(&packed));
        cr_assert(o.archive, "%s", what);
        check(what, &o, names, text_span(&all));
        outcome_done(&o);
        if (strcmp(kinds[i].format, "zip") ==
            0) /* what is empty or a link stands in the directory at its end */
            pack(&packed, kinds[i].format, kinds[i].filter, contents, 4);
        for (size_t step = 7; step <= 40000; step += 39993) {
            o = take_fed(text_span(&packed), step);
            if (kinds[i].stream) {
                check(what, &o, names, text_span(&all));
            } else {
                cr_assert_eq(o.opened, -1);
                cr_assert_str_eq(o.err.text, "'x': a 7z archive can only be read from a file");
            }
            outcome_done(&o);
        }
    }
    text_done(&big), text_done(&small), text_done(&all), text_done(&packed);
}

Test(archive, single_streams)
{
    struct text plain = {0}, twice = {0}, packed = {0}, bytes = {0};
    add_lines(&plain, 5000);
    text_add(&twice, plain.ptr, plain.len);
    text_add(&twice, plain.ptr, plain.len);
    const char *filters[] = {"xz", "bzip2", "lz4"};
    for (size_t i = 0; i < 3; i++) {
        char reason[100];
        const struct content one = {"log", text_span(&plain), 0};
        pack(&packed, "raw", filters[i], &one, 1);
        struct outcome o = take_bytes(text_span(&packed));
        check(filters[i], &o, "", text_span(&plain));
        cr_assert(!o.archive);
        outcome_done(&o);
        o = take_fed(text_span(&packed), 999);
        check(filters[i], &o, "", text_span(&plain));
        outcome_done(&o);

        text_clear(&bytes);
        text_add(&bytes, packed.ptr, packed.len);
        text_add(&bytes, packed.ptr, packed.len);
        o = take_bytes(text_span(&bytes));
        check(filters[i], &o, "", text_span(&twice));
        outcome_done(&o);

        o = take_bytes(span_make(packed.ptr, packed.len * 3 / 4));
        snprintf(reason, sizeof reason, "'x': truncated %s stream after %zu bytes", filters[i], o.text.len);
        cr_assert(o.ended == -1 && o.text.len < plain.len &&
                  (o.text.len == 0 || memcmp(plain.ptr, o.text.ptr, o.text.len) == 0));
        cr_assert_str_eq(o.err.text, reason);
        outcome_done(&o);
        o = take_bytes(span_make(packed.ptr, 10));
        cr_assert(o.ended == -1 && strstr(o.err.text, "truncated"), "%s: %s", filters[i], o.err.text);
        outcome_done(&o);

        text_clear(&bytes);
        text_add(&bytes, packed.ptr, packed.len);
        text_add(&bytes, "no archive, for sure", 20);
        o = take_bytes(text_span(&bytes));
        cr_assert(o.ended == -1 && o.text.len > plain.len / 2, "%s: %s", filters[i], o.err.text);
        outcome_done(&o);
    }
    text_done(&plain), text_done(&twice), text_done(&packed), text_done(&bytes);
}

Test(archive, compressed_members_and_archives_within_archives)
{
    struct text plain = {0}, gzip = {0}, zstd = {0}, xz = {0}, inner = {0}, packed = {0}, all = {0};
    add_lines(&plain, 2000);
    add_gzip(&gzip, text_span(&plain));
    add_zstd(&zstd, text_span(&plain));
    const struct content one = {"log", text_span(&plain), 0};
    pack(&xz, "raw", "xz", &one, 1);
    const struct content in = {"c/d.log", text_span(&plain), 0};
    pack(&inner, "zip", "none", &in, 1);
    struct text middle = {0};
    pack(&middle, "pax", "gzip", (struct content[]){{"b.zip", text_span(&inner), 0}}, 1);
    const struct content contents[] = {{"app.log.2.gz", text_span(&gzip), 0},
                                       {"app.log.1.zst", text_span(&zstd), 0},
                                       {"old/app.xz", text_span(&xz), 0},
                                       {"a.tar.gz", text_span(&middle), 0},
                                       {"last.log", text_span(&plain), 0}};
    for (int i = 0; i < 5; i++)
        text_add(&all, plain.ptr, plain.len);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        pack(&packed, kinds[i].format, kinds[i].filter, contents, 5);
        struct outcome o = take_bytes(text_span(&packed));
        check(kinds[i].format, &o,
              "x!app.log.2.gz|x!app.log|app\nx!app.log.1.zst|x!app.log|app\nx!old/app.xz|x!old/app|app\n"
              "x!a.tar.gz!b.zip!c/d.log|x!a.tar.gz!b.zip!c/d.log|d\nx!last.log|x!last.log|last\n",
              text_span(&all));
        outcome_done(&o);
    }

    /* A broken member does not stop the others. */
    gzip.len -= 100;
    const struct content broken[] = {{"cut.gz", text_span(&gzip), 0}, {"last.log", text_span(&plain), 0}};
    pack(&packed, "ustar", "none", broken, 2);
    struct outcome o = take_bytes(text_span(&packed));
    cr_assert_eq(o.ended, 0, "%s", o.err.text);
    text_add_byte(&o.errors, 0);
    cr_assert(strncmp((char *)o.errors.ptr, "'x!cut.gz': truncated gzip stream after ", 40) == 0 &&
                  o.text.len > plain.len,
              "%s", (char *)o.errors.ptr);
    outcome_done(&o);

    /* There is an end to it. */
    text_clear(&inner);
    text_add(&inner, plain.ptr, plain.len);
    for (int depth = 0; depth < 7; depth++) {
        pack(&packed, "ustar", "none", (struct content[]){{"t", text_span(&inner), 0}}, 1);
        text_clear(&inner);
        text_add(&inner, packed.ptr, packed.len);
    }
    o = take_bytes(text_span(&inner));
    text_add_byte(&o.errors, 0);
    cr_assert_str_eq((char *)o.errors.ptr, "'x!t!t!t!t': more than 4 archives within each other\n");
    outcome_done(&o);
    text_done(&plain), text_done(&gzip), text_done(&zstd), text_done(&xz), text_done(&inner);
    text_done(&middle), text_done(&packed), text_done(&all);
}

/* Cut anywhere: a prefix of the text, and never in silence but between two members of a tar. */
Test(archive, truncated_archives_give_their_beginning)
{
    struct text plain = {0}, packed = {0}, all = {0};
    add_lines(&plain, 3000);
    const struct content contents[] = {
        {"a.log", text_span(&plain), 0}, {"b.log", text_span(&plain), 0}, {"c.log", text_span(&plain), 0}};
    for (int i = 0; i < 3; i++)
        text_add(&all, plain.ptr, plain.len);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        pack(&packed, kinds[i].format, kinds[i].filter, contents, 3);
        for (size_t cut = 600; cut < packed.len * 9 / 10; cut += 7777) {
            struct outcome o = take_bytes(span_make(packed.ptr, cut));
            bool text = strcmp(kinds[i].filter, "none") == 0;
            cr_assert(o.text.len <= all.len &&
                      memcmp(o.text.len ? o.text.ptr : all.ptr, all.ptr, o.text.len) == 0);
            cr_assert(o.opened < 0 || o.ended < 0 || o.errors.len, "%s, %s, cut at %zu of %zu",
                      kinds[i].format, kinds[i].filter, cut, packed.len);
            cr_assert(!text || i > 2 || o.text.len + 4096 > cut, "%s cut at %zu: %zu", kinds[i].format, cut,
                      o.text.len);
            outcome_done(&o);
        }
    }
    text_done(&plain), text_done(&packed), text_done(&all);
}

/* A member that is passed over by a seek must not hide that the file ends within it. */
Test(archive, truncated_in_a_member_that_nobody_reads)
{
    struct text plain = {0}, packed = {0};
    add_lines(&plain, 10);
    uint8_t *big = calloc(1, 3000000);
    const struct content contents[] = {{"a.log", text_span(&plain), 0},
                                       {"b.bin", span_make(big, 3000000), 0}};
    pack(&packed, "ustar", "none", contents, 2);
    write_file(path_of("cut"), packed.ptr, 2000000);
    struct input_file file = {.path = (char *)path_of("cut"), .name = (char *)"x"};
    struct input in, member;
    struct onset_error err;
    cr_assert_eq(input_open(&in, &file, &err), 0);
    for (int i = 0; i < 2; i++) {
        cr_assert_eq(input_next_member(&in, &member, &err), 1);
        input_close(&member, NULL);
    }
    cr_assert_eq(input_next_member(&in, &member, &err), -1);
    cr_assert(strstr(err.text, "'x': invalid tar archive (truncated") == err.text, "%s", err.text);
    cr_assert_eq(input_next_member(&in, &member, &err), -1, "broken stays broken");
    input_close(&in, NULL);
    free(big);
    text_done(&plain), text_done(&packed);
}

Test(archive, damage)
{
    struct text plain = {0}, packed = {0};
    add_lines(&plain, 100);
    const struct content contents[] = {
        {"a.log", text_span(&plain), 0}, {"b.log", text_span(&plain), 0}, {"c.log", text_span(&plain), 0}};
    size_t member = 512 + (plain.len + 511) / 512 * 512;
    pack(&packed, "ustar", "none", contents, 3);
    memset(packed.ptr + member, 'Z', 300); /* the header of b: c is found behind it */
    struct outcome o = take_bytes(text_span(&packed));
    cr_assert(span_equal(text_span(&o.names), span_of("x!a.log|x!a.log|a\nx!c.log|x!c.log|c\n")));
    cr_assert_eq(o.ended, -1);
    cr_assert_str_eq(o.err.text, "'x': invalid tar archive (damaged tar archive) after 2 members");
    outcome_done(&o);

    pack(&packed, "zip", "none", contents, 3);
    for (size_t at = 50; at < packed.len; at += 101) { /* anything may come of it, but no harm */
        packed.ptr[at] ^= 0x5a;
        o = take_bytes(text_span(&packed));
        cr_assert(o.opened < 0 || o.ended < 0 || o.errors.len || o.names.len);
        packed.ptr[at] ^= 0x5a;
        outcome_done(&o);
    }
    o = take_bytes(span_of("7z\xbc\xaf\x27\x1c and nothing else of it"));
    cr_assert(o.ended == -1 && strstr(o.err.text, "'x': invalid 7z archive ("), "%s", o.err.text);
    outcome_done(&o);
    text_done(&plain), text_done(&packed);
}

Test(archive, holes_and_names)
{
    struct text packed = {0};
    char bytes[8192] = "begin\n";
    memcpy(bytes + 8186, "\nend.\n", 6);
    struct archive *a = archive_write_new();
    struct archive_entry *e = archive_entry_new();
    struct sink sink = {&packed};
    archive_write_set_format_pax(a);
    archive_write_open(a, &sink, NULL, sink_write, NULL);
    archive_entry_set_pathname(e, "./sparse.log");
    archive_entry_set_mode(e, AE_IFREG | 0644);
    archive_entry_set_size(e, sizeof bytes);
    archive_entry_sparse_add_entry(e, 0, 512);
    archive_entry_sparse_add_entry(e, 7680, 512);
    cr_assert_eq(archive_write_header(a, e), ARCHIVE_OK);
    archive_write_data(a, bytes, sizeof bytes);
    archive_entry_free(e);
    archive_write_free(a);
    struct outcome o = take_bytes(text_span(&packed));
    check("sparse", &o, "x!sparse.log|x!sparse.log|sparse\n", span_make(bytes, sizeof bytes));
    outcome_done(&o);

    /* Bytes of no character set come through, whatever the locale is. */
    const struct content contents[] = {{"/abs/k\xc3\xb6ln.log", span_of("1\n"), 0},
                                       {"raw\xff.log", span_of("2\n"), 0}};
    pack(&packed, "gnutar", "none", contents, 2);
    o = take_bytes(text_span(&packed));
    cr_assert(span_equal(text_span(&o.text), span_of("1\n2\n")));
    cr_assert(memmem(o.names.ptr, o.names.len, "x!/abs/k\xc3\xb6ln.log|", 17));
    outcome_done(&o);
    text_done(&packed);
}

Test(archive, is_not_one_text)
{
    struct text packed = {0};
    pack(&packed, "ustar", "gzip", (struct content[]){{"a.log", span_of("a\n"), 0}}, 1);
    write_file(path_of("file"), packed.ptr, packed.len);
    struct input_file file = {.path = (char *)path_of("file"), .name = (char *)"x"};
    struct input in;
    struct onset_error err;
    uint8_t byte;
    cr_assert(input_open(&in, &file, &err) == 0 && in.archive);
    cr_assert_eq(input_peek(&in, &byte, 1, &err), -1);
    cr_assert_eq(input_read(&in, &byte, 1, &err), -1);
    cr_assert_str_eq(err.text, "'x': archives are not supported here");
    input_close(&in, NULL);
    cr_assert(strstr(input_libraries(), "libarchive 3."));
    text_done(&packed);
}
#endif
