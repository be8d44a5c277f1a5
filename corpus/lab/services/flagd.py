"""flagd: hands feature flags to the replicas (run/flags.json). argv: AT:NAME:STATE ... in seconds of the lab's clock. Plain lines with an epoch time."""
import json, os, signal, sys, time
import layouts
from common import *

log = layouts.setup('flagd', 'epoch').info

def write():
    with open(ROOT + '/run/flags.tmp', 'w') as f:
        json.dump({'version': version, 'flags': flags}, f)
    os.rename(ROOT + '/run/flags.tmp', ROOT + '/run/flags.json')

signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
version, flags = 310, {'home.new_banner': True, 'cart.remember': True, 'checkout.one_page': False}
start = time.time()
log('starting, 3 flags from store')
write()
plan = sorted((float(a), n, s) for a, n, s in (x.split(':') for x in sys.argv[1:]))
beat = start
while True:
    nap(1)
    if time.time() > beat + 120:
        beat = time.time()
        log(f'store in sync, version {version}, 3 subscribers')
    while plan and time.time() > start + plan[0][0]:
        _, name, s = plan.pop(0)
        version += 1
        flags[name] = s == 'on'
        log(f"flag {name} set to {s} by release-train, version {version}")
        write()
