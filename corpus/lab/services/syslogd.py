"""syslogd: takes syslog datagrams and writes them, without the <priority>, to logs/PROGRAM.log, as rsyslog does."""
import re, socket
from common import *

s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(('127.0.0.1', PORT['syslog']))
out = {}
while True:
    m = re.match(rb'<\d+>(\w{3} [ \d]\d \S+ \S+ (\w+)\[\d+\]: .*)', s.recv(65536).rstrip(b'\n\0'), re.S)
    if m:
        f = out.get(m[2]) or out.setdefault(m[2], open(f'{ROOT}/logs/{m[2].decode()}.log', 'ab', buffering=0))
        f.write(m[1] + b'\n')
