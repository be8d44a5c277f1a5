"""authd: hands out short-lived tokens to other programs (run/token.NAME) and renews them in time. Who is a client is in etc/authd.clients."""
import os, random, signal, time
import layouts
from common import *

log = layouts.setup('authd', 'brackets')
rnd = random.Random(f"{os.environ.get('LAB_SEED')}-authd")
signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
LIFE, EVERY = 900, 300
clients, ends, n = [], {}, 0
log.info('authd 4.0.7 up, tokens live %ds', LIFE)
while True:
    with open(ROOT + '/etc/authd.clients') as f:
        now = f.read().split()
    log.info('directory sync: %d clients (%d added, %d removed)', len(now), len(set(now) - set(clients)), len(set(clients) - set(now)))
    clients = now
    for name in clients:
        if ends.get(name, 0) - time.time() < LIFE - 1.5 * EVERY:
            ends[name] = time.time() + LIFE
            with open(f'{ROOT}/run/token.tmp', 'w') as f:
                f.write('%016x.%d' % (rnd.getrandbits(64), ends[name]))
            os.rename(f'{ROOT}/run/token.tmp', f'{ROOT}/run/token.{name}')
            log.info('issued token for %s, kid=%d', name, 7 + n // 40)
        n += 1
    nap(EVERY)
