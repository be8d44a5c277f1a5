"""supervisor: keeps the shop replicas, and others that have an ARGV, running (supervisord's layout, UTC). Reads commands from run/supervisor.cmd: 'restart NAME'. A replica's
environment is etc/replicas/NAME.json; its output goes to logs/NAME.log."""
import json, os, resource, signal, subprocess, sys, time
from common import *

def log(level, msg):
    t = time.time()
    print(f"{time.strftime('%Y-%m-%d %H:%M:%S', time.gmtime(t))},{int(t % 1 * 1000):03d} {level} {msg}", flush=True)

procs = {}

def spawn(name):
    env = dict(os.environ)
    with open(f'{ROOT}/etc/replicas/{name}.json') as f:
        env.update(json.load(f))
        argv = env.pop('ARGV', ['/usr/bin/python3', ROOT + '/app/shop.py'])
    limit = int(os.environ.get('SUPERVISOR_MEMORY', 0))
    with open(f'{ROOT}/logs/{name}.log', 'ab') as out:
        p = subprocess.Popen(argv, env=env, stdout=out, stderr=out,
                             preexec_fn=(lambda: resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))) if limit else None)
    d = procs.setdefault(name, {'tries': 0})
    d.update(p=p, at=time.time(), up=False, again=None)
    log('INFO', f"spawned: '{name}' with pid {p.pid}")

def stop(*_):
    log('WARN', 'received SIGTERM indicating exit request')
    for d in procs.values():
        d['p'].terminate()
    for d in procs.values():
        d['p'].wait()
    os._exit(0)

signal.signal(signal.SIGTERM, stop)
log('INFO', f'supervisor started with pid {os.getpid()}')
for name in sys.argv[1:]:
    spawn(name)
cmds = 0
while True:
    nap(0.5)
    for name, d in procs.items():
        rc = d['p'].poll()
        if rc is None:
            if not d['up'] and time.time() - d['at'] > 5:
                d['up'], d['tries'] = True, 0
                log('INFO', f'success: {name} entered RUNNING state, process has stayed up for > than 5 seconds (startsecs)')
        elif d['again'] is None:
            how = f'exit status {rc}' if rc >= 0 else f'terminated by {signal.Signals(-rc).name}'
            log('INFO' if rc == 0 else 'WARN', f"exited: {name} ({how}; {'expected' if rc == 0 else 'not expected'})")
            d['tries'] += 1
            d['again'] = time.time() + min(2 ** d['tries'], 20)
        elif time.time() > d['again']:
            spawn(name)
    try:
        with open(ROOT + '/run/supervisor.cmd') as f:
            lines = f.read().splitlines()
    except OSError:
        lines = []
    for l in lines[cmds:]:
        name = l.split()[1]
        log('INFO', f'waiting for {name} to stop')
        procs[name]['p'].terminate()
        rc = procs[name]['p'].wait()
        log('INFO', f'stopped: {name} (exit status {rc})')
        procs[name]['tries'] = 0
        spawn(name)
    cmds = len(lines)
