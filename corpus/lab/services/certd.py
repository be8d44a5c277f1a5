"""certd: renews the lab's internal certificates well before they end (klog's layout). The authority is an http endpoint; etc/tls/ca.url."""
import os, signal, subprocess, sys, time
import layouts
from common import *

log = layouts.setup('certd', 'klog')
signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
AUTHORITY_PORT = int(sys.argv[1])
start = time.time()
log.info('certd 0.8.2, 2 certificates, check every 5m0s')

def left(name):
    out = subprocess.run(['openssl', 'x509', '-noout', '-enddate', '-in', f'{ROOT}/etc/tls/{name}.pem'], capture_output=True, text=True).stdout
    import calendar
    return calendar.timegm(time.strptime(out.strip()[9:], '%b %d %H:%M:%S %Y %Z')) - time.time()

tried = set()
while True:
    for name in ('acquirer', 'ledger'):
        s = left(name)
        if s > 900:
            log.info('certificate %s: valid for another %dm, nothing to do', name, s // 60)
        elif name not in tried:
            tried.add(name)
            try:
                st, r = call('127.0.0.1', AUTHORITY_PORT, 'POST', '/order', {'name': name}, 4)
                if st == 200:
                    with open(f'{ROOT}/etc/tls/{name}.pem', 'w') as f:
                        f.write(r['pem'])
                    log.info('certificate %s: renewed, valid for another %dm, reloading %s', name, left(name) // 60, name)
                    os.kill(int(open(f'{ROOT}/run/{name}.pid').read()), signal.SIGHUP)
                else:
                    log.warning('certificate %s: order not finished (authority answered %d), keeping the present one, next attempt in 12h0m0s', name, st)
            except OSError as e:
                log.warning('certificate %s: order not finished (%s), keeping the present one, next attempt in 12h0m0s', name, e)
    nap(300)
