/* Names are only ever cut at their ends, so every rule is a function from a span to a shorter one that
 * returns its argument when it does not apply or nothing would remain. Alphabets and lengths are those of the
 * tools that make the names (Kubernetes: rand.SafeEncodeString, without vowels and 0, 1, 3, so that no word
 * comes out). */
#include "input/identity.h"

#include "base/ascii.h"

#include <strings.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

static bool is_separator(uint8_t c)
{
    return c == '.' || c == '-' || c == '_';
}

static bool is_hex(uint8_t c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f');
}

static bool is_pod_letter(uint8_t c)
{
    return c && strchr("bcdfghjklmnpqrstvwxz2456789", c);
}

static bool all(struct span s, bool (*is)(uint8_t))
{
    for (size_t i = 0; i < s.len; i++)
        if (!is(s.ptr[i]))
            return false;
    return s.len > 0;
}

static bool some(struct span s, bool (*is)(uint8_t))
{
    for (size_t i = 0; i < s.len; i++)
        if (is(s.ptr[i]))
            return true;
    return false;
}

static bool same_word(struct span s, const char *word)
{
    return s.len == strlen(word) && strncasecmp((const char *)s.ptr, word, s.len) == 0;
}

static bool in_words(struct span s, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (same_word(s, words[i]))
            return true;
    return false;
}
#define IN_WORDS(s, words) in_words(s, words, COUNT(words))

static struct span first(struct span s, size_t n)
{
    return span_make(s.ptr, n);
}

/* Where the last byte of `bytes` in s is, or s.len. */
static size_t last_of(struct span s, const char *bytes)
{
    for (size_t i = s.len; i > 0; i--)
        if (s.ptr[i - 1] && strchr(bytes, s.ptr[i - 1]))
            return i - 1;
    return s.len;
}

static size_t first_of(struct span s, uint8_t byte)
{
    const uint8_t *found = s.len ? memchr(s.ptr, byte, s.len) : NULL;
    return found ? (size_t)(found - s.ptr) : s.len;
}

static bool ends_with(struct span s, const char *ending)
{
    size_t n = strlen(ending);
    return s.len > n && strncasecmp((const char *)s.ptr + s.len - n, ending, n) == 0;
}

/* ---- endings of files ---- */

static const char *const compressions[] = {".gz", ".zst", ".zstd", ".xz", ".bz2", ".lz4", ".lz", ".br", ".Z"};
static const char *const extensions[] = {".log", ".txt", ".json", ".jsonl", ".ndjson", ".out",
                                         ".err", ".csv", ".tsv",  ".logs",  ".trc",    ".clef"};
static const char *const olds[] = {".old", ".bak", ".prev", ".previous", ".backup"};

static struct span cut_ending(struct span s, const char *const *endings, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (ends_with(s, endings[i]))
            return first(s, s.len - strlen(endings[i]));
    return s;
}

static bool is_ipv4(struct span s, uint8_t dot)
{
    size_t dots = 0, digits = 0;
    for (size_t i = 0; i < s.len; i++) {
        if (is_digit(s.ptr[i]))
            digits++;
        else if (s.ptr[i] == dot && digits > 0)
            dots++, digits = 0;
        else
            return false;
        if (digits > 3)
            return false;
    }
    return dots == 3 && digits > 0;
}

static int two_digits(const uint8_t *p)
{
    return is_digit(p[0]) && is_digit(p[1]) ? (p[0] - '0') * 10 + p[1] - '0' : -1;
}

static bool is_stamp_byte(uint8_t c)
{
    return is_digit(c) || (c && strchr("T:-_.,+Z", c));
}

/* "20260807", "2026-08-07", "2026.08", "20260807-121314.4711", "2026-08-07T14-30-00.000", "1786113060": a
 * date, and behind it any time, index or process number. */
static bool is_stamp(struct span s)
{
    if (s.len < 7 || !all(s, is_stamp_byte) || !is_digit(s.ptr[s.len - 1]))
        return s.len > 8 && s.ptr[s.len - 1] == 'Z' && is_stamp(first(s, s.len - 1));
    if (s.len == 10 && s.ptr[0] == '1' && all(s, is_digit))
        return true; /* seconds since 1970 */
    int century = two_digits(s.ptr);
    bool dashed = is_separator(s.ptr[4]);
    int month = two_digits(s.ptr + 4 + dashed);
    if ((century != 19 && century != 20) || two_digits(s.ptr + 2) < 0 || month < 1 || month > 12)
        return false;
    if (dashed && s.len == 7)
        return true;
    size_t at = dashed ? 8 : 6;
    if (s.len < at + 2 || (dashed && s.ptr[7] != s.ptr[4]))
        return false;
    int day = two_digits(s.ptr + at);
    return day >= 1 && day <= 31;
}

/* "1"; behind the ending of a log also "0001" and "1000": elsewhere these may name an instance. */
static bool is_count(struct span number, struct span before)
{
    if (!all(number, is_digit))
        return false;
    bool log =
        cut_ending(before, extensions, COUNT(extensions)).len < before.len || ends_with(before, "_log");
    return number.len <= 3 || (log && number.len <= 9);
}

static struct span cut_rotation(struct span s)
{
    struct span cut = cut_ending(s, olds, COUNT(olds));
    if (cut.len < s.len || is_ipv4(s, '.'))
        return cut;
    for (size_t i = 1; i + 1 < s.len; i++)
        if (is_separator(s.ptr[i]) && is_stamp(span_skip(s, i + 1)))
            return first(s, i);
    size_t dot = last_of(s, ".");
    struct span number = span_skip(s, dot + 1);
    return dot > 0 && dot < s.len && is_count(number, first(s, dot)) ? first(s, dot) : s;
}

static struct span cut_rotations(struct span s)
{
    for (struct span before = {0}; before.len != s.len;) {
        before = s;
        s = cut_ending(s, compressions, COUNT(compressions));
        s = cut_rotation(s);
    }
    return s;
}

static struct span base_of(struct span name)
{
    size_t slash = last_of(name, "/");
    return slash < name.len ? span_skip(name, slash + 1) : name;
}

static bool is_journal_id(uint8_t c)
{
    return is_hex(c | 32) || c == '-';
}

/* "system@0005f7a2b3c4d5e6-9a1b2c3d4e5f6071.journal~": what journald put aside of system.journal. Empty: it
 * is something else. */
static struct span journal_stem(struct span base)
{
    struct span stem = ends_with(base, "~") ? first(base, base.len - 1) : base;
    const uint8_t *at = ends_with(stem, ".journal") ? memchr(stem.ptr, '@', stem.len) : NULL;
    if (!at || at == stem.ptr)
        return first(base, 0);
    struct span name = first(stem, (size_t)(at - stem.ptr)), id = span_skip(stem, name.len + 1);
    id.len -= strlen(".journal");
    return id.len && all(id, is_journal_id) ? name : first(base, 0);
}

void identity_stream(struct span name, struct text *ret_stream)
{
    struct span base = base_of(name), folder = first(name, name.len - base.len);
    struct span journal = journal_stem(cut_rotations(base));
    if (journal.len) {
        text_clear(ret_stream);
        text_add(ret_stream, folder.ptr, folder.len);
        text_add(ret_stream, journal.ptr, journal.len);
        text_add(ret_stream, ".journal", strlen(".journal"));
        return;
    }
    struct span whole = cut_rotations(base);
    struct span stem = cut_ending(whole, extensions, COUNT(extensions));
    struct span cut = cut_rotations(stem);
    text_clear(ret_stream);
    text_add(ret_stream, folder.ptr, folder.len);
    text_add(ret_stream, cut.ptr, cut.len);
    text_add(ret_stream, stem.ptr + stem.len, whole.len - stem.len);
}

/* ---- instances of a service ---- */

/* Words that the alphabet of pod suffixes happens to allow. */
static const char *const not_pod_suffixes[] = {"https", "httpd", "http2", "html5", "grpcs", "smtpd", "smtps",
                                               "dhcpd", "tftpd", "snmpd", "lldpd", "sshfs", "lxcfs", "pgsql",
                                               "mssql", "plsql", "xhtml", "cdnjs", "k8sdb"};

/* The run of bytes behind the last dash; empty when there is none with something before it. */
static struct span tail_of(struct span s, const char *separators)
{
    size_t at = last_of(s, separators);
    return at > 0 && at < s.len ? span_skip(s, at + 1) : span_skip(s, s.len);
}

static struct span without_tail(struct span s, struct span tail)
{
    return first(s, s.len - tail.len - 1);
}

static bool is_pod_byte(uint8_t c)
{
    return is_digit(c) || (c >= 'a' && c <= 'z');
}

/* A hash of another alphabet (old clusters, renamed pods) is believed when it mixes letters and digits. */
static bool is_pod_hash(struct span s)
{
    if (s.len < 8 || s.len > 10 || !all(s, is_pod_byte))
        return false;
    return all(s, is_pod_letter) || (some(s, is_digit) && some(s, is_letter));
}

/* Of a short number in hexadecimal: "54e5f24", "5c6b7". */
static bool is_short_hash(struct span s)
{
    size_t digits = 0;
    for (size_t i = 0; i < s.len; i++)
        digits += is_digit(s.ptr[i]);
    return s.len >= 5 && s.len <= 8 && digits >= 2 && digits < s.len && all(s, is_hex);
}

static struct span cut_pod_suffix(struct span s)
{
    struct span tail = tail_of(s, "-");
    if (tail.len != 5 || !all(tail, is_pod_byte))
        return s;
    struct span rest = without_tail(s, tail), hash = tail_of(rest, "-");
    if (is_pod_hash(hash) || is_short_hash(hash))
        return without_tail(rest, hash); /* ReplicaSet */
    if (!all(tail, is_pod_letter) || IN_WORDS(tail, not_pod_suffixes))
        return s;
    if (hash.len >= 8 && all(hash, is_digit))
        return without_tail(rest, hash); /* CronJob: minutes since 1970 */
    return rest;                         /* DaemonSet, Job */
}

/* "-8f14e45f-ceea-467f-a9d1-6c1b2f3e4d5a", "-0123456789ab" */
static struct span cut_id(struct span s)
{
    if (s.len > 37 && s.ptr[s.len - 37] == '-') {
        static const uint8_t dashes[] = {8, 13, 18, 23};
        struct span uuid = span_skip(s, s.len - 36);
        bool fits = true;
        for (size_t i = 0; i < uuid.len; i++)
            fits &= memchr(dashes, (int)i, sizeof dashes) ? uuid.ptr[i] == '-' : is_hex(uuid.ptr[i] | 32);
        if (fits)
            return first(s, s.len - 37);
    }
    struct span tail = tail_of(s, "-_");
    bool is_id = tail.len >= 12 && all(tail, is_hex) && some(tail, is_digit) && some(tail, is_letter);
    return is_id ? without_tail(s, tail) : s;
}

static struct span cut_number(struct span s)
{
    struct span tail = tail_of(s, "-_");
    if (tail.len > 0 && all(tail, is_digit)) {
        struct span rest = s;
        for (int parts = 0; parts < 4; parts++) { /* a host named after its address: node-10-0-1-23 */
            struct span part = tail_of(rest, "-");
            if (part.len == 0 || part.len > 3 || !all(part, is_digit))
                break;
            rest = without_tail(rest, part);
            if (parts == 3)
                return same_word(rest, "ip") ? s : rest;
        }
        return some(without_tail(s, tail), is_letter) ? without_tail(s, tail) : s;
    }
    size_t at = s.len;
    while (at > 0 && is_digit(s.ptr[at - 1]))
        at--;
    bool padded = s.len - at >= 2 && at >= 2 && s.ptr[at] == '0' && is_letter(s.ptr[at - 1]);
    return padded ? first(s, at) : s;
}

static struct span cut_replica(struct span s)
{
    struct span cut = cut_pod_suffix(s);
    if (cut.len == s.len)
        cut = cut_id(s);
    return cut.len < s.len ? cut : cut_number(s);
}

/* A task of a swarm: "shop_cart.1.k5x0a1b2c3d4e5f6g7h8i9j0k". */
static struct span cut_task(struct span s)
{
    struct span id = tail_of(s, ".");
    if (id.len != 25 || !some(id, is_digit))
        return s;
    struct span rest = without_tail(s, id), number = tail_of(rest, ".");
    return number.len > 0 && all(number, is_digit) ? without_tail(rest, number) : s;
}

/* "web-01.prod.example.com" -> web, ".prod.example.com" */
static void add_instance(struct text *text, struct span s)
{
    s = cut_task(s);
    size_t dot = first_of(s, '.');
    struct span rest = span_skip(s, dot);
    bool in_cluster = memmem(rest.ptr, rest.len, ".svc", 4) != NULL;
    struct span head = is_ipv4(s, '.') || dot == 0 ? s : first(s, dot);
    struct span cut = head.len == s.len ? (is_ipv4(s, '.') ? s : cut_replica(s)) : cut_replica(head);
    text_add(text, cut.ptr, cut.len);
    if (head.len < s.len && !in_cluster)
        text_add(text, rest.ptr, rest.len);
}

/* ---- pods and containers ---- */

static const char *const general_containers[] = {"app",     "application", "main", "server", "container",
                                                 "service", "default",     "svc",  "api",    "web"};

/* "redis" is a part of "shop-redis-master". */
static bool is_part(struct span part, struct span whole)
{
    for (size_t i = 0; i + part.len <= whole.len; i++)
        if ((i == 0 || is_separator(whole.ptr[i - 1])) && memcmp(whole.ptr + i, part.ptr, part.len) == 0 &&
            (i + part.len == whole.len || is_separator(whole.ptr[i + part.len])))
            return true;
    return false;
}

/* "cart-service" and "cartservice" in a pod of "cart". */
static bool is_longer_name(struct span container, struct span workload)
{
    if (container.len <= workload.len || memcmp(container.ptr, workload.ptr, workload.len) != 0)
        return false;
    struct span rest = span_skip(container, workload.len);
    if (is_separator(rest.ptr[0]))
        rest = span_skip(rest, 1);
    return IN_WORDS(rest, general_containers);
}

static void add_container(struct text *text, struct span pod, struct span container)
{
    struct span workload = cut_replica(pod), tail = tail_of(pod, "-");
    if (workload.len == pod.len && tail.len == 5 && all(tail, is_pod_byte) &&
        span_equal(without_tail(pod, tail), container))
        workload = container; /* a suffix of another alphabet: "kube-proxy-15e6c" */
    text_add(text, workload.ptr, workload.len);
    if (container.len == 0 || IN_WORDS(container, general_containers) || is_part(container, workload) ||
        is_longer_name(container, workload))
        return;
    text_add_byte(text, '.');
    text_add(text, container.ptr, container.len);
}

/* "[pod/NAME/CONTAINER]" */
static bool add_kubectl_prefix(struct text *text, struct span name)
{
    if (name.len > 2 && name.ptr[0] == '[' && name.ptr[name.len - 1] == ']')
        name = span_make(name.ptr + 1, name.len - 2);
    if (!span_starts(name, "pod/"))
        return false;
    struct span pod = span_skip(name, 4);
    size_t slash = first_of(pod, '/');
    struct span container = span_skip(pod, slash + 1);
    pod = first(pod, slash);
    if (pod.len == 0 || first_of(container, '/') < container.len ||
        cut_ending(container, extensions, COUNT(extensions)).len < container.len)
        return false;
    add_container(text, pod, container);
    return true;
}

/* "NAMESPACE_POD_UID": none of the three can hold an underscore. */
static struct span pod_of_folder(struct span folder)
{
    size_t from = first_of(folder, '_'), to = last_of(folder, "_");
    return from > 0 && from + 1 < to && to + 1 < folder.len ? span_make(folder.ptr + from + 1, to - from - 1)
                                                            : span_make(folder.ptr, 0);
}

/* ".../pods/NAMESPACE_POD_UID/CONTAINER/0.log" */
static bool add_pod_path(struct text *text, struct span name)
{
    struct span at = {0};
    if (span_starts(name, "pods/"))
        at = span_skip(name, 5);
    for (size_t i = 0; i + 6 < name.len && !at.ptr; i++)
        if (memcmp(name.ptr + i, "/pods/", 6) == 0)
            at = span_skip(name, i + 6);
    if (!at.ptr)
        return false;
    size_t slash = first_of(at, '/');
    struct span pod = pod_of_folder(first(at, slash)), container = span_skip(at, slash + 1);
    if (pod.len == 0)
        return false;
    size_t end = first_of(container, '/');
    add_container(text, pod, end < container.len ? first(container, end) : span_make(container.ptr, 0));
    return true;
}

/* "POD_NAMESPACE_CONTAINER-<64 hex digits>", endings already cut. */
static bool add_container_file(struct text *text, struct span base)
{
    struct span id = tail_of(base, "-");
    if (id.len != 64 || !all(id, is_hex))
        return false;
    struct span rest = without_tail(base, id);
    size_t from = first_of(rest, '_'), to = last_of(rest, "_");
    if (from == 0 || from >= to)
        return false;
    add_container(text, first(rest, from), span_skip(rest, to + 1));
    return true;
}

/* ---- files, units, tags ---- */

static const char *const units[] = {".service", ".socket", ".timer", ".scope"};

/* Names that say which channel, not which program. */
static const char *const general_names[] = {
    "output",     "out",         "stdout",  "stderr",       "err",      "error", "errors", "access",
    "access_log", "error_log",   "current", "console",      "default",  "log",   "logs",   "app",
    "main",       "application", "server",  "service",      "debug",    "info",  "warn",   "all",
    "warning",    "latest",      "ssl",     "other_vhosts", "container"};

static const char *const general_folders[] = {
    "log",     "logs",   "var",    "tmp",      "data",       "archive", "archives",  "old",
    "current", "shared", "www",    "html",     "opt",        "srv",     "mnt",       "usr",
    "local",   "share",  "lib",    "run",      "root",       "pods",    "out",       "good",
    "bad",     "before", "after",  "normal",   "failed",     "passed",  "today",     "build",
    "stdout",  "stderr", "output", "baseline", "containers", "volumes", "yesterday", "incident"};

/* Behind a dash only what no service is called ("user-info" and "fan-out" are services). */
static const char *const channels[] = {
    "-access", "-error",   "-stdout",     "-stderr",    "_access", "_error", "_stdout", "_stderr",
    "_log",    ".access",  ".error",      ".stdout",    ".stderr", ".err",   ".info",   ".debug",
    ".warn",   ".warning", "-access_log", "-error_log", ".fatal",  ".trace"};

static bool is_general(struct span s)
{
    return IN_WORDS(s, general_names) || all(s, is_digit) || is_stamp(s) || s.ptr[0] == '@' || /* multilog */
           (span_starts(s, "u_ex") && all(span_skip(s, 4), is_digit));                         /* IIS */
}

static struct span cut_file_endings(struct span s)
{
    for (struct span before = {0}; before.len != s.len;) {
        before = s;
        s = cut_rotations(s);
        s = cut_ending(s, extensions, COUNT(extensions));
    }
    return s;
}

static struct span cut_channels(struct span s)
{
    for (struct span before = {0}; before.len != s.len && !is_general(s);) {
        before = s;
        s = cut_ending(s, channels, COUNT(channels));
    }
    return s;
}

/* "sshd[123]:" -> sshd */
static struct span cut_pid(struct span s)
{
    if (s.len > 1 && s.ptr[s.len - 1] == ':')
        s.len--;
    size_t open = last_of(s, "[");
    bool is_pid = open > 0 && open + 2 < s.len && s.ptr[s.len - 1] == ']' &&
                  all(span_make(s.ptr + open + 1, s.len - open - 2), is_digit);
    return is_pid ? first(s, open) : s;
}

/* "postgresql@14-main.service" -> postgresql */
static struct span cut_unit(struct span s)
{
    struct span cut = cut_ending(s, units, COUNT(units));
    if (cut.len == s.len)
        return s;
    size_t at = first_of(cut, '@');
    return at > 0 ? first(cut, at) : cut;
}

/* glog: "PROGRAM.HOST.USER.log.INFO.20260807-121314.4711"; the end is already cut. */
static struct span cut_glog(struct span s)
{
    static const char *const levels[] = {".log.INFO", ".log.WARNING", ".log.ERROR", ".log.FATAL"};
    struct span cut = cut_ending(s, levels, COUNT(levels));
    return cut.len < s.len && first_of(cut, '.') > 0 ? first(cut, first_of(cut, '.')) : s;
}

/* The nearest folder that says something; empty when none does. */
static struct span telling_folder(struct span folders)
{
    while (folders.len > 0) {
        if (folders.ptr[folders.len - 1] == '/') {
            folders.len--;
            continue;
        }
        struct span folder = base_of(folders);
        folders.len -= folder.len;
        struct span above = folders;
        while (above.len > 0 && above.ptr[above.len - 1] == '/')
            above.len--;
        above = base_of(above);
        if (same_word(above, "home") || same_word(above, "Users") || same_word(folder, "home") ||
            same_word(folder, "Users"))
            continue; /* a person is no service */
        folder = cut_channels(cut_ending(folder, extensions, COUNT(extensions)));
        if (ends_with(folder, "-logs") || ends_with(folder, "_logs"))
            folder.len -= 5;
        if (folder.ptr[0] != '.' && !is_general(folder) && !IN_WORDS(folder, general_folders))
            return folder;
    }
    return folders;
}

/* Docker's "<64 hex digits>-json", endings already cut. Who copies these often puts them into folders of the
 * containers' names, or cuts the digits to twelve. */
static bool add_docker_file(struct text *text, struct span base, struct span folders)
{
    enum { SHORT_ID = 12, LONG_ID = 64 };
    struct span id = ends_with(base, "-json") ? first(base, base.len - 5) : base;
    if (id.len == base.len || id.len < SHORT_ID || id.len > LONG_ID || !all(id, is_hex))
        return false;
    struct span folder = folders.len ? base_of(first(folders, folders.len - 1)) : folders;
    bool named = folder.len && folder.ptr[0] != '.' && !all(folder, is_hex) && !same_word(folder, "docker") &&
                 !ends_with(folder, "logs") && !IN_WORDS(folder, general_folders);
    if (named)
        add_instance(text, folder);
    else
        text_add(text, id.ptr, SHORT_ID);
    return true;
}

static void add_file(struct text *text, struct span name)
{
    struct span base = base_of(name), folders = first(name, name.len - base.len);
    struct span cut = cut_glog(cut_file_endings(base));
    if (add_container_file(text, cut) || add_docker_file(text, cut, folders))
        return;
    cut = cut_channels(cut_file_endings(cut_unit(cut)));
    struct span folder = is_general(cut) ? telling_folder(folders) : span_make(NULL, 0);
    add_instance(text, folder.len > 0 ? folder : cut);
}

void identity_service(struct span name, struct text *ret_service)
{
    text_clear(ret_service);
    if (span_trim(name).len > 0)
        name = span_trim(name);
    while (name.len > 1 && name.ptr[name.len - 1] == '/')
        name.len--;
    if (name.len == 1)
        text_add(ret_service, name.ptr, name.len);
    if (name.len <= 1 || add_kubectl_prefix(ret_service, name) || add_pod_path(ret_service, name))
        return;
    struct span tag = cut_pid(name);
    if (tag.len < name.len && name.ptr[0] != '/')
        text_add(ret_service, tag.ptr, tag.len); /* "postfix/smtpd[123]": no path */
    else
        add_file(ret_service, name);
}

/* "PREFIX/CONTAINER/TASK", the log stream of a task of ECS: the prefix is the service's name, or says
 * nothing. */
static bool add_task(struct text *text, struct span name, size_t slash)
{
    static const char *const nothing[] = {"ecs",  "fargate", "awslogs", "aws",
                                          "logs", "log",     "prefix",  "prod"};
    struct span prefix = first(name, slash), rest = span_skip(name, slash + 1);
    size_t at = first_of(rest, '/');
    struct span container = first(rest, at), id = span_skip(rest, at + 1);
    if (prefix.len == 0 || container.len == 0 || id.len < 8 || !all(id, is_hex) || !some(id, is_digit))
        return false;
    text_clear(text);
    if (IN_WORDS(prefix, nothing))
        text_add(text, container.ptr, container.len);
    else
        add_container(text, prefix, container);
    return true;
}

void identity_writer(struct span name, struct text *ret_service)
{
    const uint8_t *host = name.len ? memmem(name.ptr, name.len, " @ ", 3) : NULL;
    if (host > name.ptr)
        name.len = (size_t)(host - name.ptr);
    size_t slash = first_of(name, '/');
    if (add_task(ret_service, name, slash))
        return;
    struct span pod = first(name, slash), container = span_skip(name, slash + 1);
    if (pod.len == 0 || container.len == 0 || first_of(container, '/') < container.len) {
        identity_service(name, ret_service);
        return;
    }
    text_clear(ret_service);
    if (cut_replica(pod).len < pod.len)
        add_container(ret_service, pod, container);
    else
        text_add(ret_service, name.ptr, name.len);
}
