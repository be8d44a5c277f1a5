"""Times of the lab's log lines, as seconds since the epoch. A line without a zone is UTC: the lab runs such programs so."""
import calendar, re

MON = {m: i + 1 for i, m in enumerate('Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split())}
ZONES = {'UTC': 0, 'Z': 0, 'CEST': 7200, 'CET': 3600}
ISO = re.compile(r'(\d{4})[-/](\d\d)[-/](\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d+))? ?(Z|UTC|CEST|CET|[+-]\d\d:?\d\d)?')
ACCESS = re.compile(r'\[(\d\d)/(\w{3})/(\d{4}):(\d\d):(\d\d):(\d\d) ([+-]\d\d)(\d\d)\]')
REDIS = re.compile(r'(?:\d+:\w )?(\d\d) (\w{3}) (\d{4}) (\d\d):(\d\d):(\d\d)[.,](\d+)')
SYSLOG = re.compile(r'(\w{3}) ([ \d]\d) (\d\d):(\d\d):(\d\d) ')
KLOG = re.compile(r'[IWEF](\d\d)(\d\d) (\d\d):(\d\d):(\d\d)\.(\d+)')
JOURNAL = re.compile(r'"__REALTIME_TIMESTAMP":"(\d+)"')
RUBY = re.compile(r'[A-Z], \[')
EPOCH = re.compile(r'\[?(\d{10}(?:\.\d+)?)\]? ')

def at(line, year=2026):
    """None: the line has no time of its own (a continuation)"""
    def t(y, mo, d, h, mi, s, frac='', off=0):
        return calendar.timegm((int(y), int(mo), int(d), int(h), int(mi), int(s))) + float('0.' + (frac or '0')) - off
    m = JOURNAL.search(line) if line[:1] == '{' else None
    if m:
        return int(m[1]) / 1e6
    head = line[:140]
    m = ISO.search(head) if line[:1] in '2{t[' or RUBY.match(head) else None
    if m:
        z = m[8] or 'UTC'
        off = ZONES[z] if z in ZONES else (1 if z[0] == '+' else -1) * (int(z[1:3]) * 3600 + int(z[-2:]) * 60)
        return t(*m.groups()[:6], m[7], off)
    m = ACCESS.search(head)
    if m:
        return t(m[3], MON[m[2]], m[1], m[4], m[5], m[6], '', int(m[7]) * 3600 + int(m[8]) * 60)
    m = REDIS.match(head)
    if m:
        return t(m[3], MON[m[2]], m[1], m[4], m[5], m[6], m[7])
    m = SYSLOG.match(head)
    if m and m[1] in MON:
        return t(year, MON[m[1]], m[2], m[3], m[4], m[5])
    m = KLOG.match(head)
    if m:
        return t(year, m[1], m[2], m[3], m[4], m[5], m[6])
    m = EPOCH.match(head)
    return float(m[1]) if m else None

def lines(data, year):
    """[(time, text)]; a line without a time takes that of the line before"""
    out, last = [], None
    for l in data.decode('utf-8', 'replace').splitlines():
        last = at(l, year) or last
        out.append((last, l))
    return out
