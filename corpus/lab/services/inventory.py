"""inventory: stock over HTTP. JSON lines with a zone offset."""
import http.server, json, logging, os, random, signal, threading
import layouts
from common import *

layouts.setup('inventory', 'jsons')
log = {k: logging.getLogger('inventory.' + k) for k in ('boot', 'stock', 'reserve', 'db', 'warehouse')}
PASSWORD = open(ROOT + '/etc/inventory.secret').read().strip() if os.environ.get('INVENTORY_DIRECT') else ''     # read once, as most programs do
db = Pool(4, 6, lambda: Pg(PORT['postgresql' if PASSWORD else 'pgbouncer'], 'inventory_app', timeout=12, app='inventory', password=PASSWORD), 150)
rnd = random.Random(f"{os.environ.get('LAB_SEED')}-inventory")
SPOOL = os.environ.get('INVENTORY_OUTBOX')
WORK, slots = float(os.environ.get('INVENTORY_WORK', 0)), threading.Semaphore(4)         # seconds that each request takes, four at a time
AUDIT = os.environ.get('INVENTORY_AUDIT')
trails = []

def work():
    if WORK:
        with slots:
            nap(WORK)

class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *a):
        pass

    def answer(self, status, body):
        b = json.dumps(body).encode()
        try:
            self.send_response(status)
            self.send_header('Content-Length', str(len(b)))
            self.end_headers()
            self.wfile.write(b)
        except OSError:
            pass

    def do_GET(self):
        req = self.headers.get('X-Request-Id', '-')
        if self.path == '/healthz':
            return self.answer(200, {'ready': True})
        log['stock'].debug('request begins', extra={'f': {'path': self.path, 'req': req}})
        work()
        try:
            sku = int(self.path.rsplit('/', 1)[1])
            rows = db.run(f'SELECT qty FROM stock WHERE sku = {sku}')
            log['stock'].info('stock read', extra={'f': {'sku': sku, 'qty': int(rows[0][0]) if rows else None, 'req': req}})
            self.answer(200, {'qty': int(rows[0][0]) if rows else 0})
        except Exception as e:
            log['db'].error('stock read failed', extra={'f': {'error': f'{type(e).__name__}: {e}', 'req': req}})
            self.answer(500, {'error': 'db'})

    def do_POST(self):
        req = self.headers.get('X-Request-Id', '-')
        b = json.loads(self.rfile.read(int(self.headers.get('Content-Length') or 0)))
        work()
        try:
            rows = db.run(f"UPDATE stock SET qty = CASE WHEN qty < 5 THEN 400 ELSE qty - {b['qty']} END WHERE sku = {b['sku']} RETURNING qty")
            if SPOOL:
                with open(SPOOL, 'a') as f:
                    f.write(json.dumps({'sku': b['sku'], 'qty': b['qty'], 'req': req, 'pad': '.' * 900}) + '\n')
            if AUDIT:
                trails.append(open(AUDIT, 'a'))          # the bug of fd-leak: one handle for each reservation, none closed
                trails[-1].write(req + '\n')
            if not rows or rnd.random() < 0.01:
                log['reserve'].warning('not enough stock', extra={'f': {'sku': b['sku'], 'wanted': b['qty'], 'req': req}})
                return self.answer(409, {})
            log['reserve'].info('reserved', extra={'f': {'sku': b['sku'], 'qty': b['qty'], 'left': int(rows[0][0]), 'req': req}})
            self.answer(200, {'left': rows[0][0]})
        except Exception as e:
            log['reserve'].error('reserve failed', extra={'f': {'error': f'{type(e).__name__}: {e}', 'req': req}})
            self.answer(500, {'error': 'db'})

class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

def warehouse():
    n = 0
    while True:
        nap(20)
        n += 1
        log['warehouse'].info('feed polled', extra={'f': {'feed': 'wh-' + str(n % 3 + 1), 'changes': rnd.randrange(12), 'took_ms': rnd.randrange(20, 140)}})
        if n % 9 == 4:
            log['warehouse'].warning('feed answered slowly, next poll deferred', extra={'f': {'feed': 'wh-3', 'took_ms': rnd.randrange(2000, 4000)}})

signal.signal(signal.SIGTERM, lambda *_: (log['boot'].info('stopping'), os._exit(0)))
log['boot'].info('inventory starting', extra={'f': {'version': '2.31.0', 'port': PORT['inventory']}})
for attempt in range(40):
    try:
        db.run('SELECT 1')
        break
    except Exception as e:
        log['db'].warning('database not ready', extra={'f': {'attempt': attempt + 1, 'error': str(e)}})
        nap(3)
threading.Thread(target=warehouse, daemon=True).start()
log['boot'].info('ready', extra={'f': {'outbox': SPOOL or 'off'}})
Server(('127.0.0.1', PORT['inventory']), Handler).serve_forever()
