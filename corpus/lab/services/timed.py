"""timed: keeps the clock of payments-1 right. What it does to the clock it writes into the file LAB_STEP, which every program of that host sees.
A step is asked for in run/step (seconds); it comes from a source with a wrong time."""
import os, signal, struct
import layouts
from common import *

log = layouts.setup('timed', 'syslog')
rnd = random.Random(f"{os.environ.get('LAB_SEED')}-timed")
signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
log.info('timed 1.4.2 started, 3 sources')
n = off = 0
while True:
    nap(30)
    n += 1
    try:
        with open(ROOT + '/run/step') as f:
            want = float(f.read())
    except (OSError, ValueError):
        want = off
    if want != off:
        log.info('source 192.0.2.123 selected, stratum 1, offset %+.3f s, stepping', want - off)
        off = want
        with open(os.environ['LAB_STEP'], 'r+b') as f:
            f.write(struct.pack('q', int(want * 1e9)))
    elif n % 4 == 0:
        log.info('source 192.0.2.%d selected, stratum 2, offset %+.3f ms, slewing', 10 + n % 3, rnd.uniform(-3, 3))
    if n % 13 == 6:
        log.warning('source 192.0.2.12 unreachable, 2 sources left')
