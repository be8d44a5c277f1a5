"""collector: follows the logs in logs/ as a container runtime or a log viewer does and writes them in its own frame. argv: MODE.
cri: shipped/NAME.log, each line as "TIME stdout F LINE"; cluster: all of them in shipped/cluster.log as "[pod/NAME] TIME LINE"."""
import glob, hashlib, os, signal, sys, time
from common import *

mode = sys.argv[1]
signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
os.makedirs(ROOT + '/shipped', exist_ok=True)
files, out = {}, {}

def frame(name, line):
    ns = time.time_ns()
    t = time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(ns // 1000000000)).encode() + b'.%09dZ' % (ns % 1000000000)
    if mode == 'cri':
        return t + b' stdout F ' + line
    digest = hashlib.sha256(name.encode()).hexdigest()
    return f'[pod/{name}-{digest[:9]}-{digest[9:14]}/{name.rstrip("-0123456789")}] '.encode() + t + b' ' + line

while True:
    busy = False
    for path in glob.glob(ROOT + '/logs/*.log'):
        name = os.path.basename(path)[:-4]
        if path not in files:
            files[path] = [open(path, 'rb'), b'']
        f = files[path]
        b = f[0].read(1 << 16)
        if not b:
            continue
        busy = True
        f[1] += b
        *whole, f[1] = f[1].split(b'\n')
        to = 'cluster' if mode == 'cluster' else name
        if to not in out:
            out[to] = open(f'{ROOT}/shipped/{to}.log', 'ab')
        out[to].write(b''.join(frame(name, l) + b'\n' for l in whole))
        out[to].flush()
    if not busy:
        time.sleep(0.03)
