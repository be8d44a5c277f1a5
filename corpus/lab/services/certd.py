"""certd: renews the lab's internal certificates well before they end (klog's layout). argv: the port of the authority; then, where it is not every five minutes
and a quarter of an hour before the end: EVERY FIRST BEFORE, in seconds. What it could not renew it tries again half a day later."""
import calendar, os, signal, subprocess, sys, time
import layouts
from common import *

log = layouts.setup('certd', 'klog')
signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
AUTHORITY_PORT, EVERY, FIRST, BEFORE = [int(a) for a in sys.argv[1:]] + [300, 0, 900][len(sys.argv) - 2:]
due = time.time() + FIRST
log.info('certd 0.8.2, 2 certificates, check every ' + (f'{EVERY // 3600}h0m0s' if EVERY >= 3600 else f'{EVERY // 60}m0s'))

def left(name):
    out = subprocess.run(['openssl', 'x509', '-noout', '-enddate', '-in', f'{ROOT}/etc/tls/{name}.pem'], capture_output=True, text=True).stdout
    return calendar.timegm(time.strptime(out.strip()[9:], '%b %d %H:%M:%S %Y %Z')) - time.time()

def renew(name):
    try:
        st, r = call('127.0.0.1', AUTHORITY_PORT, 'POST', '/order', {'name': name}, 4)
    except OSError as e:
        log.warning('certificate %s: order not finished (%s), keeping the present one, next attempt in 12h0m0s', name, e)
        return
    if st == 200:
        with open(f'{ROOT}/etc/tls/{name}.pem', 'w') as f:
            f.write(r['pem'])
        log.info('certificate %s: renewed, valid for another %dm, reloading %s', name, left(name) // 60, name)
        os.kill(int(open(f'{ROOT}/run/{name}.pid').read()), signal.SIGHUP)
    else:
        log.warning('certificate %s: order not finished (authority answered %d), keeping the present one, next attempt in 12h0m0s', name, st)

again = {}
while True:
    while time.time() < due:
        nap(min(5, due - time.time()))
    for name in ('acquirer', 'ledger'):
        s = left(name)
        if s > BEFORE:
            log.info('certificate %s: valid for another %dm, nothing to do', name, s // 60)
        elif time.time() >= again.get(name, 0):
            again[name] = time.time() + 43200 - 60
            renew(name)
    due += EVERY
