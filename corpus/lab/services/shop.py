"""shop: one replica of the web application. Its own layout is like log4j's, UTC, no zone."""
import http.client, http.server, itertools, json, os, random, signal, socket, sys, threading, time, logging, zlib
import layouts
from common import *

NAME, VERSION = os.environ['SHOP_NAME'], os.environ.get('SHOP_VERSION', '5.12.3')
layouts.setup('shop', 'log4j')
L = {k: logging.getLogger('shop.' + k) for k in ('boot', 'web', 'catalog', 'cart', 'checkout', 'orders', 'db', 'config', 'flags', 'health', 'session', 'http', 'cache', 'loyalty')}
threading.current_thread().name = 'main'
rnd = random.Random(f"{os.environ.get('LAB_SEED')}-{NAME}")
dns = Dns(45)
db = Pool(8, 6, lambda: Pg(PORT['pgbouncer'], 'shop_app', timeout=25, app=NAME), 120)
rd = Pool(8, 6, lambda: Redis(PORT['redis']), 500)
state = {'flags': {}, 'flagv': None, 'wedged': False}
TUNED = {'retries': 0, 'cache_ttl': 3600, 'queue_limit': 0}
if os.path.exists(ROOT + '/etc/shop.json'):
    TUNED.update(json.load(open(ROOT + '/etc/shop.json')))
DEEP = os.environ.get('SHOP_HEALTH', 'deep') == 'deep'

class Refused(Exception):
    def __init__(self, status, text):
        self.status = status
        super().__init__(text)

def redis(*a):
    c = rd.get()
    try:
        r = c.do(*a)
    except RedisError:
        rd.put(c)
        raise
    except BaseException:
        rd.put(c, False)
        raise
    rd.put(c)
    return r

def service(name, method, path, body=None, req='-', timeout=8):
    headers = {'X-Request-Id': req}
    if os.environ.get('SHOP_SIGN'):
        headers['X-Time'] = '%.3f' % time.time()
    for attempt in range(TUNED['retries'] + 1):
        begun = time.time()
        try:
            L['http'].debug('%s %s%s attempt=%d req=%s', method, name, path, attempt + 1, req)
            answer = call(dns.resolve(name + '.lab.internal'), PORT[name], method, path, body, timeout, headers)
            L['http'].debug('%s answered %d in %dms req=%s', name, answer[0], (time.time() - begun) * 1000, req)
            return answer
        except socket.timeout:
            if attempt == TUNED['retries']:
                raise
            L['http'].warning('%s did not answer within %d s, attempt %d of %d req=%s', name, timeout, attempt + 1, TUNED['retries'] + 1, req)

class Cache:
    """pages in memcached"""
    def __init__(self):
        self.local = threading.local()

    def _talk(self, command):
        if not hasattr(self.local, 'f'):
            self.local.f = socket.create_connection(('127.0.0.1', PORT['memcached']), 5).makefile('rwb')
        self.local.f.write(command)
        self.local.f.flush()
        return self.local.f.readline()

    def get(self, key):
        head = self._talk(b'get %s\r\n' % key.encode())
        if not head.startswith(b'VALUE'):
            return None
        value = self.local.f.read(int(head.split()[3]) + 2)[:-2]
        self.local.f.readline()
        return json.loads(value)

    def set(self, key, value, seconds):
        v = json.dumps({'until': time.time() + seconds, 'rows': value}).encode()
        self._talk(b'set %s 0 0 %d\r\n%s\r\n' % (key.encode(), len(v), v))

cache = Cache() if os.environ.get('SHOP_CACHE') else None
views = []

class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.0'
    wbufsize = 1 << 20
    numbers = itertools.count(1)

    def log_message(self, *a):
        pass

    def answer(self, status, body, kind='application/json'):
        b = body if isinstance(body, bytes) else json.dumps(body).encode()
        try:
            self.send_response(status)
            self.send_header('Content-Type', kind)
            self.send_header('Content-Length', str(len(b)))
            self.end_headers()
            self.wfile.write(b)
            self.wfile.flush()
        except OSError:
            L['web'].info('client went away before the answer req=%s', self.req)

    def do_GET(self):
        self.route('GET')

    def do_POST(self):
        self.route('POST')

    def route(self, method):
        threading.current_thread().name = f'http-{next(self.numbers) % 24}'
        self.req = self.headers.get('X-Request-Id', '-')
        self.user = self.headers.get('X-User', 'anon')
        p = self.path.split('?')[0]
        try:
            if p == '/healthz':
                return self.health()
            if p.startswith('/product/'):
                return self.product(p[9:])
            if p == '/' or p.startswith('/category/'):
                return self.home(p)
            if p == '/search':
                return self.search()
            if p == '/catalog.csv':
                return self.answer(200, b'sku,name,price\n' + b''.join(b'%d,product number %d,%d.%02d\n' % (i, i, i % 90 + 3, i % 100) for i in range(6000)), 'text/csv')
            if p == '/export':      # a known bug: the partner sends no page number
                return self.answer(200, [int(self.path.partition('page=')[2])])
            if p == '/cart' and method == 'POST':
                return self.cart()
            if p == '/checkout' and method == 'POST':
                return self.checkout()
            if p.startswith('/orders/'):
                return self.order(p[8:])
            L['web'].warning('no route for %s %s req=%s', method, p, self.req)
            self.answer(404, {'error': 'not found'})
        except Refused as e:
            self.answer(e.status, {'error': str(e)})
        except PoolTimeout as e:
            L['db'].error('pool shop_app: %s req=%s', e, self.req)
            self.answer(503, {'error': 'busy'})
        except (PgError, ConnectionError, socket.timeout, OSError) as e:
            L['web'].error('%s %s failed: %s: %s req=%s', method, p, type(e).__name__, e, self.req)
            self.answer(500, {'error': 'internal'})
        except Exception:
            L['web'].exception('unhandled error in %s %s req=%s', method, p, self.req)
            self.answer(500, {'error': 'internal'})

    def body(self):
        raw = self.rfile.read(int(self.headers.get('Content-Length') or 0))
        try:
            return json.loads(raw or b'{}')
        except ValueError as e:
            L['web'].warning('malformed JSON from client agent="%s": %s req=%s', self.headers.get('User-Agent', ''), e, self.req)
            raise Refused(400, 'bad JSON') from None

    def health(self):
        if state.get('draining'):
            return self.answer(503, {'ready': False})
        if DEEP:
            try:
                if state['wedged']:
                    raise ConnectionError('pool closed')
                db.run('SELECT 1', 2)
                redis('PING')
            except Exception as e:
                L['health'].warning('readiness failed: %s: %s', type(e).__name__, e)
                return self.answer(503, {'ready': False})
        self.answer(200, {'ready': True})

    def sql(self, q):
        if state['wedged']:
            raise ConnectionError('pool closed')
        begun = time.time()
        L['db'].debug('query begins: %s req=%s', q[:60], self.req)
        rows = db.run(q)
        L['db'].debug('query done, %d rows in %dms, errors=0 req=%s', len(rows), (time.time() - begun) * 1000, self.req)
        return rows

    def home(self, p):
        t = time.time()
        redis('SETEX', f'seen:{self.user}:{self.req}', 7200, 'x' * 1500)
        L['session'].debug('session of %s touched, failed_logins=0 req=%s', self.user, self.req)
        if VERSION.startswith('5.15'):
            views.append((p, ('%s ' % self.user) * 220000))      # the bug of memory-limit: every view is remembered for ever
        rows = self.page(p) if cache else self.sql(f'SELECT sku, name, price FROM products WHERE sku % 25 = {rnd.randrange(25)} LIMIT 20')
        L['catalog'].debug('first of page %s is %s req=%s', p, rows[0][1], self.req)
        if state['flags'].get('home.personal_shelf'):
            self.sql(f"SELECT personal_shelf('{self.user}')")
        L['catalog'].info('listed %d products page=%s took=%dms req=%s', len(rows), p, (time.time() - t) * 1000, self.req)
        self.answer(200, rows)

    def page(self, p):
        hit = cache.get('page:' + p)
        if hit and hit['until'] > time.time():
            return hit['rows']
        L['cache'].debug('page %s is not cached req=%s', p, self.req)
        rows = self.sql('SELECT sku, name, price FROM ranked_products() LIMIT 20')
        cache.set('page:' + p, rows, TUNED['cache_ttl'])
        return rows

    def product(self, sku):
        if not sku.isdigit():
            raise Refused(404, 'no such product')
        rows = self.sql(f'SELECT sku, name, price FROM products WHERE sku = {sku}')
        if not rows:
            L['catalog'].warning('product %s does not exist, asked by referer=%s req=%s', sku, self.headers.get('Referer', '-'), self.req)
            raise Refused(404, 'no such product')
        try:
            st, stock = service('inventory', 'GET', '/stock/' + sku, req=self.req)
        except (OSError, ResolveError) as e:
            L['catalog'].error('inventory unreachable for sku %s: %s req=%s', sku, e, self.req)
            raise Refused(502, 'stock unknown') from None
        if st != 200:
            L['catalog'].error('inventory answered %d for sku %s req=%s', st, sku, self.req)
            raise Refused(502, 'stock unknown')
        quote = self.quote(sku) if os.environ.get('SHOP_QUOTES') else None
        L['catalog'].info('product %s shown stock=%s req=%s', sku, stock.get('qty'), self.req)
        self.answer(200, {'product': rows[0], 'stock': stock.get('qty'), 'shipping': quote})

    def quote(self, sku):
        zone = '' if self.user.endswith('77') else zlib.crc32(self.user.encode()) % 7
        try:
            st, quote = service('quotes', 'GET', f'/quote?sku={sku}&zone={zone}', req=self.req)
        except (OSError, ResolveError, http.client.HTTPException) as e:
            L['catalog'].error('no shipping quote for sku %s: %s req=%s', sku, e, self.req)
            raise Refused(502, 'shipping unknown') from None
        return quote['cents']

    def search(self):
        word = self.path.partition('q=')[2][:20]
        t = time.time()
        n = self.sql(f"SELECT count(*) FROM products WHERE name LIKE '%{word}%'")
        L['catalog'].info('search words=1 hits=%s took=%dms req=%s', n[0][0], (time.time() - t) * 1000, self.req)
        self.answer(200, {'hits': n[0][0]})

    def cart(self):
        b = self.body()
        key = 'cart:' + self.user
        try:
            redis('RPUSH', key, json.dumps({'sku': b.get('sku'), 'qty': b.get('qty', 1), 'note': 'x' * 300}))
            redis('EXPIRE', key, 900)
        except RedisError as e:
            L['session'].error('cart write refused by redis: %s req=%s', e, self.req)
            raise Refused(503, 'cart unavailable') from None
        L['cart'].info('item %s added to cart user=%s req=%s', b.get('sku'), self.user, self.req)
        self.answer(200, {'ok': True})

    def checkout(self):
        b = self.body()
        sku, qty, amount = int(b['sku']), int(b.get('qty', 1)), float(b['amount'])
        t = time.time()
        queue = f'notify:{zlib.crc32(self.user.encode()) % 3 + 1}' if os.environ.get('SHOP_NOTIFY') else 'fulfil'
        if TUNED['queue_limit'] and int(redis('LLEN', queue)) > TUNED['queue_limit']:
            L['checkout'].error('%s backlog above %d, order refused req=%s', 'fulfilment' if queue == 'fulfil' else queue, TUNED['queue_limit'], self.req)
            raise Refused(503, 'busy')
        if VERSION.startswith('5.14'):
            amount = self.loyal(amount)
        try:
            st, r = service('inventory', 'POST', '/reserve', {'sku': sku, 'qty': qty}, self.req)
        except (OSError, ResolveError) as e:
            L['checkout'].error('reserve failed, inventory unreachable: %s req=%s', e, self.req)
            raise Refused(502, 'cannot reserve') from None
        if st == 409:
            L['checkout'].info('sku %s out of stock user=%s req=%s', sku, self.user, self.req)
            raise Refused(409, 'out of stock')
        if st != 200:
            L['checkout'].error('reserve failed, inventory answered %d req=%s', st, self.req)
            raise Refused(502, 'cannot reserve')
        try:
            st, r = service('payments', 'POST', '/charge', {'amount': amount, 'card': b.get('card', '4242'), 'user': self.user, 'currency': CURRENCIES[sku % 5]}, self.req, 12)
        except (OSError, ResolveError) as e:
            L['checkout'].error('payment failed: payments unreachable: %s req=%s', e, self.req)
            raise Refused(502, 'payment failed') from None
        if st == 402:
            L['checkout'].warning('card declined for user=%s reason=%s req=%s', self.user, r.get('reason'), self.req)
            raise Refused(402, 'declined')
        if st != 200:
            L['checkout'].error('payment failed: payments answered %d %s req=%s', st, r.get('error', ''), self.req)
            raise Refused(502, 'payment failed')
        try:
            region = os.environ['SHOP_TAX_REGION'] if VERSION.startswith('5.13') else 'eu-1'
        except KeyError:
            L['checkout'].critical('tax worker died, this replica cannot go on req=%s', self.req, exc_info=True)
            os._exit(70)
        try:
            row = self.sql(f"INSERT INTO orders (token, customer, sku, qty, amount, note) VALUES ('{b['token']}', '{self.user}', {sku}, {qty}, {amount}, 'web {region}') RETURNING id")
        except PgError as e:
            if e.code == '23505':
                L['checkout'].warning('order token %s was used before, answering with the first order req=%s', b['token'], self.req)
                raise Refused(409, 'duplicate') from None
            raise
        if os.environ.get('SHOP_EVENTS'):
            self.sql(f"INSERT INTO order_events VALUES (now(), {row[0][0]}, 'placed')")
        if TUNED['queue_limit']:
            redis('RPUSH', queue, json.dumps({'order': row[0][0], 'sku': sku, 'weight': '%.2f' % (sku % 40 / 7 + 0.1)} if queue == 'fulfil' else
                                             {'order': row[0][0], 'to': f'{self.user}@mail.example', 'pages': 15 if sku % 9 == 4 else sku % 4 + 1}))
        if os.environ.get('SHOP_BUS'):
            try:
                st, r = service('bus', 'POST', '/publish', {'order': row[0][0]}, self.req, 20)
            except OSError as e:
                st = e
            if st != 200:
                L['checkout'].error('order %s not announced, bus: %s req=%s', row[0][0], st, self.req)
                raise Refused(502, 'order not confirmed')
        redis('DEL', 'cart:' + self.user)
        L['checkout'].info('order %s placed user=%s total=%.2f took=%dms req=%s', row[0][0], self.user, amount, (time.time() - t) * 1000, self.req)
        self.answer(200, {'order': row[0][0]})

    def loyal(self, amount):
        """the bug of code-bug: who belongs to no tier has no rate"""
        number = int(self.user.strip('u') or 0) if self.user[1:].isdigit() else 0
        rate = {0: 0.02, 1: 0.05}.get(number % 4)
        L['loyalty'].debug('rate of %s is %s req=%s', self.user, rate, self.req)
        return amount - amount * rate

    def order(self, oid):
        if not oid.isdigit():
            raise Refused(404, 'no such order')
        rows = self.sql(f'SELECT id, customer, amount FROM orders WHERE id = {oid}')
        if not rows:
            L['orders'].info('order %s not found req=%s', oid, self.req)
            raise Refused(404, 'no such order')
        L['orders'].info('order %s read user=%s req=%s', oid, self.user, self.req)
        self.answer(200, rows[0])

CURRENCIES = ('EUR', 'USD', 'EUR', 'GBP', 'SEK')

class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

def watch():
    """flags every few seconds; warnings that are always there"""
    n = 0
    while True:
        try:
            with open(ROOT + '/run/flags.json') as f:
                d = json.load(f)
            if d['version'] != state['flagv']:
                state['flags'], state['flagv'] = d['flags'], d['version']
                L['flags'].info('flag set %s loaded, %d flags on', d['version'], sum(d['flags'].values()))
        except (OSError, ValueError):
            pass
        try:
            with open(ROOT + '/etc/shop.json') as f:
                settings = json.load(f)
            changed = [k for k in TUNED if k in settings and settings[k] != TUNED[k]]
            TUNED.update(settings)
            if changed:
                L['config'].info('settings changed on disk, %d reloaded', len(changed))
        except (OSError, ValueError):
            pass
        if os.path.exists(ROOT + '/run/debug') != (logging.getLogger().level == logging.DEBUG) and not os.environ.get('LAB_LEVEL_SHOP'):
            logging.getLogger().setLevel(logging.DEBUG if os.path.exists(ROOT + '/run/debug') else logging.INFO)
            L['config'].info('log level is now %s', logging.getLevelName(logging.getLogger().level))
        if n % 24 == 5:
            L['config'].warning("option 'cart.legacy_ttl' is deprecated and will be removed in 6.0, use 'cart.ttl'")
        if n % 12 == 3:
            L['db'].info('pool shop_app: size=%d busy=%d idle=%d waiting=%d', db.size, db.busy, len(db.idle), db.waiting)
        if os.path.exists(f'{ROOT}/run/wedge-{NAME}') and not state['wedged']:
            L['db'].info('pool shop_app: closed by management call, draining')
            state['wedged'] = True
        n += 1
        nap(5)

def stop(*_):
    state['draining'] = True

signal.signal(signal.SIGTERM, stop)
L['boot'].info('starting shop %s as %s, python %s', VERSION, NAME, sys.version.split()[0])
L['config'].info('loaded 38 settings from etc/shop.json')
for key in os.environ.get('SHOP_REQUIRES', 'SHOP_TAX_REGION').split(','):
    if key not in os.environ:
        raise SystemExit(f"shop: required setting {key} is not set")
L['db'].info('pool shop_app: connecting to 127.0.0.1:%d, size %d', PORT['pgbouncer'], db.size)
for attempt in range(40):
    try:
        L['db'].info('database version %s', db.run('SHOW server_version')[0][0])
        break
    except Exception as e:
        L['db'].warning('database not ready, attempt %d: %s', attempt + 1, e)
        nap(3)
if cache:
    for p in ['/'] + ['/category/' + c for c in ('lamp', 'chair', 'desk', 'mug', 'rug', 'sofa', 'shelf', 'clock', 'vase', 'towel')]:
        cache.set('page:' + p, db.run('SELECT sku, name, price FROM products LIMIT 20'), TUNED['cache_ttl'])
    L['cache'].info('11 pages warmed')
if os.environ.get('SHOP_STACK'):
    threading.stack_size(int(os.environ['SHOP_STACK']))
srv = Server(('127.0.0.1', PORT[NAME]), Handler)
threading.Thread(target=watch, daemon=True, name='watch').start()
L['boot'].info('listening on 127.0.0.1:%d, health check %s', PORT[NAME], 'deep' if DEEP else 'shallow')
threading.Thread(target=srv.serve_forever, daemon=True, name='accept').start()
while not state.get('draining'):
    time.sleep(0.05)
L['boot'].info('received SIGTERM, draining')
nap(24)                # until the load balancer has seen it, and the last answers are out
L['boot'].info('stopped')
os._exit(0)
