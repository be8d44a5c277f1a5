"""smarthost: takes the mail that goes out. It stands for the mail provider outside; its log is not part of a case."""
import signal, os, socketserver

class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        self.say('220 smarthost.example ESMTP')
        while line := self.rfile.readline():
            word = line[:4].upper()
            if word == b'DATA':
                self.say('354 go on')
                while self.rfile.readline().rstrip(b'\r\n') != b'.':
                    pass
            self.say('221 bye' if word == b'QUIT' else '250 smarthost.example' if word in (b'EHLO', b'HELO') else '250 2.0.0 ok')
            if word == b'QUIT':
                return

    def say(self, text):
        self.wfile.write(text.encode() + b'\r\n')

class Server(socketserver.ThreadingTCPServer):
    daemon_threads = allow_reuse_address = True

signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
Server(('127.0.0.1', 15026), Handler).serve_forever()
