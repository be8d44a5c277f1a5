#include "input/files.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>

TestSuite(walk, .init = folder_make, .fini = folder_remove);

static void make_folder(const char *name)
{
    cr_assert_eq(mkdir(path_of(name), 0700), 0, "%s", name);
}

static void make_file(const char *name)
{
    write_file(path_of(name), "x\n", 2);
}

static void make_link(const char *target, const char *name)
{
    cr_assert_eq(symlink(target, path_of(name)), 0, "%s", name);
}

/* Names below the folder, one a line. */
static char *names_of(struct input_list *list)
{
    static char text[65536];
    size_t used = 0;
    text[0] = 0;
    input_list_sort(list);
    for (size_t i = 0; i < list->count; i++) {
        const char *name = list->files[i].name;
        cr_assert_str_eq(list->files[i].path, name);
        cr_assert_eq(strncmp(name, folder, strlen(folder)), 0, "%s", name);
        used += (size_t)snprintf(text + used, sizeof text - used, "%s\n", name + strlen(folder) + 1);
    }
    return text;
}

static char *walked(void)
{
    struct input_list list = {0};
    struct onset_error err;
    cr_assert_eq(input_list_add(&list, folder, &err), 0, "%s", err.text);
    cr_assert_eq(list.problem_count, 0);
    char *names = names_of(&list);
    input_list_done(&list);
    return names;
}

Test(walk, sorted_without_hidden_and_strange_files)
{
    make_folder("b");
    make_folder("b/deep");
    make_folder(".git");
    make_folder("empty");
    make_file("z.log"), make_file("a.log"), make_file("b/2.log"), make_file("b/1.log"),
        make_file("b/deep/x.idx");
    make_file(".hidden"), make_file(".git/config"), make_file("b.log"), make_file("y.sock");
    cr_assert_eq(mkfifo(path_of("fifo"), 0600), 0);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s/socket", folder);
    cr_assert_eq(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    close(fd);
    make_link("nowhere", "dangling");
    make_link("self", "self");
    cr_assert_str_eq(walked(), "a.log\nb.log\nb/1.log\nb/2.log\nb/deep/x.idx\ny.sock\nz.log\n");
    struct input_list list = {0};
    struct onset_error err;
    cr_assert_eq(input_list_add(&list, path_of(".hidden"), &err), 0, "a hidden file that is asked for");
    cr_assert_eq(input_list_add(&list, path_of("fifo"), &err), 0);
    cr_assert_eq(input_list_add(&list, path_of("socket"), &err), -1);
    cr_assert_str_eq(names_of(&list), ".hidden\nfifo\n");
    cr_assert(list.files[0].regular && list.files[0].size_bytes == 2 && !list.files[1].regular);
    input_list_done(&list);
    input_list_done(NULL);
}

/* /var/log/containers links to /var/log/pods: each log once, by its own name. */
Test(walk, links)
{
    make_folder("pods"), make_folder("pods/a"), make_folder("containers"), make_folder("outside");
    make_file("pods/a/0.log"), make_file("top.log");
    make_link("../pods/a/0.log", "containers/a.log");
    make_link("../top.log", "containers/t.log");
    make_link("..", "containers/up");
    make_link("../containers", "pods/sideways");
    make_link(".", "pods/a/dot");
    cr_assert_str_eq(walked(), "pods/a/0.log\ntop.log\n");
}

/* Only the link leads there: it is followed, and of two links the first. */
Test(walk, links_to_the_outside)
{
    make_folder("in"), make_folder("out"), make_folder("out/sub");
    make_file("out/x.log"), make_file("out/sub/y.log");
    make_link("../out", "in/second"), make_link("../out", "in/first"), make_link("../out/sub", "in/third");
    make_link("../out/x.log", "in/x.log");
    struct input_list list = {0};
    struct onset_error err;
    cr_assert_eq(input_list_add(&list, path_of("in"), &err), 0);
    cr_assert_str_eq(names_of(&list), "in/first/sub/y.log\nin/first/x.log\n");
    input_list_done(&list);
}

/* Links between all of n folders: n! ways, n folders. */
Test(walk, a_web_of_links)
{
    char name[64], target[64];
    enum { N = 12 };
    for (int i = 0; i < N; i++) {
        snprintf(name, sizeof name, "f%02d", i);
        make_folder(name);
        snprintf(name, sizeof name, "f%02d/log", i);
        make_file(name);
    }
    for (int i = 0; i < N; i++)
        for (int k = 0; k < N; k++) {
            snprintf(name, sizeof name, "f%02d/to%02d", i, k);
            snprintf(target, sizeof target, "../f%02d", k);
            make_link(target, name);
        }
    struct input_list list = {0};
    struct onset_error err;
    cr_assert_eq(input_list_add(&list, folder, &err), 0);
    cr_assert_eq(list.count, N);
    input_list_done(&list);
}

Test(walk, a_name_given_twice_stays_once)
{
    make_folder("d");
    make_file("d/a.log"), make_file("d/b.log");
    struct input_list list = {0};
    struct onset_error err;
    char dotted[8300];
    snprintf(dotted, sizeof dotted, "%s/./d//b.log", folder);
    cr_assert_eq(input_list_add(&list, path_of("d/b.log"), &err), 0);
    cr_assert_eq(input_list_add(&list, path_of("d"), &err), 0);
    cr_assert_eq(input_list_add(&list, path_of("d/a.log"), &err), 0);
    cr_assert_eq(input_list_add(&list, dotted, &err), 0);
    input_list_sort(&list);
    cr_assert_eq(list.count, 2);
    input_list_sort(&list);
    cr_assert_eq(list.count, 2);
    input_list_done(&list);
}

Test(walk, what_does_not_exist)
{
    struct input_list list = {0};
    struct onset_error err;
    char expected[9000];
    cr_assert_eq(input_list_add(&list, path_of("none"), &err), -1);
    snprintf(expected, sizeof expected, "cannot open '%s/none': No such file or directory", folder);
    cr_assert_str_eq(err.text, expected);
    cr_assert_eq(list.count, 0);
    input_list_sort(&list);
    input_list_done(&list);
}

/* Root reads every folder, so for root the unreadable one is one whose path is too long. */
Test(walk, folders_that_cannot_be_read_are_told)
{
    make_file("a.log");
    make_folder("closed");
    make_file("closed/x.log");
    cr_assert_eq(chmod(path_of("closed"), 0), 0);
    struct input_list list = {0};
    struct onset_error err;
    cr_assert_eq(input_list_add(&list, folder, &err), 0);
    if (geteuid() != 0) {
        char expected[9000];
        snprintf(expected, sizeof expected, "cannot read folder '%s/closed': Permission denied", folder);
        cr_assert_eq(list.problem_count, 1);
        cr_assert_str_eq(list.problems[0], expected);
        cr_assert_str_eq(names_of(&list), "a.log\n");
        cr_assert_eq(input_list_add(&list, path_of("closed"), &err), -1);
        cr_assert_str_eq(err.text, expected);
    }
    input_list_done(&list);
    chmod(path_of("closed"), 0700);
}

Test(walk, a_very_deep_tree)
{
    make_file("a.log");
    int at = open(folder, O_RDONLY | O_DIRECTORY);
    enum { DEPTH = 3000 };
    for (int i = 0; i < DEPTH; i++) { /* 2 bytes a level: longer than PATH_MAX below level 2,000 */
        cr_assert_eq(mkdirat(at, "d", 0700), 0);
        int next = openat(at, "d", O_RDONLY | O_DIRECTORY);
        cr_assert(next >= 0);
        close(at);
        at = next;
    }
    close(at);
    struct input_list list = {0};
    struct onset_error err;
    cr_assert_eq(input_list_add(&list, folder, &err), 0);
    cr_assert_eq(list.problem_count, 1);
    cr_assert(strstr(list.problems[0], "File name too long"), "%s", list.problems[0]);
    cr_assert_str_eq(names_of(&list), "a.log\n");
    input_list_done(&list);
    char command[128]; /* nftw stops at PATH_MAX */
    snprintf(command, sizeof command, "rm -rf '%s/d'", folder);
    cr_assert_eq(system(command), 0);
}

Test(walk, standard_input_has_a_name)
{
    struct input_list list = {0};
    struct onset_error err;
    cr_assert_eq(input_list_add(&list, "-", &err), 0);
    cr_assert_str_eq(list.files[0].path, "-");
    cr_assert_str_eq(list.files[0].name, "(standard input)");
    cr_assert_str_eq(list.files[0].service, "stdin");
    input_list_label(&list, "cart-7d9f8b6c5d-x2x4q");
    cr_assert_str_eq(list.files[0].name, "cart-7d9f8b6c5d-x2x4q");
    cr_assert_str_eq(list.files[0].service, "cart");
    cr_assert_eq(input_list_add(&list, "-", &err), 0);
    cr_assert_str_eq(list.files[1].name, "cart-7d9f8b6c5d-x2x4q");
    input_list_sort(&list);
    cr_assert_eq(list.count, 1);
    input_list_done(&list);
}

Test(walk, rotations_are_one_stream)
{
    static const char *const names[] = {"app.log", "app.log.1", "app.log.2.gz", "app.log-20260807.zst"};
    struct input_list list = {0};
    struct onset_error err;
    for (size_t i = 0; i < 4; i++)
        make_file(names[i]);
    cr_assert_eq(input_list_add(&list, folder, &err), 0);
    cr_assert_eq(list.count, 4);
    for (size_t i = 0; i < 4; i++)
        cr_assert_str_eq(list.files[i].stream, path_of("app.log"), "%s", list.files[i].name);
    input_list_done(&list);
}
