"""jobs: a cron-like runner. logfmt. argv: NAME:EVERY:FIRST:SQL... in seconds of the lab's clock; each job really runs its SQL through pgbouncer."""
import json, os, signal, subprocess, sys, time
import layouts
from common import *

log = layouts.teller('jobs', 'logfmt')

def run(name, what):
    t = time.time()
    log('info', 'job started', job=name)
    try:
        if what.startswith('file '):          # file PATH MEGABYTES: write an archive, a megabyte at a time
            _, path, mb = what.split()
            with open(path, 'wb', buffering=0) as f:
                for _ in range(int(mb)):
                    f.write(os.urandom(1 << 20))
                    nap(9)
            rows = mb
        elif what.startswith('run '):        # run COMMAND...
            rows = subprocess.run(what.split()[1:], stdout=subprocess.DEVNULL).returncode
        elif what.startswith('skip '):       # skip REASON
            return log('warn', 'job skipped', job=name, reason=what[5:])
        elif what.startswith('feed '):       # feed N: a partner's orders into the queue of the fulfilment, one of them without a weight
            rows = int(what.split()[1])
            c = Redis(PORT['redis'])
            for i in range(rows):
                c.do('RPUSH', 'fulfil', json.dumps({'order': f'P-{88000 + i}', 'sku': 17 + i, 'weight': '' if i == rows - 3 else '1.20'}))
            c.close()
        else:
            c = Pg(PORT['pgbouncer'], 'jobs_app', timeout=3600, app='jobs')
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
    while start + plan[0][0] < time.time() - 300:          # what was missed in the night is not made up for
        plan[0][0] += plan[0][1]
