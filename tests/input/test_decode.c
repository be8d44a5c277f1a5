#include "input/decoder.h"
#include "input/decoded.h"

#include <sys/resource.h>

TestSuite(decode, .init = folder_make, .fini = folder_remove);

Test(decode, whole_files_by_every_route)
{
    struct text plain = {0}, small = {0}, both = {0}, packed = {0};
    add_lines(&plain, 4000);
    add_lines(&small, 3);
    text_add(&both, small.ptr, small.len);
    text_add(&both, plain.ptr, plain.len);
    char skippable[] = "\x5a\x2a\x4d\x18\x05\0\0\0hello";
    char extra[300];
    memset(extra, 'n', sizeof extra);
    extra[sizeof extra - 1] = 0;

    check_all("plain", text_span(&plain), text_span(&plain), 0, NULL);
    check_all("one byte", span_of("x"), span_of("x"), 0, NULL);
    check_all("begins like bzip2", span_of("BZh9 is a word"), span_of("BZh9 is a word"), 0, NULL);
    check_all("begins like zip", span_of("PKI"), span_of("PKI"), 0, NULL);
    check_all("empty", span_of(""), span_of(""), 0, NULL);

    add_zstd(&packed, text_span(&plain));
    check_all("zstd", text_span(&packed), text_span(&plain), 0, NULL);
    text_clear(&packed);
    text_add(&packed, skippable, sizeof skippable - 1);
    add_zstd(&packed, text_span(&small));
    add_zstd(&packed, span_of(""));
    text_add(&packed, skippable, sizeof skippable - 1);
    add_zstd_level(&packed, text_span(&plain), 1, false, 0);
    check_all("zstd, skippable and empty frames", text_span(&packed), text_span(&both), 0, NULL);
    text_add(&packed, "\0\0\0\0\0\0\0", 7);
    check_all("zstd, padded", text_span(&packed), text_span(&both), 0, NULL);
    text_clear(&packed);
    add_zstd(&packed, span_of(""));
    check_all("zstd of nothing", text_span(&packed), span_of(""), 0, NULL);

    text_clear(&packed);
    add_gzip(&packed, text_span(&plain));
    check_all("gzip", text_span(&packed), text_span(&plain), 0, NULL);
    text_clear(&packed);
    add_gzip_named(&packed, text_span(&small), extra);
    add_gzip(&packed, span_of(""));
    add_gzip_named(&packed, text_span(&plain), "b");
    check_all("gzip, members with full headers", text_span(&packed), text_span(&both), 0, NULL);
    text_add(&packed, "\0\0\0\0\0\0\0", 7);
    check_all("gzip, padded", text_span(&packed), text_span(&both), 0, NULL);
    text_clear(&packed);
    add_gzip(&packed, span_of(""));
    check_all("gzip of nothing", text_span(&packed), span_of(""), 0, NULL);
    text_done(&plain), text_done(&small), text_done(&both), text_done(&packed);
}

struct parts {
    struct span bytes;
    size_t first, then, at; /* the size of the first part, and of the others */
};

static ssize_t give_part(void *context, uint8_t *buffer, size_t size, struct onset_error *err)
{
    (void)err;
    struct parts *p = context;
    size_t n = p->at == 0 ? p->first : p->then;
    n = n < size ? n : size;
    n = n < p->bytes.len - p->at ? n : p->bytes.len - p->at;
    memcpy(buffer, p->bytes.ptr + p->at, n);
    p->at += n;
    return (ssize_t)n;
}

/* A pipe may cut anywhere. ISA-L 2.30 calls the sum of a header wrong when the header comes in two parts. */
Test(decode, headers_in_parts)
{
    struct text plain = {0}, packed = {0};
    add_lines(&plain, 20);
    add_gzip_named(&packed, text_span(&plain), "a-name-in-the-header");
    add_gzip_named(&packed, text_span(&plain), "b");
    add_gzip(&packed, text_span(&plain));
    size_t wanted = plain.len * 3;
    uint8_t *buffer = malloc(wanted + 1);
    for (size_t first = 1; first < 100; first++)
        for (size_t then = 1; then < 40; then++) {
            struct parts parts = {text_span(&packed), first, then, 0};
            struct raw raw;
            raw_init(&raw, -1);
            raw.pull = give_part;
            raw.context = &parts;
            void *state = codec_gzip.start();
            const char *reason = "";
            size_t total = 0, n;
            enum decode_status status;
            do {
                status = codec_gzip.step(state, &raw, buffer + total, wanted + 1 - total, &n, &reason);
                total += n;
            } while (status == DECODE_MORE && total <= wanted);
            cr_assert(status == DECODE_END && total == wanted, "parts of %zu, then %zu: %s after %zu", first,
                      then, reason, total);
            codec_gzip.stop(state);
            raw_done(&raw);
        }
    free(buffer);
    text_done(&plain);
    text_done(&packed);
}

/* Long enough for a thread that decodes ahead, which starts behind the first MiB of text. */
Test(decode, long_streams)
{
    struct text plain = {0}, packed = {0};
    add_lines(&plain, 60000);
    struct span text = text_span(&plain);
    cr_assert(text.len > 3u << 20);
    static const struct {
        size_t read, peek;
    } routes[] = {{1 << 20, 0}, {1000, 512}, {1 << 16, 2 << 20}};
    for (int format = 0; format < 2; format++) {
        packed.len = 0;
        for (size_t at = 0; at < text.len; at += 1 << 20) { /* frames, members */
            struct span part = span_make(text.ptr + at, text.len - at < 1 << 20 ? text.len - at : 1 << 20);
            if (format == 0)
                add_zstd(&packed, part);
            else
                add_gzip(&packed, part);
        }
        for (size_t i = 0; i < sizeof routes / sizeof *routes; i++) {
            write_file(path_of("long"), packed.ptr, packed.len);
            struct outcome o = take(path_of("long"), routes[i].read, routes[i].peek);
            cr_assert_eq(o.ended, 0, "%s", o.err.text);
            cr_assert(span_equal(text_span(&o.text), text), "%zu bytes", o.text.len);
            cr_assert_eq(o.input.bytes_raw, packed.len);
            text_done(&o.text);

            write_file(path_of("cut"), packed.ptr, packed.len - 100);
            o = take(path_of("cut"), routes[i].read, routes[i].peek);
            char reason[100];
            snprintf(reason, sizeof reason, "'x': truncated %s stream after %zu bytes",
                     format == 0 ? "zstd" : "gzip", o.text.len);
            cr_assert_eq(o.ended, -1);
            cr_assert_str_eq(o.err.text, reason);
            cr_assert(o.text.len > 2u << 20 && o.text.len < text.len);
            cr_assert_eq(memcmp(o.text.ptr, text.ptr, o.text.len), 0);
            text_done(&o.text);
        }
    }
    text_done(&plain);
    text_done(&packed);
}

/* The thread is amid its work, or waits for room. */
Test(decode, a_long_stream_is_closed_before_its_end)
{
    struct text plain = {0}, packed = {0};
    add_lines(&plain, 200000);
    add_zstd(&packed, text_span(&plain));
    write_file(path_of("long"), packed.ptr, packed.len);
    struct input_file file = {.path = (char *)path_of("long"), .name = (char *)"x"};
    uint8_t *buffer = malloc(1 << 20);
    for (size_t reads = 0; reads < 12; reads++) {
        struct input input;
        struct onset_error err;
        cr_assert_eq(input_open(&input, &file, &err), 0);
        uint64_t at = 0;
        for (size_t i = 0; i < reads; i++) {
            ssize_t n = input_read(&input, buffer, 1 << 20, &err);
            cr_assert(n > 0 && memcmp(buffer, plain.ptr + at, (size_t)n) == 0);
            at += (uint64_t)n;
        }
        input_close(&input, NULL);
    }
    free(buffer);
    text_done(&plain);
    text_done(&packed);
}

Test(decode, garbage_behind_is_an_error_after_the_data)
{
    struct text plain = {0}, packed = {0};
    add_lines(&plain, 2000);
    char reason[200];
    static const char *const garbage[] = {"x", "\x1f", "no archive", "\0\0\0junk"};
    static const size_t lengths[] = {1, 1, 10, 7};
    for (size_t i = 0; i < 8; i++) {
        bool zstd = i < 4;
        text_clear(&packed);
        (zstd ? add_zstd : add_gzip)(&packed, text_span(&plain));
        text_add(&packed, garbage[i % 4], lengths[i % 4]);
        snprintf(reason, sizeof reason, "'x': garbage behind the %s stream after %zu bytes",
                 zstd ? "zstd" : "gzip", plain.len);
        check_all(reason, text_span(&packed), text_span(&plain), -1, reason);
    }
    text_done(&plain), text_done(&packed);
}

/* Cut anywhere: what comes out is a prefix, then one error. Far cuts give most of the text. */
Test(decode, truncated_streams_give_their_beginning)
{
    struct text plain = {0};
    add_lines(&plain, 6000);
    for (int zstd = 0; zstd < 2; zstd++) {
        struct text packed = {0};
        (zstd ? add_zstd : add_gzip)(&packed, text_span(&plain));
        for (size_t cut = 4; cut < packed.len; cut += cut < 40 || cut + 20 > packed.len ? 1 : 4999) {
            write_file(path_of("cut"), packed.ptr, cut);
            struct outcome o = take(path_of("cut"), 10000, 0);
            char reason[200];
            snprintf(reason, sizeof reason, "'x': truncated %s stream after %zu bytes",
                     zstd ? "zstd" : "gzip", o.text.len);
            cr_assert_eq(o.ended, -1, "cut at %zu of %zu", cut, packed.len);
            cr_assert_str_eq(o.err.text, reason, "cut at %zu: %s", cut, o.err.text);
            cr_assert(o.text.len <= plain.len &&
                      memcmp(o.text.ptr ? o.text.ptr : plain.ptr, plain.ptr, o.text.len) == 0);
            cr_assert(o.text.len == plain.len || cut + 10 < packed.len, "cut at %zu of %zu: %zu bytes", cut,
                      packed.len, o.text.len);
            if (cut > packed.len / 2 + 70000)
                cr_assert_gt(o.text.len, plain.len / 4);
            text_done(&o.text);
        }
        text_done(&packed);
    }
    text_done(&plain);
}

Test(decode, wrong_sums_are_told_after_the_data)
{
    struct text plain = {0}, packed = {0};
    add_lines(&plain, 2000);
    for (size_t back = 1; back <= 8; back++) { /* gzip: four bytes of length behind four of CRC */
        text_clear(&packed);
        add_gzip(&packed, text_span(&plain));
        packed.ptr[packed.len - back] ^= 0x40;
        struct outcome o;
        write_file(path_of("sum"), packed.ptr, packed.len);
        o = take(path_of("sum"), 5000, 0);
        cr_assert(span_equal(text_span(&o.text), text_span(&plain)), "%zu: %zu bytes", back, o.text.len);
        cr_assert_eq(o.ended, -1);
        cr_assert(strstr(o.err.text, "invalid gzip stream (checksum) after"), "%s", o.err.text);
        text_done(&o.text);
    }
    text_clear(&packed);
    add_zstd(&packed, text_span(&plain));
    packed.ptr[packed.len - 1] ^= 1;
    write_file(path_of("sum"), packed.ptr, packed.len);
    struct outcome o = take(path_of("sum"), 5000, 0);
    cr_assert_eq(o.ended, -1);
    cr_assert(span_equal(text_span(&o.text), text_span(&plain)));
    cr_assert(strstr(o.err.text, "invalid zstd stream (checksum) after"), "%s", o.err.text);
    text_done(&o.text), text_done(&plain), text_done(&packed);
}

Test(decode, damage_in_the_middle)
{
    struct text plain = {0};
    add_lines(&plain, 6000);
    for (int zstd = 0; zstd < 2; zstd++) {
        struct text packed = {0};
        (zstd ? add_zstd : add_gzip)(&packed, text_span(&plain));
        memset(packed.ptr + packed.len / 2, 0xff, 3000);
        write_file(path_of("damaged"), packed.ptr, packed.len);
        struct outcome o = take(path_of("damaged"), 10000, 0);
        cr_assert_eq(o.opened, 0);
        cr_assert_eq(o.ended, -1);
        cr_assert(strstr(o.err.text, zstd ? "'x': invalid zstd stream" : "'x': invalid gzip stream"), "%s",
                  o.err.text);
        text_done(&o.text), text_done(&packed);
    }
    text_done(&plain);
}

Test(decode, wide_windows)
{
    struct text plain = {0}, packed = {0};
    add_lines(&plain, 2000);
    static const int logs[] = {27, 28, 30, 31};
    for (size_t i = 0; i < sizeof logs / sizeof *logs; i++) {
        text_clear(&packed);
        add_zstd_level(&packed, text_span(&plain), 1, true, 10);
        /* The window descriptor is the byte behind magic and frame header: exponent - 10 in the upper five
         * bits. */
        cr_assert_eq(packed.ptr[4] & 0x20, 0, "no single segment");
        packed.ptr[5] = (uint8_t)((logs[i] - 10) << 3);
        write_file(path_of("wide"), packed.ptr, packed.len);
        struct outcome o = take(path_of("wide"), 100000, 0);
        cr_assert_eq(o.ended, 0, "window 2^%d: %s", logs[i], o.err.text);
        cr_assert(span_equal(text_span(&o.text), text_span(&plain)));
        text_done(&o.text);
    }
    text_done(&plain), text_done(&packed);
}

Test(decode, what_this_build_cannot_read_is_refused_in_one_line)
{
    static uint8_t tar[1024];
    memcpy(tar, "var/log/api.log", 15);
    memcpy(tar + 257, "ustar", 5);
    struct text tar_zstd = {0}, tar_gzip = {0};
    add_zstd(&tar_zstd, span_make(tar, sizeof tar));
    add_gzip(&tar_gzip, span_make(tar, sizeof tar));
    const struct {
        struct span bytes;
        const char *error;
    } rows[] = {
        {span_make("\x1f\x9d and so on", 12), "'x': compress (.Z) archives are not supported by this build"},
#if !HAVE_SYSTEMD
        {span_make("LPKSHHRH and so on", 18),
         "'x': journal files are not supported by this build: pipe `journalctl -o export --file 'x'`"},
#endif
#if !HAVE_ARCHIVE
        {span_make("\xfd"
                   "7zXZ\0more of it",
                   16),
         "'x': xz archives are not supported by this build"},
        {span_make("BZh91AY&SY123456", 16), "'x': bzip2 archives are not supported by this build"},
        {span_make("\x04\x22\x4d\x18 and so on", 14), "'x': lz4 archives are not supported by this build"},
        {span_make("PK\x03\x04 and so on", 14), "'x': zip archives are not supported by this build"},
        {span_make(tar, sizeof tar), "'x': tar archives are not supported by this build"},
        {text_span(&tar_zstd), "'x': tar archives are not supported by this build"},
        {text_span(&tar_gzip), "'x': tar archives are not supported by this build"},
#endif
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        write_file(path_of("file"), rows[i].bytes.ptr, rows[i].bytes.len);
        struct outcome o = take(path_of("file"), 100, 0);
        cr_assert_eq(o.opened, -1, "row %zu", i);
        cr_assert_str_eq(o.err.text, rows[i].error);
        o = take_fed(rows[i].bytes, 2000, 100, 0);
        cr_assert_eq(o.opened, -1, "row %zu through a pipe", i);
        cr_assert_str_eq(o.err.text, rows[i].error);
    }
    text_done(&tar_zstd), text_done(&tar_gzip);
}

Test(decode, what_cannot_be_opened)
{
    struct outcome o = take(path_of("missing"), 10, 0);
    cr_assert_eq(o.opened, -1);
    cr_assert_str_eq(o.err.text, "cannot open 'x': No such file or directory");
    o = take(folder, 10, 0);
    cr_assert_eq(o.opened, -1);
    cr_assert_str_eq(o.err.text, "cannot open 'x': Is a directory");
}

Test(decode, files_without_a_size)
{
    struct outcome o = take("/proc/self/status", 100, 0);
    cr_assert_eq(o.ended, 0);
    cr_assert(memmem(o.text.ptr, o.text.len, "Name:", 5) && o.text.len > 200);
    text_done(&o.text);
    o = take("/dev/null", 100, 0);
    cr_assert(o.opened == 0 && o.ended == 0 && o.text.len == 0);
}

/* A file as standard input is mapped from its beginning, but read on when its beginning is gone. */
Test(decode, standard_input)
{
    write_file(path_of("in"), "one\ntwo\n", 8);
    for (off_t from = 0; from <= 4; from += 4) {
        int fd = open(path_of("in"), O_RDONLY);
        cr_assert(fd >= 0 && dup2(fd, STDIN_FILENO) == STDIN_FILENO);
        close(fd);
        lseek(STDIN_FILENO, from, SEEK_SET);
        struct outcome o = take("-", 100, 0);
        cr_assert(span_equal(text_span(&o.text), span_of(from ? "two\n" : "one\ntwo\n")));
        text_done(&o.text);
    }
}

/* The first line of a slow pipe is not held back until there is more. */
Test(decode, a_slow_pipe_does_not_wait)
{
    int ends[2];
    cr_assert_eq(pipe2(ends, O_NONBLOCK), 0); /* and one that says EAGAIN is waited for */
    cr_assert_eq(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
    struct input in;
    struct input_file file = {.path = (char *)"-", .name = (char *)"x"};
    struct onset_error err;
    uint8_t buffer[100];
    cr_assert_eq(write(ends[1], "hi\n", 3), 3);
    cr_assert_eq(input_open(&in, &file, &err), 0);
    cr_assert_eq(input_read(&in, buffer, sizeof buffer, &err), 3);
    pid_t child = fork();
    if (child == 0) {
        usleep(50000);
        _exit(write(ends[1], "ho\n", 3) != 3);
    }
    cr_assert_eq(input_read(&in, buffer, sizeof buffer, &err), 3);
    waitpid(child, NULL, 0);
    close(ends[1]);
    cr_assert_eq(input_read(&in, buffer, sizeof buffer, &err), 0);
    input_close(&in, NULL);
}

Test(decode, libraries_are_named)
{
    cr_assert(strncmp(input_libraries(), "zstd 1.", 7) == 0 && strstr(input_libraries(), ", "));
}

/* What surrounds a batch goes behind each of its records, so two bytes of the file can stand for 60 KiB of
 * text: it must not wait in memory all at once. */
Test(decode, records_of_a_batch_do_not_wait_in_memory)
{
    enum { RECORDS = 4000, AROUND_BYTES = 60000 };
    struct text text;
    text_init(&text, 0);
    text_puts(&text, "{\n\"around\":\"");
    for (size_t i = 0; i < AROUND_BYTES; i++)
        text_add_byte(&text, 'a');
    text_puts(&text, "\",\"logEvents\":[{}");
    for (size_t i = 1; i < RECORDS; i++)
        text_puts(&text, ",{}");
    text_puts(&text, "]}\n");
    write_file(path_of("batch.json"), text.ptr, text.len);
    struct input_file file = {.path = (char *)path_of("batch.json"), .name = (char *)"x"};
    struct input input;
    struct onset_error err;
    struct rusage before, after;
    uint8_t buffer[65536];
    size_t records = 0;
    getrusage(RUSAGE_SELF, &before);
    cr_assert_eq(input_open(&input, &file, &err), 0);
    for (ssize_t n; (n = input_read(&input, buffer, sizeof buffer, &err)) > 0;)
        for (ssize_t i = 0; i < n; i++)
            records += buffer[i] == '\n';
    getrusage(RUSAGE_SELF, &after);
    input_close(&input, NULL);
    cr_assert_eq(records, RECORDS + 1); /* the first one stands on the second line */
    cr_assert_lt(after.ru_maxrss - before.ru_maxrss, 64 * 1024, "%ld KiB",
                 after.ru_maxrss - before.ru_maxrss);
    text_done(&text);
}
