"""cfgagent: a configuration agent that brings the machine to its wanted state every few minutes and logs through syslog. run/wanted.json may
hold one change: {"what", "text", "do": [argv]}."""
import json, logging, logging.handlers, os, random, signal, subprocess, time
from common import *

class H(logging.handlers.SysLogHandler):
    append_nul = False
    def format(self, r):
        t = time.gmtime(r.created)
        return time.strftime('%b %e %H:%M:%S', t) + f' edge-1 cfgagent[{os.getpid()}]: ({r.levelname.lower()}) {r.getMessage()}'

log = logging.getLogger('cfgagent')
log.addHandler(H(('127.0.0.1', PORT['syslog'])))
log.setLevel(logging.INFO)
rnd = random.Random(f"{os.environ.get('LAB_SEED')}-cfgagent")
signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
run = 4170
log.info('agent 2.9.1 started, interval 300 s')
nap(40)
done = None
while True:
    run += 1
    t, changed = time.time(), 0
    log.info('run %d started', run)
    nap(rnd.uniform(1, 4))
    try:
        with open(ROOT + '/run/wanted.json') as f:
            w = json.load(f)
    except (OSError, ValueError):
        w = None
    if w and w['what'] != done:
        done = w['what']
        log.info('%s: %s', w['what'], w['text'])
        rc = subprocess.run(w['do'], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode
        log.info('%s: refreshed, exit status %d', w['what'], rc)
        changed = 1
    if run % 4 == 2:
        log.warning("package index is %d hours old", 20 + run % 7)
    log.info('run %d finished: %d changed, %d in sync, %.2f s', run, changed, 57 - changed, time.time() - t)
    for _ in range(300):
        nap(1)
        if os.path.exists(ROOT + '/run/wanted.now') and done is None:
            break
