/* columns: what stands at the same place of every line of a source, where no word beside it tells what it is:
 * the level in "info\tMetrics" (zap), "1702 2395 E Tag" (logcat), "RAS KERNEL FATAL data TLB error"
 * (BlueGene), "LOG S-0x55: new connection" (PgBouncer); the status of a W3C log, which names its columns; the
 * fields of PostgreSQL's csvlog. Learnt from the head of a source, and afterwards a function of the line
 * alone. */
#ifndef ONSET_RECORD_COLUMNS_H
#define ONSET_RECORD_COLUMNS_H

#include "record/scratch.h"

#include <stdbool.h>

enum { COLUMNS_MAX = 10 };

struct columns {
    uint8_t level;          /* which word of a message is its level, from 1; 0: none */
    uint8_t status;         /* which field of a line is its HTTP status, from 1; 0: none */
    uint8_t method, target; /* the same of a W3C log, and what was asked for */
    bool csvlog;
    bool router; /* messages tell their severity in a name behind other words */
    bool mixed;  /* only lines that tell of a request have a status */
};

/* What is counted over the messages of a head. */
struct columns_count {
    size_t events, routers;       /* routers: the name of what happened tells how bad it is */
    size_t lines, told;           /* told: the words of the header tell the level */
    size_t strong[COLUMNS_MAX];   /* words that are levels and hardly anything else */
    size_t weak[COLUMNS_MAX];     /* letters, and levels that are everyday words */
    uint32_t levels[COLUMNS_MAX]; /* which severities: bit n for n */
};

void columns_count(struct columns_count *count, struct span message);
void columns_count_router(struct columns_count *count, struct span message);
/* The word that is a level in nearly every message while the header of some does not tell it; 0: none. */
uint8_t columns_level(const struct columns_count *count);
/* The severity that word `level` of the message tells; 0: none. */
uint8_t columns_severity(uint8_t level, struct span message);

/* Load balancers write the status of a request far from it ("... 0.037 200 200 0 57 \"GET https://..."). What
 * is counted over the lines of a head that hold a request. */
struct columns_requests {
    size_t lines, bare; /* bare: those of them that no server wrote, but a framework */
    size_t hits[16];
    bool beside; /* a status right behind the quoted request, or behind its name: that is told from the words
                  */
};
void columns_count_request(struct columns_requests *requests, struct span line);
/* The first field that is a status in each of them; 0: none. */
uint8_t columns_status_found(const struct columns_requests *requests);
/* "GET /cart 200", 'GET      "/cart"': does the line tell of a request, a method and a path behind it? */
bool columns_has_request(struct span line);
/* "#Fields: date time ... cs-method cs-uri-stem ... sc-status ...": which fields these are. False: line is
 * something else, or names no status; nothing has changed. */
bool columns_named(struct span line, struct columns *columns);
/* The status in field `status` of a line of words, which may be quoted; 0 when there is none. */
int columns_status(uint8_t status, struct span line);

/* What the line of a W3C log says, in the words of other servers: "GET /api/stock" 500. Empty when it has too
 * few fields or its source names none. */
struct span columns_request(const struct columns *columns, struct span line, struct scratch *scratch);

/* A line of PostgreSQL's csvlog. */
struct csvlog {
    uint8_t severity;
    struct span state, message; /* SQLSTATE; what it says, quotes undone in scratch */
};
bool columns_csvlog(struct span line, struct scratch *scratch, struct csvlog *ret);

#endif
