/* Two kinds of entries: a stem that must start a word ("migrat" finds migrating, migration), and a phrase of
 * whole words. All compare without case. An effect outweighs the rest ("retrying the migration: connection
 * refused" is an effect), a cause outweighs a change, and a value that became another is a change. Single
 * words that everyday lines are full of (version, config, sync, leader, cron, update, start, stop, set,
 * connect) are no entries. */
#include "analysis/language.h"

#include "base/ascii.h"

#include <pthread.h>
#include <strings.h>

#define MESSAGE_BYTES 600 /* what a message is about stands at its front */
#define PHRASES_MAX   128 /* in one list */

static const char *const effects[] = {"timed out",         "timeout",           "time out",
                                      "deadline exceeded", "refused",           "unavailable",
                                      "unreachable",       "not reachable",     "retry",
                                      "retries",           "retrying",          "bad gateway",
                                      "unhealthy",         "circuit",           "broken pipe",
                                      "connection reset",  "reset by peer",     "connection closed",
                                      "backing off",       "back-off",          "backoff",
                                      "giving up",         "gave up",           "failed to connect",
                                      "could not connect", "cannot connect",    "can't connect",
                                      "unable to connect", "failed to reach",   "could not reach",
                                      "not responding",    "no response",       "lost connection",
                                      "connection lost",   "disconnected",      "overloaded",
                                      "backlog",           "slow request",      "slow query",
                                      "queue is full",     "queue full",        "aborted",
                                      "degraded",          "no connection",     "no available",
                                      "not available",     "not ready",         "rejected",
                                      "connection error",  "connectionerror",   "connectexception",
                                      "connect timeout",   "connecttimeout",    "readtimeout",
                                      "upstream service",  "upstream error",    "upstream failure",
                                      "downstream",        "answered 4",        "answered 5",
                                      "returned error",    "returned an error", "responded with",
                                      "dependency failed", "dependency failure"};

static const char *const causes[] = {"expired",
                                     "no space left",
                                     "disk full",
                                     "disk is full",
                                     "out of space",
                                     "out of memory",
                                     "oom",
                                     "quota exceeded",
                                     "permission denied",
                                     "eacces",
                                     "eperm",
                                     "enospc",
                                     "erofs",
                                     "emfile",
                                     "enomem",
                                     "could not read",
                                     "could not open",
                                     "could not load",
                                     "cannot open",
                                     "cannot load",
                                     "failed to open",
                                     "failed to load",
                                     "access denied",
                                     "not permitted",
                                     "no such file",
                                     "invalid",
                                     "malformed",
                                     "syntax error",
                                     "parse error",
                                     "cannot decode",
                                     "cannot parse",
                                     "missing",
                                     "undefined",
                                     "not set",
                                     "unset",
                                     "corrupt",
                                     "deadlock",
                                     "exhausted",
                                     "too many open files",
                                     "limit reached",
                                     "limit exceeded",
                                     "mismatch",
                                     "unknown host",
                                     "nxdomain",
                                     "no such host",
                                     "stale",
                                     "read-only",
                                     "read only",
                                     "split brain",
                                     "skew",
                                     "killed",
                                     "segfault",
                                     "unknown column",
                                     "does not exist",
                                     "not found",
                                     "unsupported",
                                     "incompatible",
                                     "revoked",
                                     "blocked by",
                                     "quorum lost",
                                     "lost quorum",
                                     "no quorum",
                                     "split-brain",
                                     "is full",
                                     "exceeded quota",
                                     "over quota",
                                     "cannot allocate",
                                     "could not allocate",
                                     "unable to allocate",
                                     "already locked",
                                     "out of sync",
                                     "clock jumped",
                                     "wrong"};

/* changes that tell only that a process begins anew or reads its settings again */
static const char *const lifecycles[] = {"reloading",  "reloaded",  "reload",
                                         "restarting", "restarted", "restart"};

static const char *const changes[] = {"deploying",
                                      "deployed",
                                      "deployment",
                                      "rollout",
                                      "rolling out",
                                      "rolled out",
                                      "rolling back",
                                      "rolled back",
                                      "rollback",
                                      "migrating",
                                      "migrated",
                                      "applying",
                                      "upgrading",
                                      "upgraded",
                                      "failover",
                                      "failing over",
                                      "failed over",
                                      "promoted",
                                      "promoting",
                                      "switchover",
                                      "switching to",
                                      "switched to",
                                      "scaling",
                                      "scaled",
                                      "feature flag",
                                      "flag",
                                      "toggled",
                                      "enabling",
                                      "disabling",
                                      "reconfigur",
                                      "rotating",
                                      "rotated",
                                      "renewed",
                                      "renewing",
                                      "draining",
                                      "drained",
                                      "cordoned",
                                      "evicted",
                                      "evicting",
                                      "maintenance",
                                      "alter table",
                                      "altering",
                                      "destroying",
                                      "modifying",
                                      "installed",
                                      "create index",
                                      "drop index",
                                      "drop table",
                                      "truncate",
                                      "vacuum full",
                                      "activated",
                                      "cut over",
                                      "cutover",
                                      "purging",
                                      "purged",
                                      "flushing all",
                                      "flushed all",
                                      "backfill",
                                      "reindex",
                                      "import started",
                                      "new release",
                                      "released",
                                      "rebalanc",
                                      "repartition",
                                      "reassign",
                                      "undeploy",
                                      "promotion",
                                      "state transfer",
                                      "scheduled for deletion",
                                      "operator request",
                                      "user requested",
                                      "set configuration",
                                      "new config",
                                      "resizing",
                                      "resized",
                                      "suspended",
                                      "withdrawn",
                                      "took over",
                                      "create user",
                                      "create role",
                                      "create database",
                                      "drop user",
                                      "drop role",
                                      "drop database",
                                      "alter user",
                                      "alter role",
                                      "alter database",
                                      "alter system",
                                      "policy changed",
                                      "policy updated",
                                      "rules changed",
                                      "rules updated",
                                      "schedule changed",
                                      "config changed",
                                      "configuration changed",
                                      "settings changed",
                                      "config updated",
                                      "configuration updated",
                                      "applied",
                                      "overridden",
                                      "decommission",
                                      "set to",
                                      "changed from",
                                      "changed to",
                                      "shutting down",
                                      "terminating"};

static const char *const absences[] = {"refused",           "no servers available",
                                       "no live upstreams", "no healthy upstream",
                                       "no route to host",  "unreachable",
                                       "unknown host",      "unknownhost",
                                       "no such host",      "not known",
                                       "no instances",      "no endpoints",
                                       "not registered",    "no available server",
                                       "no backend",        "no server is available",
                                       "name resolution"};

static const char *const destructions[] = {"destroying", "destruction",  "will be destroyed", "deleting",
                                           "deleted",    "delete",       "pruning",           "pruned",
                                           "removing",   "removed",      "dropping",          "dropped",
                                           "drop table", "drop index",   "drop column",       "revoking",
                                           "revoked",    "truncate",     "truncating",        "purging",
                                           "purged",     "revoke",       "disable",           "disabling",
                                           "disabled",   "deactivating", "deactivated",       "evicting",
                                           "evicted",    "decommission"};

static const char *const alterations[] = {
    "modify",    "modifying",   "modified",   "modifications", "change",    "changing",  "changed",
    "update",    "updating",    "updated",    "replace",       "replacing", "replaced",  "rotate",
    "rotating",  "rotated",     "rename",     "renaming",      "renamed",   "move",      "moving",
    "moved",     "switch",      "switching",  "switched",      "set",       "setting",   "reset",
    "reconfigu", "restore",     "restoring",  "restored",      "shrink",    "shrinking", "reduce",
    "reducing",  "reduced",     "detach",     "detaching",     "detached",  "withdraw",  "withdrawn",
    "unbind",    "deregister",  "unregister", "uninstall",     "suspend",   "suspended", "overwrite",
    "overwrote", "overwriting", "overwritten"};

static const char *const beginnings[] = {"started", "starting",  "starts",    "begins",
                                         "began",   "begun",     "beginning", "launched",
                                         "cmd",     "launching", "triggered", "kicked off"};

/* what no process does when it starts */
static const char *const reloads[] = {"reload",  "reloading", "reloaded",   "reloads",
                                      "re-read", "rereading", "re-reading", "sighup"};

/* Part of the same word: "read_timeout" is a name, no time-out. */
static bool joins_word(uint8_t c)
{
    return is_letter(c) || c == '_';
}

/* The entries of a list by their first letter, and a bit for the first two bytes of each. */
struct phrases {
    const char *const *list;
    size_t count;
    uint64_t starts[16];
    uint8_t order[PHRASES_MAX], ends[27]; /* ends: of those before the letter, in .order */
};

enum {
    EFFECTS,
    CAUSES,
    LIFECYCLES,
    CHANGES,
    ABSENCES,
    DESTRUCTIONS,
    ALTERATIONS,
    BEGINNINGS,
    RELOADS,
    LISTS
};

#define LIST(of)                                                                                             \
    {                                                                                                        \
        .list = of, .count = sizeof(of) / sizeof *(of)                                                       \
    }
static struct phrases lists[LISTS] = {
    [EFFECTS] = LIST(effects),         [CAUSES] = LIST(causes),         [LIFECYCLES] = LIST(lifecycles),
    [CHANGES] = LIST(changes),         [ABSENCES] = LIST(absences),     [DESTRUCTIONS] = LIST(destructions),
    [ALTERATIONS] = LIST(alterations), [BEGINNINGS] = LIST(beginnings), [RELOADS] = LIST(reloads),
};
#undef LIST
#define FITS(of) _Static_assert(sizeof(of) / sizeof *(of) <= PHRASES_MAX, "PHRASES_MAX is too small")
FITS(effects);
FITS(causes);
FITS(lifecycles);
FITS(changes);
FITS(absences);
FITS(destructions);
FITS(alterations);
FITS(beginnings);
FITS(reloads);
#undef FITS

static unsigned start_of(uint8_t first, uint8_t second)
{
    return (unsigned)((first & 31) * 31 + (second & 31)) & 1023;
}

static void index_lists(void)
{
    for (struct phrases *p = lists; p < lists + LISTS; p++) {
        size_t n = 0;
        for (unsigned letter = 0; letter < 26; letter++) {
            for (size_t i = 0; i < p->count; i++)
                if (p->list[i][0] - 'a' == (int)letter)
                    p->order[n++] = (uint8_t)i;
            p->ends[letter + 1] = (uint8_t)n;
        }
        for (size_t i = 0; i < p->count; i++) {
            unsigned start = start_of((uint8_t)p->list[i][0], (uint8_t)p->list[i][1]);
            p->starts[start / 64] |= 1ull << start % 64;
        }
    }
}

/* Does the phrase stand at the start of a word, text[at]? */
static bool stands(struct span text, size_t at, const char *phrase)
{
    if ((text.ptr[at + 1] | 0x20) != (phrase[1] | 0x20))
        return false;
    size_t n = strlen(phrase);
    if (n > text.len - at || strncasecmp((const char *)text.ptr + at, phrase, n) != 0)
        return false;
    bool stem = n >= 8 || at + n == text.len; /* a long entry may go on: reconfigur-ed */
    return stem || !joins_word(text.ptr[at + n]);
}

/* The first of some lists of which the text holds an entry; count if it holds none. */
static size_t first_held(struct span text, const int *wanted, size_t count)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, index_lists);
    for (size_t at = 0; at + 1 < text.len && count; at++) {
        if (!joins_word(text.ptr[at]))
            continue;
        unsigned start = start_of(text.ptr[at], text.ptr[at + 1]);
        unsigned letter = (unsigned)(text.ptr[at] | 0x20) - 'a';
        for (size_t k = 0; k < count && letter < 26; k++) {
            const struct phrases *p = &lists[wanted[k]];
            if (!(p->starts[start / 64] >> start % 64 & 1))
                continue;
            for (size_t i = p->ends[letter]; i < p->ends[letter + 1]; i++)
                if (stands(text, at, p->list[p->order[i]])) {
                    count = k; /* what comes before it in the order is still looked for */
                    break;
                }
        }
        while (at + 1 < text.len && joins_word(text.ptr[at + 1]))
            at++;
    }
    return count;
}

static bool holds(struct span text, int list)
{
    return first_held(text, &list, 1) == 0;
}

/* A token beside an arrow that may be a value: letters, digits, -_.% and no more than one dot (an address has
 * more); it may stand in quotes. */
static bool is_value(const uint8_t *p, size_t n)
{
    if (n > 2 && p[0] == '"' && p[n - 1] == '"') {
        p++;
        n -= 2;
    }
    size_t dots = 0;
    for (size_t i = 0; i < n; i++) {
        dots += p[i] == '.';
        if (!is_letter(p[i]) && !is_digit(p[i]) && p[i] != '-' && p[i] != '_' && p[i] != '.' && p[i] != '%')
            return false;
    }
    return n > 0 && dots < 2;
}

/* "serial 41 -> 42", "maxmemory 256mb => 64mb", "policy: lru -> noeviction": a value that became another. */
static bool shows_transition(struct span text)
{
    for (size_t at = 2; at + 4 < text.len; at++) {
        const uint8_t *p = text.ptr + at;
        if (p[-1] != ' ' || (p[0] != '-' && p[0] != '=') || p[1] != '>' || p[2] != ' ')
            continue;
        size_t left = at - 1, right = at + 3, end = right;
        while (left > 0 && text.ptr[left - 1] != ' ')
            left--;
        while (end < text.len && text.ptr[end] != ' ' && text.ptr[end] != ',' && text.ptr[end] != ';')
            end++;
        if (left > 0 && is_value(text.ptr + left, at - 1 - left) && is_value(text.ptr + right, end - right))
            return true;
    }
    return false;
}

enum role language_role(struct span message)
{
    if (message.len > MESSAGE_BYTES)
        message.len = MESSAGE_BYTES;
    if (shows_transition(message))
        return ROLE_CHANGE;
    static const int order[] = {EFFECTS, CAUSES, CHANGES, LIFECYCLES};
    static const enum role roles[] = {ROLE_SYMPTOM, ROLE_CAUSE, ROLE_CHANGE, ROLE_CHANGE, ROLE_UNKNOWN};
    return roles[first_held(message, order, sizeof order / sizeof *order)];
}

bool language_lifecycle(struct span message)
{
    return holds(message, LIFECYCLES) && !holds(message, CHANGES) && !shows_transition(message);
}

bool language_reloads(struct span message)
{
    return holds(message, RELOADS);
}

bool language_destroys(struct span message)
{
    return holds(message, DESTRUCTIONS);
}

bool language_alters(struct span message)
{
    return holds(message, DESTRUCTIONS) || holds(message, ALTERATIONS);
}

bool language_begins(struct span message)
{
    return holds(message, BEGINNINGS);
}

bool language_absence(struct span message)
{
    return holds(message, ABSENCES);
}
