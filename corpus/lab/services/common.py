"""What the lab's own services share: the fast clock, small PostgreSQL, Redis and DNS clients (no packages needed)."""
import http.client, json, os, random, socket, struct, threading, time

SPEED = float(os.environ.get('LAB_SPEED', '1'))
ROOT = os.environ.get('LAB_ROOT', '.')
PORT = {'nginx': 18080, 'haproxy': 18081, 'shop-1': 18091, 'shop-2': 18092, 'shop-3': 18093, 'inventory': 18101, 'payments': 18102,
        'ledger': 18103, 'acquirer': 18104, 'pgbouncer': 16432, 'postgresql': 15432, 'redis': 16379, 'dns': 15353, 'syslog': 15514, 'memcached': 16211, 'fx': 18105, 'authority': 18110, 'standby': 15433, 'bus': 18106, 'quotes': 18107, 'smtp': 15025, 'rabbitmq': 15672}

def nap(seconds):
    """sleep so many seconds of the lab's clock"""
    time.sleep(max(seconds, 0) / SPEED)

class PgError(Exception):
    def __init__(self, fields):
        self.code = fields.get('C', '')
        super().__init__(f"{fields.get('S', 'ERROR')}: {fields.get('M', '?')} (SQLSTATE {self.code})")

class Pg:
    """the simple query protocol of PostgreSQL 3.0, trust authentication"""
    def __init__(self, port, user, db='shop', timeout=30, app='', password=''):
        self.s = socket.create_connection(('127.0.0.1', port), timeout / SPEED)
        self.buf = b''
        self.uses, self.password = 0, password
        p = b''.join(k.encode() + b'\0' + v.encode() + b'\0' for k, v in
                     (('user', user), ('database', db), ('application_name', app or user), ('client_encoding', 'UTF8'))) + b'\0'
        self.s.sendall(struct.pack('!II', len(p) + 8, 196608) + p)
        self._until_ready()

    def timeout(self, seconds):
        self.s.settimeout(seconds and seconds / SPEED)

    def _take(self, n):
        while len(self.buf) < n:
            b = self.s.recv(65536)
            if not b:
                raise ConnectionError('server closed the connection unexpectedly')
            self.buf += b
        b, self.buf = self.buf[:n], self.buf[n:]
        return b

    def _until_ready(self):
        rows, err = [], None
        while True:
            try:
                t, n = struct.unpack('!cI', self._take(5))
                body = self._take(n - 4)
            except ConnectionError:
                if err:
                    raise err from None
                raise
            if t == b'Z':
                if err:
                    raise err
                return rows
            if t == b'E':
                err = PgError({f[:1].decode(): f[1:].decode() for f in body.split(b'\0') if f})
            elif t == b'R' and body[:4] == b'\0\0\0\3':       # a password, please
                p = self.password.encode() + b'\0'
                self.s.sendall(b'p' + struct.pack('!I', len(p) + 4) + p)
            elif t == b'D':
                row, i = [], 2
                for _ in range(struct.unpack('!H', body[:2])[0]):
                    k = struct.unpack('!i', body[i:i + 4])[0]
                    i += 4
                    row.append(None if k < 0 else body[i:i + k].decode())
                    i += max(k, 0)
                rows.append(row)

    def query(self, sql):
        self.uses += 1
        b = sql.encode() + b'\0'
        self.s.sendall(b'Q' + struct.pack('!I', len(b) + 4) + b)
        return self._until_ready()

    def close(self):
        try:
            self.s.sendall(b'X\0\0\0\4')
        except OSError:
            pass
        self.s.close()

class PoolTimeout(Exception):
    pass

class Pool:
    """at most `size` connections; who waits longer than `wait` seconds gives up"""
    def __init__(self, size, wait, make, recycle=200):
        self.size, self.wait, self.make, self.recycle = size, wait, make, recycle
        self.idle, self.busy, self.waiting = [], 0, 0
        self.lock = threading.Lock()

    def get(self, wait=None):
        wait = wait or self.wait
        end = time.time() + wait
        with self.lock:
            self.waiting += 1
        try:
            while True:
                with self.lock:
                    if self.idle:
                        self.busy += 1
                        return self.idle.pop()
                    if self.busy < self.size:
                        self.busy += 1
                        break
                if time.time() > end:
                    raise PoolTimeout(f'no connection within {wait * 1000:.0f} ms (size={self.size} busy={self.busy} waiting={self.waiting})')
                time.sleep(0.004)
        finally:
            with self.lock:
                self.waiting -= 1
        try:
            return self.make()
        except BaseException:
            with self.lock:
                self.busy -= 1
            raise

    def put(self, c, good=True):
        if not good or c.uses >= self.recycle:
            c.close()
            good = False
        with self.lock:
            self.busy -= 1
            if good:
                self.idle.append(c)

    def run(self, sql, wait=None):
        c = self.get(wait)
        try:
            rows = c.query(sql)
        except PgError as e:
            self.put(c, e.code[:2] in ('23', '22', '42'))
            raise
        except BaseException:
            self.put(c, False)
            raise
        self.put(c)
        return rows

class Redis:
    def __init__(self, port, timeout=10, host='127.0.0.1'):
        self.s = socket.create_connection((host, port), timeout / SPEED)
        self.f = self.s.makefile('rb')
        self.uses = 0

    def close(self):
        self.f.close()
        self.s.close()

    def _reply(self):
        l = self.f.readline()
        if not l:
            raise ConnectionError('Connection closed by server.')
        k, v = l[:1], l[1:-2]
        if k == b'-':
            raise RedisError(v.decode())
        if k == b'$':
            return None if v == b'-1' else self.f.read(int(v) + 2)[:-2].decode()
        if k == b'*':
            return [self._reply() for _ in range(int(v))]
        return v.decode()

    def do(self, *args):
        self.uses += 1
        a = [str(x).encode() for x in args]
        self.s.sendall(b'*%d\r\n' % len(a) + b''.join(b'$%d\r\n%s\r\n' % (len(x), x) for x in a))
        return self._reply()

class RedisError(Exception):
    pass

class ResolveError(Exception):
    pass

class Dns:
    """a stub resolver that asks the lab's dnsmasq and keeps answers for `ttl` seconds"""
    def __init__(self, ttl=30):
        self.ttl, self.cache = ttl, {}

    def resolve(self, name):
        hit = self.cache.get(name)
        if hit and hit[1] > time.time():
            return hit[0]
        q = b''.join(bytes([len(p)]) + p.encode() for p in name.split('.')) + b'\0\0\1\0\1'
        i = random.randrange(65536)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            s.settimeout(5 / SPEED)
            s.sendto(struct.pack('!6H', i, 0x100, 1, 0, 0, 0) + q, ('127.0.0.1', PORT['dns']))
            try:
                a = s.recv(512)
            except socket.timeout:
                raise ResolveError(f'lookup {name}: i/o timeout') from None
        if struct.unpack('!H', a[6:8])[0] == 0:
            raise ResolveError(f'lookup {name}: no such host')
        ip = '.'.join(map(str, a[-4:]))
        self.cache[name] = (ip, time.time() + self.ttl)
        return ip

def call(host, port, method, path, body=None, timeout=8, headers=None, context=None):
    """(status, parsed JSON body) of one HTTP request"""
    if context:
        c = http.client.HTTPSConnection(host, port, timeout=timeout / SPEED, context=context)
    else:
        c = http.client.HTTPConnection(host, port, timeout=timeout / SPEED)
    try:
        h = dict(headers or {})
        if body is not None:
            body = json.dumps(body)
            h['Content-Type'] = 'application/json'
        c.request(method, path, body, h)
        r = c.getresponse()
        d = r.read()
        return r.status, json.loads(d or b'{}')
    finally:
        c.close()
