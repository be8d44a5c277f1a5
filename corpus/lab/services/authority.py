"""authority: signs new certificates for certd. It stands for the certificate authority of the house; its log is not part of a case."""
import http.server, os, signal, subprocess
from common import *

class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *a):
        pass

    def do_POST(self):
        name = json.loads(self.rfile.read(int(self.headers['Content-Length'])))['name']
        t = ROOT + '/etc/tls'
        day = lambda s: time.strftime('%Y%m%d%H%M%SZ', time.gmtime(time.time() + s))
        subprocess.run(['openssl', 'ca', '-batch', '-config', t + '/ca.cnf', '-startdate', day(-3600), '-enddate', day(86400 * 90), '-in', f'{t}/{name}.csr',
                        '-out', f'{ROOT}/run/{name}.new', '-notext'], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        b = json.dumps({'pem': open(f'{ROOT}/run/{name}.new').read()}).encode()
        self.send_response(200)
        self.send_header('Content-Length', str(len(b)))
        self.end_headers()
        self.wfile.write(b)

signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
http.server.ThreadingHTTPServer(('127.0.0.1', PORT['authority']), Handler).serve_forever()
