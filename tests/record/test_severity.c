#include "record/severity.h"

#include <criterion/criterion.h>

struct row {
    const char *text;
    int severity;
};

#define CHECK(function, rows)                                                                                \
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)                                                  \
    cr_expect_eq(function(span_of(rows[i].text)), rows[i].severity, "'%s': %d, expected %d", rows[i].text,   \
                 function(span_of(rows[i].text)), rows[i].severity)

Test(severity, level_values)
{
    static const struct row rows[] = {
        {"info", 9},       {"INFO", 9},      {"Information", 9}, {"warn", 13},
        {"WARNING", 13},   {"err", 17},      {"error", 17},      {"E", 17},
        {"w", 13},         {"critical", 18}, {"alert", 19},      {"emerg", 21},
        {"fatal", 21},     {"panic", 21},    {"dpanic", 21},     {"trace", 1},
        {"debug", 5},      {"debug3", 5},    {"INFO+2", 9},      {"notice", 10},
        {"EXCEPTION", 17}, {"VRB", 1},       {"trce", 1},        {"EMER", 21},
        {"100", 5},        {"250", 10},      {"400", 17},        {"600", 21},
        {"401", 0},        {"700", 0},       {"SEVERE", 17},     {"[warn]", 13},
        {" error ", 17},   {"10", 1},        {"20", 5},          {"30", 9},
        {"40", 13},        {"50", 17},       {"60", 21},         {"20000", 9},
        {"40000", 17},     {"", 0},          {"0", 0},           {"3", 0},
        {"70", 0},         {"123456", 0},    {"errors", 0},      {"D1", 5},
        {"D5", 5},         {"E1", 0},        {"x", 0},           {"informative", 0},
        {"warn me", 0},    {"-", 0},         {"[]", 0},
    };
    CHECK(severity_of_level, rows);
}

Test(severity, numbers)
{
    static const int by_syslog[] = {21, 19, 18, 17, 13, 10, 9, 5};
    for (int i = 0; i < 8; i++)
        cr_expect_eq(severity_of_syslog(i), by_syslog[i], "%d", i);
    cr_expect_eq(severity_of_syslog(8), 0);
    cr_expect_eq(severity_of_syslog(-1), 0);
    cr_expect_eq(severity_of_http(204), 9);
    cr_expect_eq(severity_of_http(404), 13);
    cr_expect_eq(severity_of_http(503), 17);
    cr_expect_eq(severity_of_http(0), 0);
    cr_expect_eq(severity_of_http(600), 0);
    cr_expect_str_eq(severity_name(0), "");
    cr_expect_str_eq(severity_name(10), "INFO");
    cr_expect_str_eq(severity_name(18), "ERROR");
    cr_expect_str_eq(severity_name(24), "FATAL");
    cr_expect_str_eq(severity_name(25), "");
}

Test(severity, header_words)
{
    static const struct row rows[] = {
        {"19553 ERROR shop.volume [req-1 - -] text", 17},
        {"EXCEPTION while booking", 17},
        {"[EXCEPTION] booking", 17},
        {"src/a.ts(12,3): error TS2322: text", 17},
        {"a.cpp(12): warning C4996: text", 13},
        {"error[E0382]: text", 17},
        {"error Command failed", 17},
        {"npm ERR! text", 17},
        {"::error file=a.js,line=1::text", 17},
        {"##teamcity[message text='a' status='ERROR']", 17},
        {"SUCCESS  | a:b:1 - text", 9},
        {"[Server thread/WARN]: text", 13},
        {"main#Warning#com.a.B#text", 13},
        {"(app:12): Gtk-WARNING **: text", 13},
        {"(app:12): GLib-GObject-CRITICAL **: text", 18},
        {"main/101/a E> text", 17},
        {"C | etcdmain: text", 18},
        {"E STORAGE  [thread] text", 17},
        {"19553 WARNING shop.volume [-] text", 13},
        {"[error] 12#12: *1 text", 17},
        {"[core:error] [pid 12] text", 17},
        {"0 [Note] [MY-010253] [Server] ready", 10},
        {"0 [Warning] low", 13},
        {"[12345] LOG:  ready", 9},
        {"FATAL:  no such role", 21},
        {"WARNING:  old", 13},
        {"<notice> text", 10},
        {"info\ttext", 9},
        {"error\tqueue.go:12\tdropped", 17},
        {"INFO 1 --- [main] c.Foo : x", 9},
        {"[myid:1] - INFO  [QuorumPeer:x] - text", 9},
        {"E/Tag( 123): text", 17},
        {"W/Tag: text", 13},
        {"1702  2395 D WindowManager: text", 5},
        {"# WARNING overcommit is off", 13},
        {"warn: shop.Program[0]", 13},
        {"info: Hosting.Lifetime[14]", 9},
        {"(EE) no screens", 17},
        {"local.ERROR: text", 17},
        {"foo.WARNING: text", 13},
        {"kernel: BUG: text", 17},
        {"| ERROR | shop.cart:add:12 - text", 17},
        {"00001|vlog|WARN|text", 13},
        {"ERROR/MainProcess] Task raised", 17},
        {"INFO:build:DEBUG: text", 9},
        {"level=warn msg=x", 13},
        {"source=a level=error text", 17},
        {"[http nio exec] ERROR c.Foo - text", 17},
        {"curl: error: text", 17},
        {"warning vpx[45715] text", 13},
        {"a.py:3: UserWarning: old", 13},
        {"(node:7) DeprecationWarning: old", 13},
        {"[warning  ] slow query                  ms=1200", 13},       /* structlog */
        {"*ERROR* [x] org.apache.sling text", 17},                     /* Adobe Experience Manager */
        {"1234: error : virNetSocketReadWire:1832 : End of file", 17}, /* libvirt */
        {"notice : MaxScale started", 10},
        {"daemon.err hostapd: text", 17},             /* OpenWrt */
        {"[ID 123456 kern.warning] x: text", 13},     /* Solaris */
        {"ERR github.com/traefik/x.go:1 > text", 17}, /* zerolog's console */
        {"[  OK  ] Started Cron.", 9},                /* systemd */
        {"[FAILED] Failed to start Shop.", 17},
        {"[ TIME ] Timed out waiting for device sdb.", 17},
        {"[DEPEND] Dependency failed for /srv.", 17},
        {"system,error,critical login failure for user admin", 17}, /* RouterOS */
        {"wireless,info wlan1: connected", 9},
        {"MikroTik dhcp,warning pool is full", 13},
        {"E! [outputs.influxdb] When writing to x", 17}, /* Telegraf */
        {"I! Loaded inputs: cpu", 9},
        {"[E] Node x lease renewal is overdue", 17},                       /* GPFS, Gitea */
        {"[W][wifi:123]: Disconnected", 13},                               /* ESPHome */
        {"[I|app|abcd] Started GET", 9},                                   /* Foreman */
        {"E [MSGID: 114058] [client-handshake.c:1571:x] 0-vol: text", 17}, /* GlusterFS */
        {"W [socket.c:751:__socket_rwv] 0-management: text", 13},
        {"E | op-mon: text", 17},                 /* etcd's and Rook's */
        {"worker|master|E|text", 17},             /* Grid Engine */
        {"[00001234] warning [native] text", 13}, /* Dynatrace */
        {"<daemon.err> mail1 queue: text", 17},
        {"<501105> <NOTI> |AP ap1| text", 10},
        {"ERROR[4711] chan_sip.c: text", 17},    /* Asterisk */
        {"E tensorflow/core/x.cc:12] text", 17}, /* TensorFlow */
        {"E i.q.c.Server [12] text", 17},        /* QuestDB */
        {"W 1 [com.google.Main] text", 13},      /* Bazel */
        {"\"ERROR\",\"svc\",\"text\"", 17},      /* columns of CSV */
        {"[ warn|xen1|2301 |x|xapi] text", 13},  /* XenServer */
        {"error/net: text", 17},                 /* open62541 */
        {"(E) text", 17},
        {"\x01 ThreadMonitor W \x01: text", 13}, /* WebSphere, masked */
        {"!!! dvi: text", 17},                   /* SetupAPI, masked */
        {"[!] text", 13},
        {"[MINOR] (0) text", 13},                   /* alarms of ITU-T X.733 */
        {"[Major] From: BSM@cell \"nightly\"", 17}, /* Data Protector */
    };
    CHECK(severity_of_header, rows);
}

Test(severity, sentences_carry_no_level)
{
    static const struct row rows[] = {
        {"an error occurred", 0},
        {"error: null", 0},
        {"Log level: ERROR", 0},
        {"E: drive mounted", 0},
        {"3 Plan B works", 0},
        {"!!! is three marks", 0},
        {"error while reading", 0},
        {"found no errors: 0", 0},
        {"could not parse the last error: none", 0},
        {"set the log level to DEBUG now", 0},
        {"info about the cart", 0},
        {"I/O error on disk", 0},
        {"I have 2 carts", 0},
        {"ERROR1 is a name", 0},
        {"ERRORS found", 0},
        {"debugging is on", 0},
        {"warning the user", 0},
        {"errors.log rotated", 0},
        {"error : 5 of 6", 17}, /* as near to a header as to a sentence */
        {"mail.error.example is gone", 0},
        {"", 0},
        {"   ", 0},
        {"one two three four five six seven eight ERROR", 0},
        {"[A] first of two", 0},
        {"[E]xit", 0},
        {"E = m c", 0},
        {"cart,error_count,total", 0},
        {"reads,writes,errors are counted", 0},
        {"action=accept threat=none failed=0 errors=0", 0},
        {"a E! b", 0},
        {"E coli was found", 0},
        {"a \"warning\" was given", 0},
        {"error[s] found", 0},
        {"error rates are low", 0},
        {"request status='OK' x", 0},
        {"a/error] b", 0},
        {"C major", 0},
        {"I HAVE no level", 0},
        {"a major incident", 0},
    };
    CHECK(severity_of_header, rows);
}

/* What masking hides must not matter. */
Test(severity, header_does_not_depend_on_digits)
{
    static const char *const pairs[][2] = {
        {"1 ERROR x", "123456789012345 ERROR x"},
        {"[1] 22 INFO [a-1] x", "[99999] 1 INFO [a-77777] x"},
        {"a1.ERROR: x", "a22.ERROR: x"},
        {"1 2 E Tag: x", "11111 22222 E Tag: x"},
        {"W 1 x", "W 22 x"},
        {"ERROR[1] x", "ERROR[4711] x"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        cr_expect_eq(severity_of_header(span_of(pairs[i][0])), severity_of_header(span_of(pairs[i][1])), "%s",
                     pairs[i][0]);
}

Test(severity, words_of_failure)
{
    static const struct row rows[] = {
        {"panic: runtime error: index out of range", 21},
        {"Traceback (most recent call last):", 17},
        {"shop[7]: segfault at 0 ip 0", 21},
        {"Out of memory: Killed process 7 (java)", 21},
        {"java.lang.OutOfMemoryError: Java heap space", 21},
        {"Exception in thread \"main\" x", 17},
        {"shop.CartException: full", 17},
        {"ValueError: bad", 17},
        {"Exception", 17},
        {"error: cannot link", 17},
        {"dial tcp 10.0.0.1:80: connect: connection refused", 17},
        {"Failed to open the cart", 17},
        {"FAILED: the cart was not stored", 17},
        {"Failed: 0", 0},
        {"Error in f(x) : object 'y' not found", 17},
        {"Error from server (NotFound): x", 17},
        {"FAIL src/cart.test.js", 17},
        {"FAILED tests/cart.py::test_pay", 17},
        {"Fail early", 0},
        {"Error rates are low", 0},
        {"0 errors", 0},
        {"error_log is /var/log/x", 0},
        {"errors: none", 0},
        {"error: none", 0},
        {"without exception", 0},
        {"failed=0", 0},
        {"no failure", 0},
        {"panic button pressed", 0},
        {"", 0},
    };
    CHECK(severity_of_words, rows);
}

/* As the manuals of Cisco and Huawei have them. */
Test(severity, of_routers)
{
    static const struct row rows[] = {
        {"%LINK-3-UPDOWN: Interface Gi0/1, changed state to down", 17},
        {"%SYS-5-CONFIG_I: Configured from console by console", 10},
        {"%ASA-6-605004: Login denied", 9},
        {"%PKT_INFRA-LINK-3-UPDOWN : Interface", 17},
        {"%%01IFNET/4/IF_STATE(l)[1]:Interface", 13},
        {"%d-3-times", 0},
        {"%-3-", 0},
        {"%A-9-B: x", 0},
        {"%", 0},
    };
    CHECK(severity_of_cisco, rows);
}

/* Values that tell of no failure. */
Test(severity, no_failure)
{
    static const struct row rows[] = {
        {"type=\"traffic\" action=\"accept\" threat=\"none\" failed=0 errors=0", 0},
        {"status=ok err=\"\" error=null exception=none fatal=false", 0},
        {"id=firewall pri=5 action=pass error=0 attack=no", 0},
        {"CEF:0|V|P|1|100|allowed|3|act=allow reason=none error=0 deviceSeverity=low", 0},
        {"conn=1000 op=0 RESULT tag=97 err=0 qtime=0.000010 text=", 0},
        {"devname=\"fw1\" level=\"notice\" crscore=0 craction=0 crlevel=\"low\" error=\"none\"", 0},
        {"0 errors, 0 failures", 0},
        {"failed_login_count=0 error_rate=0.00", 0},
    };
    CHECK(severity_of_words, rows);
}

Test(severity, of_xml)
{
    static const struct row rows[] = {
        {"<Event xmlns='x'><System><EventID>7000</EventID><Level>2</Level></System></Event>", 17},
        {"<Event xmlns='x'><System><EventID>7036</EventID><Level>4</Level></System></Event>", 9},
        {"<Event xmlns='x'><System><EventID>41</EventID><Level>1</Level></System></Event>", 21},
        {"<Event xmlns='x'><System><EventID>4625</EventID><Level>0</Level></System></Event>", 0},
        {"<record><logger>shop.Cart</logger><level>SEVERE</level><message>x</message></record>", 17},
        {"<log4j:event logger=\"a\" timestamp=\"1\" level=\"WARN\" thread=\"main\">", 13},
        {"<a><b>c</b></a>", 0},
        {"<Level", 0},
    };
    CHECK(severity_of_xml, rows);
}

Test(severity, of_routers_behind_words)
{
    static const struct row rows[] = {
        {"switch %ETHPORT-5-IF_UP: Interface Ethernet1/1 is up", 10},
        {"HUAWEI %%01IFNET/4/IF_STATE(l)[1]:Interface is down", 13},
        {"config[65710]: %MGBL-SYS-5-CONFIG_I : Configured", 10},
        {"ifmgr[123]: %PKT_INFRA-LINK-3-UPDOWN : Interface Te0/0/0/1", 17},
        {"HPE SHELL/5/SHELL_LOGIN: Console logged in", 10},
        {"%ASA-4-106023: Deny tcp", 13},
        {"load 5% of A-3-B", 0},
        {"GET /a/3/b HTTP/1.1", 0},
        {"a b c d %LINK-3-UPDOWN: too far", 0},
        {"ANR2034E SELECT: No match found", 17},
        {"STC01234 +CSQX208E CSQ1 text", 17},
        {"ANR0406I Session 12 started", 9},
        {"%SYSTEM-F-ACCVIO, access violation", 21},
        {"%DCL-S-SPAWNED, process spawned", 9},
        {"ORA-00600: internal error code", 17},
        {"ORA-00000: normal, successful completion", 0},
        {"SHOP-12345: fix the cart", 0},
        {"HTTP404Error is a name", 0},
        {"", 0},
    };
    CHECK(severity_of_router, rows);
}

Test(severity, common_event_format)
{
    static const struct row rows[] = {
        {"CEF:0|Example|Gate|1.0|100|stopped|10|src=10.0.0.1", 18},
        {"LEEF:1.0|V|P|1|x|src=10.0.0.1\tsev=8\tcat=a", 17},
        {"LEEF:1.0|V|P|1|x|src=10.0.0.1\tcat=a", 0},
        {"CEF:0|Example|Gate|1.0|100|stopped|0|src=10.0.0.1", 9},
        {"CEF:0|Example|Gate|1.0|100|stopped|5|", 13},
        {"CEF:0|Example|Gate|1.0|100|stopped|8|", 17},
        {"CEF:0|Example|Gate|1.0|100|a \\| b|Medium|x", 13},
        {"CEF:0|Example|Gate|1.0|100|stopped|Very-High|x", 18},
        {"CEF:0|Example|Gate|1.0|100|stopped|11|x", 0},
        {"CEF:0|Example|Gate|1.0|100|stopped|5", 0},
        {"CEF:0|Example", 0},
        {"CEF:\\", 0},
        {"LEEF:1.0|a|b|c|d|e|5|", 0},
        {"", 0},
    };
    CHECK(severity_of_cef, rows);
}
