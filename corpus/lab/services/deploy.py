"""deploy: rolls a release out, replica by replica: writes its environment, has it restarted, waits until it answers (one that has no port: until it has
written run/NAME.up). argv: SERVICE VERSION WAIT [NAME=JSON of extra environment ...]; '-KEY' in the JSON takes a setting away."""
import json, os, sys, time
import layouts
from common import *

log = layouts.setup('deploy', 'short')
service, version, wait = sys.argv[1], sys.argv[2], float(sys.argv[3])
extra = dict(a.split('=', 1) for a in sys.argv[4:])
release = f'release {service} {version}'

def up(name):
    if name not in PORT:
        return os.path.exists(f'{ROOT}/run/{name}.up')
    try:
        return call('127.0.0.1', PORT[name], 'GET', '/healthz', timeout=4)[0] == 200
    except OSError:
        return False

log.info('%s: rollout started, 3 replicas, one at a time', release)
for name in (f'{service}-{i}' for i in (1, 2, 3)):
    if extra and name not in extra:
        continue
    path = f'{ROOT}/etc/replicas/{name}.json'
    with open(path) as f:
        env = json.load(f)
    env[service.upper() + '_VERSION'] = version
    for k, v in json.loads(extra.get(name, '{}')).items():
        if k.startswith('-'):
            env.pop(k[1:], None)
        else:
            env[k] = v
    with open(path, 'w') as f:
        json.dump(env, f)
    log.info('%s: updating %s, %d settings', release, name, len(env))
    if os.path.exists(f'{ROOT}/run/{name}.up'):
        os.unlink(f'{ROOT}/run/{name}.up')
    with open(ROOT + '/run/supervisor.cmd', 'a') as f:
        f.write(f'restart {name}\n')
    end = time.time() + wait
    while time.time() < end:
        nap(4)
        if up(name):
            break
    else:
        log.info('%s: %s not ready after %d s, going on (max_unavailable=1)', release, name, wait)
        continue
    nap(15)
    log.info('%s: %s ready', release, name)
log.info('%s: rollout finished', release)
