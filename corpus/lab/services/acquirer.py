"""acquirer: the outside payment API that payments calls over https. It is not ours, so its log is not part of a case. run/acquirer.delay slows it down."""
import http.server, json, os, random, ssl, time
from common import *

ctx = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
ctx.load_cert_chain(ROOT + '/etc/tls/acquirer.pem', ROOT + '/etc/tls/acquirer.key')
rnd = random.Random(f"{os.environ.get('LAB_SEED')}-acquirer")
REASONS = ['insufficient_funds', 'expired_card', 'do_not_honor']

class Handler(http.server.BaseHTTPRequestHandler):
    def setup(self):
        self.request.settimeout(5)
        self.request.do_handshake()
        super().setup()

    def log_message(self, *a):
        pass

    def do_POST(self):
        self.rfile.read(int(self.headers.get('Content-Length') or 0))
        token = self.headers.get('Authorization', '')          # 'Bearer ID.END', its end in epoch seconds
        if token and float(token.rpartition('.')[2]) < time.time():
            return self.send(401, {'error': 'token_expired'})
        try:
            with open(ROOT + '/run/acquirer.delay') as f:
                nap(float(f.read()) * rnd.uniform(0.6, 1.3))
        except (OSError, ValueError):
            nap(rnd.uniform(0.05, 0.2))
        r = rnd.random()
        st, o = (402, {'reason': REASONS[int(r * 100) % 3]}) if r < 0.04 else (200, {'auth': '%08x' % rnd.getrandbits(32)})
        self.send(st, o)

    def send(self, st, o):
        b = json.dumps(o).encode()
        self.send_response(st)
        self.send_header('Content-Length', str(len(b)))
        self.end_headers()
        self.wfile.write(b)

class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def get_request(self):
        s, a = super().get_request()
        return ctx.wrap_socket(s, server_side=True, do_handshake_on_connect=False), a

    def handle_error(self, request, addr):
        pass

Server(('127.0.0.1', PORT['acquirer']), Handler).serve_forever()
