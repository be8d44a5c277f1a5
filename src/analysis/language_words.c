/* Two kinds of entries: a stem that must start a word ("migrat" finds migrating, migration), and a phrase of
 * whole words. All compare without case. Single words that everyday lines are full of (version, config, sync,
 * leader, cron, update, start, stop, set, connect) are no entries. */
#include "analysis/language_words.h"

/* what a program does about trouble, its own or another's: less than a cause */
/* changes that tell only that a process begins anew or reads its settings again */
/* of a change: nothing was done */
static const char *const undone[] = {
    "no change",       "no changes",       "unchanged",         "not changed",       "no action",
    "up to date",      "up-to-date",       "skipped",           "skipping",          "skip",
    "dry run",         "dry-run",          "nothing to",        "nothing changed",   "already active",
    "already applied", "already exists",   "already installed", "already up",        "already in place",
    "already enabled", "already disabled", "already present",   "already set",       "would be",
    "would have",      "no need",          "not due",           "no pending",        "no updates",
    "already deleted", "already removed",  "already done",      "already up to date"};

/* of trouble: it is over */
static const char *const recoveries[] = {
    "back to normal",     "back online",         "back up",
    "back in service",    "back in sync",        "back to 0",
    "caught up",          "recovered",           "reestablished",
    "re-established",     "reconnected",         "retry succeeded",
    "succeeded after",    "connection restored", "communication restored",
    "link restored",      "service restored",    "access restored",
    "fully restored",     "scoring restored",    "became available",
    "became healthy",     "became reachable",    "became active",
    "returned to normal", "returns to normal",   "returning to server list",
    "has cleared",        "alarm cleared"};

/* before "again": the same */
static const char *const well[] = {
    "available", "reachable", "healthy", "online",     "up",        "ok",      "sync",     "consistent",
    "serving",   "flowing",   "running", "responding", "answering", "normal",  "normally", "stable",
    "connected", "alive",     "ready",   "accepting",  "accepted",  "working", "works",    "active",
    "present",   "writable",  "calls",   "green",      "complete"};

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

static const char *const reloads[] = {"reload",  "reloading", "reloaded",   "reloads",
                                      "re-read", "rereading", "re-reading", "sighup"};

#define LIST(of)                                                                                             \
    {                                                                                                        \
        .phrases = of, .count = sizeof(of) / sizeof *(of)                                                    \
    }
const struct language_list language_lists[LANGUAGE_LISTS] = {
    [UNDONE] = LIST(undone),         [RECOVERIES] = LIST(recoveries),     [WELL] = LIST(well),
    [ABSENCES] = LIST(absences),     [DESTRUCTIONS] = LIST(destructions), [ALTERATIONS] = LIST(alterations),
    [BEGINNINGS] = LIST(beginnings), [RELOADS] = LIST(reloads),
};
#undef LIST
#define FITS(of)                                                                                             \
    _Static_assert(sizeof(of) / sizeof *(of) <= LANGUAGE_PHRASES_MAX, "LANGUAGE_PHRASES_MAX is too small")
FITS(undone);
FITS(recoveries);
FITS(well);
FITS(absences);
FITS(destructions);
FITS(alterations);
FITS(beginnings);
FITS(reloads);
