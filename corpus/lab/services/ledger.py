"""ledger: an internal https service; takes entries of payments. logfmt, UTC."""
import http.server, json, os, signal, ssl, sys, threading, time
from common import *

lock = threading.Lock()
def log(level, msg, **kv):
    t = time.time()
    with lock:
        print(f"ts={time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(t))}.{int(t % 1 * 1000):03d}Z level={level} svc=ledger msg=\"{msg}\"" +
              ''.join(f' {k}="{v}"' if ' ' in str(v) else f' {k}={v}' for k, v in kv.items()), flush=True)

ctx = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
ctx.load_cert_chain(ROOT + '/etc/tls/ledger.pem', ROOT + '/etc/tls/ledger.key')
entries = 0

class Handler(http.server.BaseHTTPRequestHandler):
    timeout = 5

    def setup(self):
        self.request.settimeout(5)
        self.request.do_handshake()
        super().setup()

    def log_message(self, *a):
        pass

    def do_POST(self):
        global entries
        b = json.loads(self.rfile.read(int(self.headers.get('Content-Length') or 0)))
        entries += 1
        log('info', 'entry booked', id=900000 + entries, auth=b['auth'], amount=b['amount'])
        self.send_response(200)
        self.send_header('Content-Length', '2')
        self.end_headers()
        self.wfile.write(b'{}')

class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def get_request(self):
        s, a = super().get_request()
        return ctx.wrap_socket(s, server_side=True, do_handshake_on_connect=False), a

    def handle_error(self, request, addr):
        e = sys.exc_info()[1]
        log('warn', 'connection dropped', peer='%s:%d' % addr, err=str(e).split(' (_ssl')[0])

def beat():
    while True:
        nap(60)
        log('info', 'journal flushed', entries=entries, lag_ms=entries % 7)

signal.signal(signal.SIGTERM, lambda *_: (log('info', 'stopping'), os._exit(0)))
log('info', 'ledger starting', version='1.9.0')
srv = Server(('127.0.0.1', PORT['ledger']), Handler)
threading.Thread(target=beat, daemon=True).start()
log('info', 'listening', addr='127.0.0.1:%d' % PORT['ledger'], tls='yes')
srv.serve_forever()
