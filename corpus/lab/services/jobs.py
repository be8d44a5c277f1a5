"""jobs: a cron-like runner. logfmt. argv: NAME:EVERY:FIRST:SQL... in seconds of the lab's clock; each job really runs its SQL through pgbouncer."""
import os, signal, sys, time
from common import *

def log(level, msg, **kv):
    t = time.time()
    print(f"time={time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(t))}.{int(t % 1 * 1000):03d}Z level={level} msg=\"{msg}\"" +
          ''.join(f' {k}="{v}"' if ' ' in str(v) else f' {k}={v}' for k, v in kv.items()), flush=True)

def run(name, what):
    t = time.time()
    log('info', 'job started', job=name)
    try:
        if what.startswith('file '):       # file PATH MEGABYTES: write an archive, a megabyte at a time
            _, path, mb = what.split()
            with open(path, 'wb', buffering=0) as f:
                for _ in range(int(mb)):
                    f.write(os.urandom(1 << 20))
                    nap(9)
            rows = mb
        else:
            c = Pg(PORT['pgbouncer'], 'jobs_app', timeout=60, app='jobs')
            rows = len(c.query(what))
            c.close()
        log('info', 'job finished', job=name, rows=rows, took_ms=int((time.time() - t) * 1000))
    except Exception as e:
        log('error', 'job failed', job=name, err=str(e))

signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
start = time.time()
plan = []
for a in sys.argv[1:]:
    name, every, first, what = a.split(':', 3)
    plan.append([float(first), float(every), name, what])
log('info', 'scheduler started', jobs=len(plan))
while True:
    plan.sort()
    nap(start + plan[0][0] - time.time())
    run(plan[0][2], plan[0][3])
    plan[0][0] += plan[0][1]
