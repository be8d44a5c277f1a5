/* Three ways in which a failure fits: it is about the kind of thing that has expired, whatever it is called
 * there (a renewal names a host, an expiry names a request); something ran full, and what failed is what
 * keeps things from that (a purge, a rotation); or both are of one layer and name the same rare thing. Only
 * what is seldom counts: a failure that comes every minute for days is a habit. A change fits where no
 * failure does, and a known cause names what it names. What it is worth hangs on the hypothesis that it
 * explains: a quarter of its belief. */
#include "analysis/earlier.h"

#include "analysis/filled.h"
#include "base/ascii.h"
#include "record/severity.h"
#include "record/turning.h"

#include <strings.h>

#define LOOKED_AT     8    /* of the hypotheses */
#define EXPLAINS_BITS -2.0 /* one failure in four that fit is the one */
#define CHRONIC_SHARE                                                                                        \
    10 /* percent of the logs before the window, in which what has always been comes first */
#define HOST_LETTERS  4
#define NAME_LETTERS  4
#define RENEWS_BITS   1.0 /* it failed to renew what has expired, of that name: it comes before it */
#define SELDOM_NS     (300 * NS_PER_SECOND)
#define ROLLED_OUT_NS (600 * NS_PER_SECOND)
#define FILLS_NS      (7200 * NS_PER_SECOND) /* what fills up or runs down takes so long at most */
#define SAME_NS       (120 * NS_PER_SECOND)  /* in which changes go with the same work */

/* Names of what expires; those of a row are one kind. */
static const char *const things[][10] = {
    {"certificate", "cert", "certs", "x509", "acme", "tls", "ssl", "certbot", "letsencrypt"},
    {"token", "tokens", "jwt", "oauth", "oauth2"},
    {"credential", "credentials", "password", "secret", "apikey", "keytab"},
    {"licence", "license", "subscription"},
    {"lease", "leases", "ticket"}};

static const char *const expiries[] = {"expired",  "expires",  "expiry",      "expiration",
                                       "notafter", "validity", "nottimevalid"};

/* What keeps a thing from expiring: "Failed to renew", "failed to sign certificate", "Obtain: challenge". */
static const char *const renewals[] = {"renew",   "renewal", "renewals",  "renewing",  "reissue",
                                       "issue",   "issuing", "issuance",  "obtain",    "obtaining",
                                       "sign",    "signing", "rotate",    "rotation",  "rotating",
                                       "rotator", "renewer", "challenge", "challenges"};

/* Of a line that was not logged as trouble: it did not do what it is there for. */
static const char *const declines[] = {
    "keeping", "keep",     "kept",     "keeps",     "stays",     "left",   "leaving",  "ignoring", "ignored",
    "skipped", "skipping", "skip",     "not",       "no",        "non",    "without",  "declined", "denied",
    "refused", "rejected", "deferred", "deferring", "postponed", "cannot", "unchanged"};

/* What keeps a thing from filling up, as words or as their beginnings: "arch_purge", "cleanup". */
static const char *const cleanings[] = {"purge",     "clean",  "prune",  "rotat",   "retention", "housekeep",
                                        "expire",    "trim",   "sweep",  "reap",    "delet",     "truncat",
                                        "tmpreaper", "vacuum", "archiv", "compact", "evict"};

static bool is_word_byte(uint8_t c)
{
    return is_letter(c) || is_digit(c);
}

/* The next word of letters and digits from *at on; empty at the end. */
static struct span next_word(struct span text, size_t *at)
{
    while (*at < text.len && !is_word_byte(text.ptr[*at]))
        ++*at;
    size_t begin = *at;
    while (*at < text.len && is_word_byte(text.ptr[*at]))
        ++*at;
    return span_make(text.ptr + begin, *at - begin);
}

static bool is(struct span word, const char *name)
{
    return strlen(name) == word.len && strncasecmp((const char *)word.ptr, name, word.len) == 0;
}

static bool begins(struct span word, const char *name)
{
    return strlen(name) <= word.len && strncasecmp((const char *)word.ptr, name, strlen(name)) == 0;
}

struct about {
    unsigned things; /* bits: rows of it */
    bool expiry, renewal, cleaning, declined;
};

static void read_text(struct span text, struct about *about)
{
    size_t at = 0;
    for (struct span word = next_word(text, &at); word.len; word = next_word(text, &at)) {
        for (size_t i = 0; i < sizeof things / sizeof *things; i++)
            for (size_t k = 0; k < sizeof *things / sizeof **things && things[i][k]; k++)
                if (is(word, things[i][k]))
                    about->things |= 1u << i;
        for (size_t i = 0; i < sizeof expiries / sizeof *expiries; i++)
            about->expiry |= is(word, expiries[i]);
        for (size_t i = 0; i < sizeof renewals / sizeof *renewals; i++)
            about->renewal |= is(word, renewals[i]);
        for (size_t i = 0; i < sizeof declines / sizeof *declines; i++)
            about->declined |= is(word, declines[i]);
        about->things |= begins(word, "cert") && !begins(word, "certain") ? 1u : 0;
        for (size_t i = 0; i < sizeof cleanings / sizeof *cleanings; i++)
            about->cleaning |= begins(word, cleanings[i]);
    }
}

static void read_about(const struct series *series, struct about *about)
{
    read_text(span_make(series->exemplar.text, series->exemplar.raw_bytes), about);
}

static bool is_open(const struct pattern *p)
{
    return p->kind == SERIES_RECORD && p->role != ROLE_BENIGN && !p->accepted && !p->guessed_time;
}

static bool is_seldom(const struct pattern *p)
{
    return p->count == 1 || (p->last_ns - p->first_ns) / (int64_t)(p->count - 1) >= SELDOM_NS;
}

static bool is_failure(const struct pattern *p)
{
    return is_seldom(p) && (p->severity >= SEVERITY_WARN || p->role == ROLE_CAUSE || p->role == ROLE_SYMPTOM);
}

/* A change that was made once, on one machine after the other. */
static bool is_setting(const struct pattern *p)
{
    const struct exemplar *e = &p->first->exemplar;
    return p->last_ns - p->first_ns <= ROLLED_OUT_NS && p->severity < SEVERITY_WARN &&
           (p->severity == 0 || p->severity >= SEVERITY_INFO) &&
           (p->role == ROLE_CHANGE || p->role == ROLE_UNKNOWN) && turning_is_told(exemplar_message(e));
}

static size_t shared_words(const struct link_words *a, const struct link_words *b)
{
    size_t n = 0;
    for (size_t i = 0, k = 0; i < a->count && k < b->count;)
        if (a->words[i] == b->words[k])
            n++, i++, k++;
        else if (a->words[i] < b->words[k])
            i++;
        else
            k++;
    return n;
}

struct found {
    const struct pattern *pattern; /* NULL: none */
    const struct series *series;   /* of it: the first one, but for a change that shows from then on */
    const struct shift *shift;     /* work that ended or began with the change and stayed so; NULL: none */
    bool failed, renews;           /* renews: and what expired is a thing that it failed to renew ... */
    bool named;                    /* ... by its name */
    bool cleans;                   /* what ran full is what it keeps from that, as far as one can tell */
    bool chronic;                  /* said since the logs begin */
    size_t shared;                 /* rare things that both name */
};

static bool is_host_byte(uint8_t c)
{
    return is_word_byte(c) || c == '-' || c == '.';
}

/* Does one line of h name a host that this one names? */
static bool shares_host(const struct series *series, const struct hypothesis *h)
{
    const struct news *const said[] = {h->lead, h->worst, h->detail};
    struct span text = {series->exemplar.text, series->exemplar.raw_bytes};
    for (size_t at = 0, end; at < text.len; at = end + 1) {
        size_t dots = 0, letters = 0;
        for (end = at; end < text.len && is_host_byte(text.ptr[end]); end++) {
            dots += text.ptr[end] == '.' && end > at;
            letters += is_letter(text.ptr[end]);
        }
        if (!dots || letters < HOST_LETTERS)
            continue;
        size_t bytes = end - at - (text.ptr[end - 1] == '.');
        for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
            const struct exemplar *e = said[i] ? &said[i]->series->exemplar : NULL;
            const uint8_t *p = e ? memmem(e->text, e->raw_bytes, text.ptr + at, bytes) : NULL;
            bool whole = p && (p == e->text || !is_host_byte(p[-1])) &&
                         (p + bytes == e->text + e->raw_bytes || !is_word_byte(p[bytes]));
            if (whole)
                return true;
        }
    }
    return false;
}

/* Is the service called by that word, and what is behind it? "rating" of "RatingApi" and "rating-api". */
static bool is_called(const char *service, struct span word)
{
    return word.len >= NAME_LETTERS && strlen(service) >= word.len &&
           strncasecmp(service, (const char *)word.ptr, word.len) == 0 &&
           !(service[word.len] >= 'a' && service[word.len] <= 'z');
}

/* Is the first label of a host that it names one of their names? */
static bool names_host_of_one(const struct model *m, struct span text, const struct hypothesis *list,
                              size_t count, uint32_t own)
{
    size_t at = 0;
    for (struct span word = next_word(text, &at); word.len; word = next_word(text, &at)) {
        bool label = at < text.len && text.ptr[at] == '.' && (word.ptr == text.ptr || word.ptr[-1] != '.');
        for (size_t i = 0; i < count && i < LOOKED_AT && label; i++)
            if (list[i].service != own && is_called(m->services[list[i].service].name, word))
                return true;
    }
    return false;
}

/* Does it name one of the services that are in trouble? "ledger" is that of "ledger-tls", too. */
static bool names_one(const struct model *m, const struct pattern *p, const struct hypothesis *list,
                      size_t count)
{
    struct span text = {p->first->exemplar.text, p->first->exemplar.raw_bytes};
    for (size_t i = 0; i < count && i < LOOKED_AT; i++) {
        const char *name = m->services[list[i].service].name;
        size_t n = strlen(name);
        for (size_t at = 0; n >= NAME_LETTERS && list[i].service != p->service && at + n <= text.len; at++) {
            const uint8_t *hit = memmem(text.ptr + at, text.len - at, name, n);
            if (!hit)
                break;
            at = (size_t)(hit - text.ptr);
            if ((!at || !is_word_byte(hit[-1])) && (at + n == text.len || !is_word_byte(hit[n])))
                return true;
        }
    }
    return names_host_of_one(m, text, list, count, p->service);
}

static bool is_better(const struct found *a, const struct found *b)
{
    if (a->renews != b->renews)
        return a->renews;
    if (a->named != b->named)
        return a->named;
    if (a->cleans != b->cleans)
        return a->cleans;
    if (a->failed != b->failed)
        return a->failed;
    if (a->chronic != b->chronic)
        return b->chronic;
    if (a->shared != b->shared)
        return a->shared > b->shared;
    return a->pattern->last_ns > b->pattern->last_ns + NS_PER_SECOND;
}

/* What h goes back to: of those that fit, a renewal that failed before other failures, these before changes,
 * then the one that names most of the same things, and of these the last; of what was said within a second
 * the first. */
static struct found find(const struct model *m, struct links *links, const struct hypothesis *list,
                         size_t count, const struct hypothesis *h, int64_t from_ns)
{
    struct found best = {0};
    struct about what = {0};
    read_about(h->lead->series, &what);
    read_about(h->worst->series, &what);
    if (h->detail)
        read_about(h->detail->series, &what);
    bool full = h->role == ROLE_CAUSE && filled_is_told(h);
    for (size_t i = 0; i < m->pattern_count && m->patterns[i].first_ns < from_ns; i++) {
        const struct pattern *p = &m->patterns[i];
        bool failure = is_open(p) && is_failure(p);
        bool expires = what.things && (what.expiry || h->layer == LAYER_TLS);
        bool quiet = expires && p->role == ROLE_UNKNOWN && is_seldom(p);
        if (p == h->lead->pattern || !is_open(p) || (!failure && !quiet && !is_setting(p)))
            continue;
        struct link_words words = {0};
        if (!links->rare) /* most windows have nothing before them */
            links_make(links, m, from_ns);
        links_add(links, p->first, &words);
        struct found it = {.pattern = p,
                           .series = p->first,
                           .failed = failure,
                           .chronic =
                               (p->first_ns - m->first_ns) / CHRONIC_SHARE < (from_ns - m->first_ns) / 100,
                           .shared = shared_words(&words, &h->words)};
        bool fits = it.shared && (p->layer == h->layer || !failure) && h->layer != LAYER_UNKNOWN &&
                    h->layer != LAYER_APP && h->role == ROLE_CAUSE;
        struct about about = {0}, tool = {0};
        if ((failure || quiet) && (expires || full)) {
            read_text(span_of(m->services[p->service].name), &tool);
            about = tool;
            read_about(p->first, &about);
        }
        if ((failure || quiet) && expires) {
            bool same = (about.things & what.things) != 0, of_tool = (tool.things & what.things) != 0;
            it.renews = same && (failure ? about.renewal : about.declined);
            it.named = it.renews && (it.shared || shares_host(p->first, h) || names_one(m, p, list, count));
            fits |= same && (failure ? what.expiry || it.renews : it.renews && (it.named || of_tool));
        }
        if (failure && full && p->severity >= SEVERITY_ERROR && !it.chronic)
            fits |= it.cleans = about.cleaning;
        if (fits && (!best.pattern || is_better(&it, &best)))
            best = it;
    }
    return best;
}

/* Of two changes the later one, of those about one moment the first; a clock that counts seconds leaves open
 * which that is: then what a rule knows. */
static bool leads(const struct pattern *p, int64_t t, const struct pattern *best, int64_t best_ns)
{
    int64_t after = t - best_ns;
    if (after > SAME_NS || after < -SAME_NS)
        return after > 0;
    if (after < NS_PER_SECOND && after > -NS_PER_SECOND &&
        catalogue_knows(p->rule) != catalogue_knows(best->rule))
        return catalogue_knows(p->rule);
    return after < 0;
}

/* The change of the last hours before from_ns which work shows that ended or began with it, and stayed so
 * until there was trouble: the last such work; of the changes at that moment one that tells what was done,
 * the first. */
static struct found find_shifted(struct model *m, int64_t from_ns, int64_t trouble_ns)
{
    struct found best = {0};
    int64_t best_ns = 0;
    size_t count;
    const struct shift *shifts = shifts_find(m, trouble_ns, &count);
    for (size_t i = 0; i < m->pattern_count && m->patterns[i].first_ns < from_ns; i++) {
        const struct pattern *p = &m->patterns[i];
        bool changes = is_open(p) && p->role == ROLE_CHANGE && !p->lifecycle && !p->at_start &&
                       p->severity < SEVERITY_ERROR;
        for (uint32_t k = 0; changes && k < p->part_count; k++) {
            int64_t t = series_time(m, p->parts[k]);
            if (t >= from_ns || t < from_ns - FILLS_NS)
                continue;
            const struct shift *shift = shift_at(shifts, count, t);
            if (!shift || (best.pattern && !leads(p, t, best.pattern, best_ns)))
                continue;
            best = (struct found){.pattern = p, .series = p->parts[k], .shift = shift};
            best_ns = t;
        }
    }
    return best;
}

static double worth(const struct found *found)
{
    return (found->named && (found->failed || !found->chronic)) || found->shift || found->cleans
               ? RENEWS_BITS
               : EXPLAINS_BITS;
}

static const char *tell(struct model *m, const struct found *found, const struct hypothesis *of)
{
    const char *name = m->services[of->service].name;
    if (found->cleans)
        return arena_printf(&m->arena,
                            "it is what keeps things from filling up, and failed; %s ran full long after it",
                            name);
    if (!found->shift)
        return arena_printf(&m->arena, "it fits what %s says long after it: that may go back to this", name);
    return arena_printf(&m->arena,
                        found->shift->began
                            ? "%s began other work then; %s failed long after it"
                            : "%s did no more of its work from then on; %s failed long after it",
                        m->services[found->shift->pattern->service].name, name);
}

static struct hypothesis make(struct model *m, const struct found *found, const struct hypothesis *of)
{
    const struct pattern *p = found->pattern;
    int64_t t = series_time(m, found->series);
    struct news *news = arena_alloc(&m->arena, sizeof *news);
    *news = (struct news){.pattern = p,
                          .series = found->series,
                          .novelty = NOVELTY_NEW,
                          .time_ns = t,
                          .after = (double)p->count};
    struct hypothesis h = {.first = news,
                           .lead = news,
                           .worst = news,
                           .service = p->service,
                           .time_ns = t,
                           .last_ns = t,
                           .severity = p->severity,
                           .role = p->role,
                           .layer = p->layer,
                           .rule = p->rule};
    hypothesis_add(&h, "earlier", of->bits + worth(found), tell(m, found, of));
    return h;
}

struct hypothesis *earlier_add(struct model *m, struct hypothesis *list, size_t count, int64_t from_ns,
                               size_t *ret_count)
{
    *ret_count = count;
    if (m->by_order || from_ns == TIME_NONE)
        return list;
    struct hypothesis *out = arena_alloc(&m->arena, (count + LOOKED_AT + 1) * sizeof *out);
    struct hypothesis more[LOOKED_AT];
    size_t n = 0;
    struct links links = {.rare = 0};
    for (size_t i = 0; i < count && i < LOOKED_AT; i++) {
        struct found found = i ? (struct found){0} : find_shifted(m, from_ns, list[i].time_ns);
        if (!found.pattern)
            found = find(m, &links, list, count, &list[i], from_ns);
        const struct pattern *p = found.pattern;
        bool given = false;
        for (size_t k = 0; k < n; k++)
            given |= p == more[k].lead->pattern;
        list[i].earlier = p;
        if (p && !given && list[i].bits + worth(&found) > 0) {
            struct hypothesis h = make(m, &found, &list[i]);
            size_t at = n++;
            for (; at && more[at - 1].bits < h.bits; at--)
                more[at] = more[at - 1];
            more[at] = h;
        }
    }
    links_done(&links);
    for (size_t i = 0, k = 0; i < count || k < n;) /* each behind what is worth as much */
        if (k == n || (i < count && list[i].bits >= more[k].bits))
            out[i + k] = list[i], i++;
        else
            out[i + k] = more[k], k++;
    *ret_count = count + n;
    return out;
}
