"""ledger: an internal https service; takes entries of payments. logfmt, UTC."""
import http.server, json, os, signal, ssl, sys, threading, time
import layouts
from common import *

log = layouts.teller('ledger', 'logfmt')
ctx = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
with open(ROOT + '/etc/ledger.json') as f:
    TLS_MIN = json.load(f)['tls_min']
ctx.minimum_version = {'1.2': ssl.TLSVersion.TLSv1_2, '1.3': ssl.TLSVersion.TLSv1_3}[TLS_MIN]
ctx.load_cert_chain(ROOT + '/etc/tls/ledger.pem', ROOT + '/etc/tls/ledger.key')
entries = 0
FX = os.environ.get('LEDGER_FX')

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
        status, more = 200, {}
        if FX and b.get('currency', 'EUR') != 'EUR':
            status, rate = call('127.0.0.1', PORT['fx'], 'GET', '/rate/' + b['currency'])
            if status == 200:
                more = {'currency': b['currency'], 'rate': rate['rate']}
            else:
                log('error', 'entry not booked', auth=b['auth'], amount=b['amount'], currency=b['currency'], why=f'fx answered {status}')
                status = 422
        if status == 200:
            entries += 1
            log('info', 'entry booked', id=900000 + entries, auth=b['auth'], amount=b['amount'], **more)
        self.send_response(status)
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

def reload(*_):
    ctx.load_cert_chain(ROOT + '/etc/tls/ledger.pem', ROOT + '/etc/tls/ledger.key')
    log('info', 'certificate read again')

signal.signal(signal.SIGHUP, reload)
with open(ROOT + '/run/ledger.pid', 'w') as f:
    f.write(str(os.getpid()))
signal.signal(signal.SIGTERM, lambda *_: (log('info', 'stopping'), os._exit(0)))
log('info', 'ledger starting', version='1.9.0')
HOST = os.environ.get('LEDGER_HOST', '127.0.0.1')
srv = Server((HOST, PORT['ledger']), Handler)
threading.Thread(target=beat, daemon=True).start()
log('info', 'listening', addr='%s:%d' % (HOST, PORT['ledger']), tls=TLS_MIN + '+')
srv.serve_forever()
