"""Log layouts: the same service may write another one in another case. LAB_LAYOUTS: JSON {SERVICE: LAYOUT}; a service has a layout of its own otherwise."""
import json, logging, os, sys, time

NAMES = {'WARNING': 'WARN'}
LETTER = {'DEBUG': 'D', 'INFO': 'I', 'WARNING': 'W', 'ERROR': 'E', 'CRITICAL': 'F'}

def chosen(service, default):
    return json.loads(os.environ.get('LAB_LAYOUTS', '{}')).get(service, default)

def pairs(fields):
    """logfmt of the fields, with a space before each"""
    return ''.join(f' {k}="{v}"' if ' ' in str(v) else f' {k}={v}' for k, v in fields.items())

def zone(t, colon=True):
    z = time.strftime('%z', t)
    return z[:3] + ':' + z[3:] if colon else z

def stamp(r, t, form, mark='.'):
    return time.strftime(form, t) + mark + '%03d' % r.msecs

def log4j(r, m, f, t, u):
    return f"{stamp(r, u, '%Y-%m-%d %H:%M:%S', ',')} {NAMES.get(r.levelname, r.levelname):5s} [{r.threadName}] {r.name} - {m}{pairs(f)}"

def spring(r, m, f, t, u):
    return f"{stamp(r, u, '%Y-%m-%d %H:%M:%S')} {NAMES.get(r.levelname, r.levelname):>5s} {os.getpid()} --- [{r.threadName:>15s}] {'c.e.' + r.name:32s} : {m}{pairs(f)}"

def python(r, m, f, t, u):
    return f"{stamp(r, u, '%Y-%m-%d %H:%M:%S', ',')} - {r.name} - {r.levelname} - {m}{pairs(f)}"

def django(r, m, f, t, u):
    return f"[{time.strftime('%d/%b/%Y:%H:%M:%S +0000', u)}] {r.levelname} [{r.name}:{r.lineno}] {m}{pairs(f)}"

def klog(r, m, f, t, u):
    return f"{LETTER[r.levelname]}{time.strftime('%m%d %H:%M:%S', u)}.{int(r.msecs * 1000):06d} {os.getpid():7d} {r.filename}:{r.lineno}] {m}{pairs(f)}"

def logfmt(r, m, f, t, u):
    return f"time={stamp(r, u, '%Y-%m-%dT%H:%M:%S')}Z level={NAMES.get(r.levelname, r.levelname).lower()} logger={r.name} msg={json.dumps(m)}{pairs(f)}"

def slog(r, m, f, t, u):
    return f"{time.strftime('%Y/%m/%d %H:%M:%S', u)} {NAMES.get(r.levelname, r.levelname)} {m}{pairs(f)}"

def jsons(r, m, f, t, u):
    d = {'ts': stamp(r, t, '%Y-%m-%dT%H:%M:%S') + zone(t), 'level': NAMES.get(r.levelname, r.levelname).lower(), 'logger': r.name, 'msg': m, **f}
    if r.exc_info:
        d['exc'] = logging.Formatter().formatException(r.exc_info)
    return json.dumps(d)

def logstash(r, m, f, t, u):
    d = {'@timestamp': stamp(r, u, '%Y-%m-%dT%H:%M:%S') + 'Z', '@version': '1', 'message': m, 'logger_name': 'com.example.' + r.name, 'thread_name': r.threadName, 'level': NAMES.get(r.levelname, r.levelname), **f}
    if r.exc_info:
        d['stack_trace'] = logging.Formatter().formatException(r.exc_info)
    return json.dumps(d)

def syslog(r, m, f, t, u):
    return f"{time.strftime('%b %e %H:%M:%S', u)} app-1 {r.name.replace('.', '-')}[{os.getpid()}]: {NAMES.get(r.levelname, r.levelname).lower()}: {m}{pairs(f)}"

def pipes(r, m, f, t, u):
    return f"{stamp(r, t, '%Y-%m-%dT%H:%M:%S')}{zone(t, False)}|{NAMES.get(r.levelname, r.levelname)}|{r.threadName}|{r.name}|{m}{pairs(f)}"

def brackets(r, m, f, t, u):
    return f"[{stamp(r, u, '%Y-%m-%d %H:%M:%S')}] [{NAMES.get(r.levelname, r.levelname).lower()}] [{r.name}] {m}{pairs(f)}"

class Layout(logging.Formatter):
    def __init__(self, form):
        super().__init__()
        self.form = globals()[form]

    def format(self, r):
        line = self.form(r, r.getMessage(), getattr(r, 'f', None) or {}, time.localtime(r.created), time.gmtime(r.created))
        if r.exc_info and self.form not in (jsons, logstash):
            line += '\n' + self.formatException(r.exc_info)
        return line

def setup(service, default):
    """the root logger of a service writes to stderr; the launcher sends that to logs/NAME.log"""
    h = logging.StreamHandler(sys.stderr)
    h.setFormatter(Layout(chosen(service, default)))
    root = logging.getLogger()
    root.addHandler(h)
    root.setLevel(os.environ.get('LAB_LEVEL_' + service.upper(), 'INFO'))
    return logging.getLogger(service)

def short(r, m, f, t, u):
    return f"{time.strftime('%Y-%m-%dT%H:%M:%S', u)}Z [{NAMES.get(r.levelname, r.levelname)}] {m}{pairs(f)}"

def isoz(r, m, f, t, u):
    return f"{stamp(r, u, '%Y-%m-%dT%H:%M:%S')}Z {NAMES.get(r.levelname, r.levelname)} {r.name}: {m}{pairs(f)}"

def epoch(r, m, f, t, u):
    return f"{r.created:.3f} {r.name}: {m}{pairs(f)}"

def teller(service, default):
    """log(LEVEL, MESSAGE, field=value...)"""
    log = setup(service, default)
    return lambda level, msg, **fields: log.log(logging.getLevelName({'warn': 'WARNING'}.get(level, level.upper())), msg, extra={'f': fields}, stacklevel=2)
