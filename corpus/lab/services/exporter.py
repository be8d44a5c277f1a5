"""exporter: sends all orders to a CRM: so many workers, each in a transaction of its own. argv: WORKERS SECONDS_BETWEEN."""
import os, signal, sys, threading
import layouts
from common import *

log = layouts.teller('exporter', 'klog')
workers, every = int(sys.argv[1]), float(sys.argv[2])

def work(i):
    c = Pg(PORT['pgbouncer'], 'shop_app', timeout=3600, app='exporter')
    try:
        c.query('BEGIN')
        rows = c.query(f'SELECT id, customer, amount FROM orders WHERE id % {workers} = {i}')
        nap(1800)              # the other side takes its rows slowly, while the transaction stays open
        c.query('COMMIT')
        log('info', f'chunk {i} done', rows=len(rows))
    except (OSError, PgError) as e:
        log('warn', f'chunk {i} given up', err=e)

signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
log('info', f'export crm-full begins, {workers} chunks, resume=false')
for i in range(workers):
    threading.Thread(target=work, args=(i,)).start()
    nap(every)
