/* Names are found by a hash of length, first, middle and last letter over a table of about 130 entries: most
 * names of a line are dismissed by one load. Letters are folded as in same_folded; no two names here differ
 * only in bytes that it takes for one. */
#include "record/field_parts.h"

struct entry {
    const char *name; /* lower case */
    uint8_t role, rank;
};

/* Ranks: smaller wins. PARENT.NAME stands for both the dotted name and the nested one. */
static const struct entry entries[] = {
    {"@timestamp", FIELD_TIME, 1},
    {"timestamp", FIELD_TIME, 2},
    {"time", FIELD_TIME, 3},
    {"ts", FIELD_TIME, 4},
    {"@t", FIELD_TIME, 4},
    {"t", FIELD_TIME, 5},
    {"_time", FIELD_TIME, 3}, /* Splunk */
    {"result._time", FIELD_TIME, 3},
    {"eventtime", FIELD_TIME, 6},
    {"asctime", FIELD_TIME, 6},
    {"datetime", FIELD_TIME, 6},
    {"timeunixnano", FIELD_TIME, 6},
    {"time_unix_nano", FIELD_TIME, 6},
    {"timestamp_ns", FIELD_TIME, 6},
    {"timestamp_ms", FIELD_TIME, 6},
    {"timemillis", FIELD_TIME, 6},
    {"epoch_millis", FIELD_TIME, 6},
    {"epochmillis", FIELD_TIME, 6},
    {"epoch", FIELD_TIME, 7},
    {"unixtime", FIELD_TIME, 7},
    {"unix_time", FIELD_TIME, 7},
    {"event_time", FIELD_TIME, 7},
    {"event_ts", FIELD_TIME, 7},
    {"reqtimesec", FIELD_TIME, 7}, /* Akamai */
    {"created_at", FIELD_TIME, 8},
    {"date_create", FIELD_TIME, 8}, /* Slack */
    {"startutc", FIELD_TIME, 8},
    {"starttime", FIELD_TIME, 9},
    {"start_time", FIELD_TIME, 9}, /* Envoy */
    {"observedtimeunixnano", FIELD_TIME, 9},
    {"observed_timestamp", FIELD_TIME, 9},
    {"lasttimestamp", FIELD_TIME, 8}, /* Kubernetes */
    {"date", FIELD_TIME, 10},
    {"instant", FIELD_TIME, 6},
    {"instant.epochsecond", FIELD_SECONDS, 6},
    {"instant.nanoofsecond", FIELD_NANOS, 6},
    {"instant.seconds", FIELD_SECONDS, 6},
    {"instant.nanos", FIELD_NANOS, 6},
    {"instant.nano", FIELD_NANOS, 6}, /* java.time's own */
    {"instant.$date", FIELD_TIME, 5},
    {"instant.iso8601", FIELD_TIME, 5},
    {"tz", FIELD_ZONE, 0},
    {"timezone", FIELD_ZONE, 0},
    {"timestampseconds", FIELD_SECONDS, 6},
    {"timestampnanos", FIELD_NANOS, 6},
    {"__realtime_timestamp", FIELD_JOURNAL, 1},
    {"_source_realtime_timestamp", FIELD_JOURNAL, 2},

    {"level", FIELD_LEVEL, 1},
    {"severity", FIELD_LEVEL, 2},
    {"lvl", FIELD_LEVEL, 3},
    {"sev", FIELD_LEVEL, 5},
    {"loglevel", FIELD_LEVEL, 3},
    {"log_level", FIELD_LEVEL, 3},
    {"log.level", FIELD_LEVEL, 1},
    {"levelname", FIELD_LEVEL, 3},
    {"level_name", FIELD_LEVEL, 3},
    {"severitytext", FIELD_LEVEL, 3},
    {"severity_text", FIELD_LEVEL, 3},
    {"@l", FIELD_LEVEL, 3},
    {"level.name", FIELD_LEVEL, 3},
    {"log-level", FIELD_LEVEL, 3},
    {"eventlevelname", FIELD_LEVEL, 3},
    {"severityname", FIELD_LEVEL, 4},
    {"severitylevel", FIELD_LEVEL, 4},
    {"pri", FIELD_PRIORITY, 7}, /* FortiMail, SonicWall */
    {"level_value", FIELD_LEVEL, 9},
    {"s", FIELD_LEVEL, 9},
    {"at", FIELD_LEVEL, 20}, /* Heroku's router */
    {"@level", FIELD_LEVEL, 1},
    {"error_severity", FIELD_LEVEL, 3},
    {"leveldisplayname", FIELD_LEVEL, 3},
    {"syslog.severity.name", FIELD_LEVEL, 9},
    {"levelno", FIELD_PYTHON, 8},
    {"priority", FIELD_PRIORITY, 7},
    {"syslog_severity", FIELD_PRIORITY, 7},
    {"severitynumber", FIELD_OTEL, 2},
    {"severity_number", FIELD_OTEL, 2},

    {"message", FIELD_MESSAGE, 1},
    {"msg", FIELD_MESSAGE, 2},
    {"@m", FIELD_MESSAGE, 2},
    {"@message", FIELD_MESSAGE, 1},
    {"renderedmessage", FIELD_MESSAGE, 2},
    {"short_message", FIELD_MESSAGE, 2},
    {"@mt", FIELD_MESSAGE, 3},
    {"messagetemplate", FIELD_MESSAGE, 4},
    {"body", FIELD_MESSAGE, 4},
    {"body.stringvalue", FIELD_MESSAGE, 4},
    {"body.string_value", FIELD_MESSAGE, 4},
    {"body.kvlistvalue", FIELD_INSIDE, 0},
    {"body.kvlistvalue.values", FIELD_WRAPPER, 0},
    {"body.message", FIELD_MESSAGE, 4},
    {"body.msg", FIELD_MESSAGE, 4},
    {"log", FIELD_LOG, 3},
    {"log.message", FIELD_MESSAGE, 5},
    {"_raw", FIELD_LOG, 3}, /* Splunk */
    {"result._raw", FIELD_LOG, 3},
    {"text", FIELD_MESSAGE, 60},
    {"line", FIELD_LOG, FIELD_RANK_LINE}, /* Loki */
    {"textpayload", FIELD_MESSAGE, 6},
    {"event", FIELD_MESSAGE, 7},
    {"event.original", FIELD_MESSAGE, 9},
    {"resultdescription", FIELD_MESSAGE, 8},

    {"error", FIELD_ERROR, 1},
    {"err", FIELD_ERROR, 2},
    {"error.message", FIELD_ERROR, 1},
    {"err.message", FIELD_ERROR, 2},
    {"err.msg", FIELD_ERROR, 3},
    {"error.msg", FIELD_ERROR, 3},
    {"error.reason", FIELD_ERROR, 3},
    {"error.type", FIELD_ERROR, 8},
    {"errormessage", FIELD_ERROR, 2},
    {"error_message", FIELD_ERROR, 2},
    {"exception", FIELD_TRACE, 3},
    {"exception.message", FIELD_ERROR, 3},
    {"exception.exception_message", FIELD_ERROR, 3},
    {"exception.class", FIELD_ERROR, 8},
    {"exc_info", FIELD_TRACE, 4},
    {"@x", FIELD_TRACE, 4},
    {"cause", FIELD_ERROR, 5},
    {"cause.message", FIELD_ERROR, 5},
    {"reason", FIELD_REASON, 6},
    {"stack_trace", FIELD_TRACE, 7},
    {"error.stack_trace", FIELD_TRACE, 9},
    {"error.stack", FIELD_TRACE, 9},
    {"error.stacktrace", FIELD_TRACE, 9},
    {"err.stack", FIELD_TRACE, 9},
    {"exception.stacktrace", FIELD_TRACE, 9},
    {"exception.stack_trace", FIELD_TRACE, 9},
    {"stack", FIELD_TRACE, 10},
    {"stacktrace", FIELD_TRACE, 10},
    {"traceback", FIELD_TRACE, 10},
    {"errorverbose", FIELD_TRACE, 10}, /* zap */
    {"thrown", FIELD_INSIDE, 0},
    {"thrown.message", FIELD_ERROR, 3},
    {"thrown.name", FIELD_ERROR, 8},

    {"service", FIELD_STREAM, 1},
    {"service.name", FIELD_STREAM, 1},
    {"service_name", FIELD_STREAM, 1},
    {"servicename", FIELD_STREAM, 1},
    {"dd.service", FIELD_STREAM, 1},
    {"servicecontext.service", FIELD_STREAM, 1},
    {"kubernetes.labels.app.kubernetes.io/name", FIELD_STREAM, 2},
    {"kubernetes.labels.app_kubernetes_io/name", FIELD_STREAM, 2},
    {"kubernetes.labels.app", FIELD_STREAM, 2},
    {"app", FIELD_STREAM, 2},
    {"application", FIELD_STREAM, 2},
    {"container", FIELD_STREAM, 3},
    {"container.name", FIELD_STREAM, 3},
    {"container_name", FIELD_STREAM, 3},
    {"kubernetes.container_name", FIELD_STREAM, 4},
    {"kubernetes.container.name", FIELD_STREAM, 4},
    {"kubernetes.pod_name", FIELD_STREAM, 5},
    {"kubernetes.pod.name", FIELD_STREAM, 5},
    {"syslog_identifier", FIELD_STREAM, 6},
    {"_systemd_unit", FIELD_STREAM, 7},
    {"_comm", FIELD_STREAM, 8},
    {"loggroup", FIELD_STREAM, 9},

    {"app_kubernetes_io_name", FIELD_STREAM, 2},
    {"pod", FIELD_WRITER, FIELD_RANK_POD},
    {"pod_name", FIELD_WRITER, FIELD_RANK_POD},
    {"k8s_pod_name", FIELD_WRITER, FIELD_RANK_POD},
    {"k8s.pod.name", FIELD_WRITER, FIELD_RANK_POD},
    {"host", FIELD_WRITER, 2},
    {"node_name", FIELD_WRITER, 3},

    {"stream", FIELD_CHANNEL, 0},
    {"grpc.code", FIELD_STATUS, 0},
    {"state_code", FIELD_STATE, 0},
    {"sqlstate", FIELD_STATE, 0},
    {"sql_state", FIELD_STATE, 0},
    {"type", FIELD_EVENT, 0},
    {"queue", FIELD_OBJECT, 0},
    {"topic", FIELD_OBJECT, 0},
    {"table", FIELD_OBJECT, 0},
    {"database", FIELD_OBJECT, 0},
    {"schema", FIELD_OBJECT, 0},
    {"index", FIELD_OBJECT, 0},
    {"bucket", FIELD_OBJECT, 0},
    {"namespace", FIELD_OBJECT, 0},
    {"deployment", FIELD_INSIDE, 0}, /* controllers of Kubernetes */
    {"deployment.name", FIELD_OBJECT, 0},
    {"deployment.namespace", FIELD_OBJECT, 0},
    {"statefulset", FIELD_INSIDE, 0},
    {"statefulset.name", FIELD_OBJECT, 0},
    {"statefulset.namespace", FIELD_OBJECT, 0},
    {"daemonset", FIELD_OBJECT, 0},
    {"replicaset", FIELD_OBJECT, 0},
    {"image", FIELD_OBJECT, 0},
    {"cluster", FIELD_OBJECT, 0},
    {"node", FIELD_OBJECT, 0},
    {"release", FIELD_OBJECT, 0},
    {"chart", FIELD_OBJECT, 0},
    {"policy", FIELD_OBJECT, 0},
    {"rule", FIELD_OBJECT, 0},
    {"config", FIELD_OBJECT, 0},
    {"configmap", FIELD_OBJECT, 0},
    {"secret", FIELD_OBJECT, 0},
    {"certificate", FIELD_OBJECT, 0},
    {"domain", FIELD_OBJECT, 0},
    {"zone", FIELD_OBJECT, 0},
    {"route", FIELD_OBJECT, 0},
    {"upstream", FIELD_OBJECT, 0},
    {"backend", FIELD_OBJECT, 0},
    {"pool", FIELD_OBJECT, 0},
    {"vhost", FIELD_OBJECT, 0},
    {"exchange", FIELD_OBJECT, 0},
    {"keyspace", FIELD_OBJECT, 0},
    {"volume", FIELD_OBJECT, 0},
    {"kind", FIELD_OBJECT, 0},
    {"object", FIELD_OBJECT, 0},
    {"involvedobject", FIELD_INSIDE, 0},
    {"involvedobject.kind", FIELD_OBJECT, 0},
    {"involvedobject.name", FIELD_OBJECT, 0},
    {"involvedobject.namespace", FIELD_OBJECT, 0},
    {"regarding", FIELD_INSIDE, 0},
    {"regarding.kind", FIELD_OBJECT, 0},
    {"regarding.name", FIELD_OBJECT, 0},
    {"regarding.namespace", FIELD_OBJECT, 0},
    {"scaledobject", FIELD_INSIDE, 0}, /* KEDA */
    {"scaledobject.name", FIELD_OBJECT, 0},
    {"scaletarget.name", FIELD_OBJECT, 0},
    {"note", FIELD_MESSAGE, 50}, /* of an event of Kubernetes */
    {"hostname", FIELD_HOST, 0},
    {"reqid", FIELD_REQUEST, 0},
    {"remoteaddr", FIELD_REQUEST, 1},
    {"name", FIELD_NAME, 9},

    {"dd", FIELD_INSIDE, 0},
    {"servicecontext", FIELD_INSIDE, 0},
    {"kubernetes.labels", FIELD_INSIDE, 0},
    {"syslog", FIELD_INSIDE, 0},
    {"syslog.severity", FIELD_INSIDE, 0},
    {"kubernetes", FIELD_INSIDE, 0},
    {"kubernetes.container", FIELD_INSIDE, 0},
    {"kubernetes.pod", FIELD_INSIDE, 0},
    {"http", FIELD_INSIDE, 0},
    {"http.response", FIELD_INSIDE, 0},
    {"response", FIELD_INSIDE, 0},
    {"resp", FIELD_INSIDE, 0},
    {"res", FIELD_INSIDE, 0},
    {"grpc", FIELD_INSIDE, 0},
    {"httprequest", FIELD_INSIDE, 0},
    {"fields", FIELD_WRAPPER, 0},
    {"@fields", FIELD_WRAPPER, 0},
    {"labels", FIELD_WRAPPER, 0},
    {"record", FIELD_WRAPPER, 0},
    {"attributes", FIELD_WRAPPER, 0},
    {"attr", FIELD_WRAPPER, 0},
    {"resource", FIELD_WRAPPER, 0},
    {"resource.attributes", FIELD_WRAPPER, 0},
    {"jsonpayload", FIELD_WRAPPER, 0},
    {"_source", FIELD_WRAPPER, 0}, /* what elasticdump writes */
    {"result", FIELD_INSIDE, 0},   /* Splunk's export */
    {"properties", FIELD_WRAPPER, 0},
    {"data", FIELD_WRAPPER, 0},
    {"resourcelogs", FIELD_WRAPPER, 0},
    {"scopelogs", FIELD_WRAPPER, 0},
    {"logrecords", FIELD_WRAPPER, 0},
};

_Static_assert(sizeof entries / sizeof *entries <= FIELD_NAMES_MAX, "every entry has its place");

static uint8_t name_hash(struct span name)
{
    const uint8_t *p = name.ptr;
    size_t n = name.len;
    return (uint8_t)(n * 29 + (p[0] | 0x20) * 7u + (p[n / 2] | 0x20) * 13u + (p[n - 1] | 0x20) * 3u);
}

void field_names_init(struct field_names *names)
{
    memset(names, 0, sizeof *names);
    for (size_t i = 0; i < sizeof entries / sizeof *entries; i++) {
        uint16_t *slot = &names->first[name_hash(span_of(entries[i].name))];
        names->bytes[i] = (uint8_t)strlen(entries[i].name);
        names->next[i] = *slot;
        *slot = (uint16_t)(i + 1);
    }
}

/* The words that make "X_code" a code of success or failure; "country_code" tells nothing of it. */
static bool is_result_word(struct span before)
{
    static const char *const words[] = {"status", "exit", "error", "err",  "response", "resp",  "result",
                                        "return", "ret",  "http",  "grpc", "rpc",      "reason"};
    while (before.len && (before.ptr[before.len - 1] == '_' || before.ptr[before.len - 1] == '.' ||
                          before.ptr[before.len - 1] == '-'))
        before.len--;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t n = strlen(words[i]);
        if (before.len >= n && same_folded(before.ptr + before.len - n, words[i], n))
            return true;
    }
    return false;
}

/* name ends in word, as a word of its own: "status", "http_status", "http.status", "httpStatus". */
static bool ends_in_word(struct span name, const char *word, struct span *ret_before)
{
    size_t n = strlen(word);
    if (name.len < n || !same_folded(name.ptr + name.len - n, word, n))
        return false;
    *ret_before = span_make(name.ptr, name.len - n);
    if (ret_before->len == 0)
        return true;
    uint8_t last = name.ptr[name.len - n - 1], first = name.ptr[name.len - n];
    bool letter = (unsigned)(last | 0x20) - 'a' < 26;
    return !letter || ((unsigned)first - 'A' < 26 && (unsigned)last - 'a' < 26);
}

static bool is_status_name(struct span name)
{
    struct span before;
    switch (name.ptr[name.len - 1] | 0x20) {
    case 's': return ends_in_word(name, "status", &before);
    case 't': return ends_in_word(name, "result", &before) || ends_in_word(name, "verdict", &before);
    case 'h': return ends_in_word(name, "health", &before);
    case 'y': return ends_in_word(name, "healthy", &before);
    case 'e':
        if (ends_in_word(name, "state", &before) || ends_in_word(name, "outcome", &before))
            return true;
        if (!ends_in_word(name, "code", &before))
            return name.len >= 10 && same_folded(name.ptr + name.len - 10, "statuscode", 10);
        return before.len == 0 || before.ptr[before.len - 1] == '.' || is_result_word(before);
    case 'l': return ends_in_word(name, "signal", &before);
    case 'o': return ends_in_word(name, "errno", &before);
    default: return false;
    }
}

/* What is begun, run or changed: "job", "cron_job", "flagKey". Its value is part of what a line says: "job
 * started" alone tells nothing new when a job starts that never did. */
static bool is_subject_name(struct span name)
{
    static const char *const words[] = {
        "job",      "jobname", "job_name", "task_name", "flag",      "flagname",  "flag_name", "flagkey",
        "flag_key", "feature", "toggle",   "setting",   "parameter", "migration", "workflow",  "pipeline",
        "playbook", "dag",     "dag_id",   "script",    "command",   "cmd",       "enabled"};
    static const uint32_t ends =
        1u << ('b' - 'a') | 1u << ('d' - 'a') | 1u << ('e' - 'a') | 1u << ('g' - 'a') | 1u << ('k' - 'a') |
        1u << ('n' - 'a') | 1u << ('r' - 'a') | 1u << ('t' - 'a') | 1u << ('w' - 'a') | 1u << ('y' - 'a');
    unsigned last = (unsigned)(name.ptr[name.len - 1] | 0x20) - 'a';
    struct span before;
    if (last >= 26 || !(ends >> last & 1))
        return false;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (ends_in_word(name, words[i], &before))
            return true;
    return false;
}

struct field_name field_names_find(const struct field_names *names, struct span name)
{
    if (name.len == 0)
        return (struct field_name){FIELD_OTHER, 0};
    for (unsigned i = names->first[name_hash(name)]; i; i = names->next[i - 1]) {
        const struct entry *entry = &entries[i - 1];
        if (names->bytes[i - 1] == name.len && same_folded(name.ptr, entry->name, name.len))
            return (struct field_name){(enum field_role)entry->role, entry->rank};
    }
    if (is_status_name(name))
        return (struct field_name){FIELD_STATUS, 0};
    if (is_subject_name(name))
        return (struct field_name){FIELD_STATUS, FIELD_RANK_SUBJECT};
    if (name.len > 9 && (name.ptr[name.len - 1] | 0x20) == 'p' &&
        same_folded(name.ptr + name.len - 9, "timestamp", 9)) {
        bool end = name.len > 12 && same_folded(name.ptr + name.len - 12, "end", 3);
        return (struct field_name){FIELD_TIME, (uint8_t)(FIELD_TIME_RANK_LAST + end)};
    }
    return (struct field_name){FIELD_OTHER, 0};
}

void field_memo_learn(struct field_memo *memo, struct span text, struct field_name what)
{
    if (text.len < 2 || text.len > FIELD_MEMO_BYTES)
        return;
    struct span inner = span_make(text.ptr + 1, text.len - 2); /* quotes and marks tell nothing */
    uint8_t number = name_hash(inner.len ? inner : text) % FIELD_MEMO_NAMES;
    struct field_memo_name *name = &memo->names[number];
    *memo->expected = number;
    memo->expected = &name->next;
    if (name->bytes == text.len && memcmp(name->text, text.ptr, text.len) == 0)
        return;
    *name = (struct field_memo_name){
        .bytes = (uint8_t)text.len, .role = (uint8_t)what.role, .rank = what.rank, .next = name->next};
    memcpy(name->text, text.ptr, text.len);
}
