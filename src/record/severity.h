/* severity: OpenTelemetry SeverityNumber (1..24: TRACE 1, DEBUG 5, INFO 9, WARN 13, ERROR 17, FATAL 21; 0
 * unknown). https://opentelemetry.io/docs/specs/otel/logs/data-model/ (severity fields). */
#ifndef ONSET_RECORD_SEVERITY_H
#define ONSET_RECORD_SEVERITY_H

#include "base/span.h"

#include <stdbool.h>

enum {
    SEVERITY_UNKNOWN = 0,
    SEVERITY_TRACE = 1,
    SEVERITY_DEBUG = 5,
    SEVERITY_INFO = 9,
    SEVERITY_NOTICE = 10,
    SEVERITY_WARN = 13,
    SEVERITY_ERROR = 17,
    SEVERITY_CRITICAL = 18,
    SEVERITY_ALERT = 19,
    SEVERITY_FATAL = 21
};

/* The word or number of a level field ("warn", "W", "warning", "ERR", "panic", pino 10..60, Python 10..50). 0
 * if none. */
uint8_t severity_of_level(struct span value);
/* Is the word a level and an everyday word as well ("log", "note", "system")? */
bool severity_is_everyday(struct span word);
/* Syslog priority 0..7 (emerg..debug). */
uint8_t severity_of_syslog(int priority);
/* The level that a plain message carries in its header words ("2026-... ERROR [main] ...", "[warn]",
 * "level=info", "E/Tag", "FATAL:  ", "<notice>"): looked for in the leading words only, never in the sentence
 * itself. Must not depend on digits or on anything that masking hides. 0 if none. */
uint8_t severity_of_header(struct span message);
/* For a message without a level: words that only a failure says ("panic:", "Traceback", "segfault", "Out of
 * memory", "Exception"). SEVERITY_ERROR or more, else 0. Conservative: "0 errors", "error_log", "errors:
 * none" are no failure. */
uint8_t severity_of_words(struct span message);
/* How bad security products call an event: "low", "Medium", "HIGH", "Very-High". */
uint8_t severity_of_rating(struct span word);
/* "daemon.err", "kern.warning": syslog's names for who and how bad; 0: the word is none. */
uint8_t severity_of_facility(struct span word);
/* "%LINK-3-UPDOWN: ...", "%%01IFNET/4/IF_STATE(l)...": Cisco's and Huawei's; 0: it is none. */
uint8_t severity_of_cisco(struct span message);
/* The same behind a few words: "switch %ETHPORT-5-IF_UP: ...", "HPE SHELL/5/SHELL_LOGIN: ..."; ids that end
 * in a letter or hold one: "ANR2034E ...", "%SYSTEM-F-ACCVIO, ...". */
uint8_t severity_of_router(struct span message);
/* "<Level>2</Level>" of Windows, "<level>SEVERE</level>", level="WARN". */
uint8_t severity_of_xml(struct span text);
/* The severity of a "CEF:0|vendor|product|version|id|name|SEVERITY|..." event: 0 to 10, Low to Very-High;
 * sev= of a "LEEF:..." event. */
uint8_t severity_of_cef(struct span event);
/* 2xx/3xx INFO, 4xx WARN, 5xx ERROR. */
uint8_t severity_of_http(int status);
const char *severity_name(uint8_t severity); /* "ERROR"; "" for 0 */

#endif
