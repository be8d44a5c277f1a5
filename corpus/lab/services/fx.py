"""fx: exchange rates over HTTP, from a table that a feed leaves in run/rates.csv."""
import http.server, os, signal, threading
import layouts
from common import *

log = layouts.teller('fx', 'slog')
rates = {}

class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *a):
        pass

    def do_GET(self):
        rate = rates.get(self.path.rpartition('/')[2])
        if rate:
            log('debug', 'rate served', path=self.path)
        b = json.dumps({'rate': rate}).encode()
        self.send_response(200 if rate else 404)
        self.send_header('Content-Length', str(len(b)))
        self.end_headers()
        self.wfile.write(b)

class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

def feed():
    global rates
    n = 0
    while True:
        with open(ROOT + '/run/rates.csv') as f:
            rates = dict(l.split(',') for l in f.read().split())
        log('info', 'rates loaded', pairs=len(rates), source='central-bank', took_ms=11 + n * 7 % 20)
        if n % 5 == 2:
            log('warn', 'rates of the secondary source are older than a day', source='broker')
        n += 1
        nap(120)

signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
log('info', 'fx starting', version='0.14.1')
threading.Thread(target=feed, daemon=True).start()
Server(('127.0.0.1', PORT['fx']), Handler).serve_forever()
