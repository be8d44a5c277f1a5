"""Log layouts: the same service may write another one in another case. LAB_LAYOUTS: JSON {SERVICE: LAYOUT}; a service has a layout of its own otherwise."""
import json, logging, os, sys
from datetime import datetime, timezone

# u, t: the time in UTC and in the zone of the service, z: that zone; m: the message and its fields; r: the record
TEXT = {'log4j': '{u:%Y-%m-%d %H:%M:%S},{ms} {level:5s} [{r.threadName}] {r.name} - {m}',
        'spring': '{u:%Y-%m-%d %H:%M:%S}.{ms} {level:>5s} {pid} --- [{r.threadName:>15s}] {logger:32s} : {m}',
        'python': '{u:%Y-%m-%d %H:%M:%S},{ms} - {r.name} - {r.levelname} - {m}',
        'django': '[{u:%d/%b/%Y:%H:%M:%S} +0000] {r.levelname} [{r.name}:{r.lineno}] {m}',
        'klog': '{letter}{u:%m%d %H:%M:%S}.{us:06d} {pid:7d} {r.filename}:{r.lineno}] {m}',
        'logfmt': 'time={u:%Y-%m-%dT%H:%M:%S}.{ms}Z level={lower} logger={r.name} msg={quoted}',
        'slog': '{u:%Y/%m/%d %H:%M:%S} {level} {m}',
        'syslog': '{u:%b %e %H:%M:%S} app-1 {dashed}[{pid}]: {lower}: {m}',
        'pipes': '{t:%Y-%m-%dT%H:%M:%S}.{ms}{t:%z}|{level}|{r.threadName}|{r.name}|{m}',
        'brackets': '[{u:%Y-%m-%d %H:%M:%S}.{ms}] [{lower}] [{r.name}] {m}',
        'short': '{u:%Y-%m-%dT%H:%M:%S}Z [{level}] {m}',
        'isoz': '{u:%Y-%m-%dT%H:%M:%S}.{ms}Z {level} {r.name}: {m}',
        'epoch': '{r.created:.3f} {r.name}: {m}'}
# the key of the exception, and the fields before those of the record
JSON = {'jsons': ('exc', {'ts': '{t:%Y-%m-%dT%H:%M:%S}.{ms}{z}', 'level': '{lower}', 'logger': '{r.name}', 'msg': '{bare}'}),
        'logstash': ('stack_trace', {'@timestamp': '{u:%Y-%m-%dT%H:%M:%S}.{ms}Z', '@version': '1', 'message': '{bare}', 'logger_name': 'com.example.{r.name}',
                                     'thread_name': '{r.threadName}', 'level': '{level}'})}

class Layout(logging.Formatter):
    def __init__(self, form):
        super().__init__()
        self.form = form

    def format(self, r):
        fields, bare = getattr(r, 'f', None) or {}, r.getMessage()
        pairs = ''.join(f' {k}="{v}"' if ' ' in str(v) else f' {k}={v}' for k, v in fields.items())
        u = datetime.fromtimestamp(int(r.created), timezone.utc)
        t = u.astimezone()
        z = t.strftime('%z')
        level = {'WARNING': 'WARN'}.get(r.levelname, r.levelname)
        values = {'r': r, 'm': bare + pairs, 'bare': bare, 'quoted': json.dumps(bare) + pairs, 'u': u, 't': t, 'z': z[:3] + ':' + z[3:], 'ms': '%03d' % r.msecs, 'us': int(r.msecs * 1000), 'pid': os.getpid(),
                  'level': level, 'lower': level.lower(), 'letter': 'F' if level == 'CRITICAL' else level[0], 'logger': 'c.e.' + r.name, 'dashed': r.name.replace('.', '-')}
        if self.form in TEXT:
            return TEXT[self.form].format_map(values) + ('\n' + self.formatException(r.exc_info) if r.exc_info else '')
        key, head = JSON[self.form]
        return json.dumps({**{k: v.format_map(values) for k, v in head.items()}, **fields, **({key: self.formatException(r.exc_info)} if r.exc_info else {})})

def setup(service, default):
    """the root logger of a service writes to stderr; the launcher sends that to logs/NAME.log"""
    h = logging.StreamHandler(sys.stderr)
    h.setFormatter(Layout(json.loads(os.environ.get('LAB_LAYOUTS', '{}')).get(service, default)))
    root = logging.getLogger()
    root.addHandler(h)
    root.setLevel(os.environ.get('LAB_LEVEL_' + service.upper(), 'INFO'))
    return logging.getLogger(service)

def teller(service, default):
    """log(LEVEL, MESSAGE, field=value...)"""
    log = setup(service, default)
    return lambda level, msg, **fields: log.log(logging.getLevelName({'warn': 'WARNING'}.get(level, level.upper())), msg, extra={'f': fields}, stacklevel=2)
