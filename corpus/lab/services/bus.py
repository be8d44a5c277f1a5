"""bus: puts an order on the message broker when the shop asks for it over HTTP, and hands the orders of the broker to the warehouse."""
import http.server, logging, os, signal, threading
import pika
import layouts
from common import *

log = layouts.teller('bus', 'spring')
logging.getLogger('pika').setLevel('CRITICAL')

def connect():
    return pika.BlockingConnection(pika.ConnectionParameters('127.0.0.1', PORT['rabbitmq'], heartbeat=0, blocked_connection_timeout=8 / SPEED, socket_timeout=20 / SPEED))

class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *a):
        pass

    def do_POST(self):
        order = json.loads(self.rfile.read(int(self.headers.get('Content-Length') or 0)))['order']
        status = 200
        try:
            c = connect()
            try:
                ch = c.channel()
                ch.confirm_delivery()
                ch.basic_publish('', 'orders', json.dumps({'order': order, 'pad': 'x' * 400}).encode())
                log('info', 'order published', order=order, req=self.headers.get('X-Request-Id', '-'))
            finally:
                if c.is_open:
                    c.close()
        except (pika.exceptions.AMQPError, OSError) as e:
            log('error', 'order not published', order=order, cause=type(e).__name__, detail=e, req=self.headers.get('X-Request-Id', '-'))
            status = 503
        self.send_response(status)
        self.send_header('Content-Length', '2')
        self.end_headers()
        self.wfile.write(b'{}')

class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

def warehouse():
    c = connect()
    ch = c.channel()
    n = 0
    while True:
        method, _, body = ch.basic_get('orders', auto_ack=True)
        if not body:
            c.sleep(1 / SPEED)
            continue
        n += 1
        if n % 40 == 13:
            log('warn', 'warehouse took long for an order', order=json.loads(body)['order'], ms=1400 + n % 300)
        elif n % 20 == 0:
            log('info', 'orders handed to the warehouse', total=n)

signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
c = connect()
c.channel().queue_declare('orders')
c.close()
log('info', 'bus starting', broker='127.0.0.1:%d' % PORT['rabbitmq'])
threading.Thread(target=warehouse, daemon=True).start()
Server(('127.0.0.1', PORT['bus']), Handler).serve_forever()
