"""pilot: moves the application from one database server to the other: first the route in pgbouncer, then the promotion, which somebody has to approve
(run/approved). argv: the PID of pgbouncer."""
import os, signal, sys, time
import layouts
from common import *

log = layouts.setup('pilot', 'short')
log.info('switchover of cluster shop: plan 2 accepted, from pg-a to pg-b, lag 0 bytes')
path = ROOT + '/etc/pgbouncer.ini'
text = open(path).read()
with open(path, 'w') as f:
    f.write(text.replace('port=15432', 'port=15433'))
os.kill(int(sys.argv[1]), signal.SIGHUP)
log.info('switchover of cluster shop: step 1 of 2, route moved')
while not os.path.exists(ROOT + '/run/approved'):
    nap(1)
log.info('switchover of cluster shop: step 2 of 2, promoting pg-b')
c = Pg(PORT['standby'], 'postgres', app='pilot')
c.query('SELECT pg_promote()')
log.info('switchover of cluster shop: done')
