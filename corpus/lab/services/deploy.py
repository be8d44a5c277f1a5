"""deploy: rolls a release out, replica by replica: writes its environment, has it restarted, waits until it answers.
argv: VERSION WAIT [NAME=JSON of extra environment ...]; '-KEY' in the JSON takes a setting away."""
import json, sys, time
import layouts
from common import *

log = layouts.setup('deploy', 'short')
version, wait = sys.argv[1], float(sys.argv[2])
extra = dict(a.split('=', 1) for a in sys.argv[3:])
log.info('release shop %s: rollout started, 3 replicas, one at a time', version)
for name in ('shop-1', 'shop-2', 'shop-3'):
    if extra and name not in extra:
        continue
    path = f'{ROOT}/etc/replicas/{name}.json'
    with open(path) as f:
        env = json.load(f)
    env['SHOP_VERSION'] = version
    for k, v in json.loads(extra.get(name, '{}')).items():
        if k.startswith('-'):
            env.pop(k[1:], None)
        else:
            env[k] = v
    with open(path, 'w') as f:
        json.dump(env, f)
    log.info('release shop %s: updating %s, %d settings', version, name, len(env))
    with open(ROOT + '/run/supervisor.cmd', 'a') as f:
        f.write(f'restart {name}\n')
    end = time.time() + wait
    while time.time() < end:
        nap(4)
        try:
            if call('127.0.0.1', PORT[name], 'GET', '/healthz', timeout=4)[0] == 200:
                break
        except OSError:
            pass
    else:
        log.info('release shop %s: %s not ready after %d s, going on (max_unavailable=1)', version, name, wait)
        continue
    nap(15)
    log.info('release shop %s: %s ready', version, name)
log.info('release shop %s: rollout finished', version)
