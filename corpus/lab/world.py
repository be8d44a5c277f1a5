"""The lab's servers: starts them as children, stops every one of them by its PID. Their configuration is in configs.py."""
import ctypes, glob, json, os, random, shlex, signal, socket, struct, subprocess, time

from configs import *

PGBIN = sorted(glob.glob('/usr/lib/postgresql/*/bin'))[-1]

HOSTS = '127.0.0.1 inventory.lab.internal\n127.0.0.1 payments.lab.internal\n127.0.0.1 ledger.lab.internal\n127.0.0.1 redis.lab.internal\n'
JOBS = ['cart-sweeper:240:70:SELECT count(*) FROM products', 'stock-reconcile:410:130:SELECT sku, qty FROM stock WHERE qty < 100',
        'sales-rollup:600:300:SELECT sku, sum(qty) FROM orders GROUP BY sku']

def die_with_parent():
    os.setpgrp()
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)

class World:
    def __init__(self, root, home, seed, speed, sc):
        """sc: the scenario"""
        self.root, self.seed, self.speed, self.procs, self.skipped, self.dark = root, seed, speed, [], 0, 0
        self.journaled = sc.get('journal', ())
        self.rnd = random.Random(f'{seed}-world')
        for d in (*sc.get('dirs', ()), 'etc/tls', 'etc/replicas', 'logs', 'run', 'tmp', 'app', 'static', 'spool'):
            os.makedirs(f'{root}/{d}', exist_ok=True)
        for f in glob.glob(home + '/services/*') + [home + '/load.py']:
            self.write('app/' + os.path.basename(f), open(f).read())
        subprocess.run(['cc', '-O2', '-shared', '-fPIC', '-o', root + '/app/clock.so', root + '/app/clock.c'], check=True)
        for name in sc.get('go', ()):
            subprocess.run(['go', 'build', '-o', f'{root}/app/{name}', f'{root}/app/{name}.go'], check=True,
                           env={**os.environ, 'GO111MODULE': 'off', 'GOPATH': '/usr/share/gocode', 'GOCACHE': root + '/tmp/go', 'HOME': root})
        for path, text in sc.get('files', {}).items():
            self.write(path, text.replace('/srv/lab/', root + '/'))
        if sc.get('nights'):
            self.write('run/nights.ns', '\0' * 8)
        self.real0, self.fake0 = time.time_ns(), int(sc['epoch'] * 1e9)
        self.env = {'PATH': f'{PGBIN}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'LANG': 'C.UTF-8', 'HOME': root, 'TMPDIR': root + '/tmp', 'LAB_ROOT': root,
                    'LAB_SPEED': str(speed), 'LAB_SEED': str(seed), 'TZ': 'UTC', 'PYTHONDONTWRITEBYTECODE': '1', 'PYTHONUNBUFFERED': '1',
                    'LD_PRELOAD': root + '/app/clock.so', 'LAB_CLOCK': f'{self.real0} {self.fake0} {speed}', 'LAB_LAYOUTS': json.dumps(sc.get('layouts', {})),
                    **({'LAB_STEP': root + '/run/nights.ns'} if sc.get('nights') else {})}

    def now(self):
        return (self.fake0 + (time.time_ns() - self.real0) * self.speed) / 1e9 + self.skipped

    def since(self):
        return self.now() - self.fake0 / 1e9 - self.dark

    def listens(self, port):
        for _ in range(600):
            try:
                return socket.create_connection(('127.0.0.1', port), 1).close()
            except OSError:
                time.sleep(0.05)
        raise SystemExit(f'nobody listens on port {port}')

    def night(self, hours, real=40):
        """nobody shops, and the clocks of all programs go so fast that so many hours take `real` seconds; since() does not count them"""
        self.write('run/night', '')
        dusk = self.now()
        time.sleep(1.5)                   # the last requests are answered
        for i in range(1, real * 20 + 1):
            self.skipped += max(0, dusk + hours * 3600 * i / real / 20 - self.now())
            with open(self.root + '/run/nights.ns', 'r+b') as f:
                f.write(struct.pack('q', int(self.skipped * 1e9)))
            time.sleep(0.05)
            self.alive()
        time.sleep(1)
        self.dark += self.now() - dusk
        os.unlink(self.root + '/run/night')

    def until(self, seconds):
        """wait until the lab has run for so many seconds of its clock"""
        while self.since() < seconds:
            time.sleep(0.05)
            self.alive()

    def alive(self):
        for name, p, must in self.procs:
            if must and p.poll() is not None:
                raise SystemExit(f'{name} ended with {p.returncode}; see {self.root}/logs')

    def ms(self, seconds):
        return int(seconds * 1000 / self.speed)

    def write(self, path, text):
        with open(f'{self.root}/{path}', 'w') as f:
            f.write(text)

    def start(self, name, argv, env=None, log=None, must=True, cwd=None, files=None):
        """a child; its output goes to logs/LOG.log (log False: nowhere); files: how many it may have open"""
        out = subprocess.DEVNULL if log is False or name in self.journaled else open(f'{self.root}/logs/{log or name}.log', 'ab')
        if name in self.journaled:
            argv = ['systemd-cat', '-t', name, *argv]
        if files:
            argv = ['prlimit', f'--nofile={files}', *argv]
        p = subprocess.Popen(argv, env={**self.env, **(env or {})}, stdin=subprocess.DEVNULL, stdout=out, stderr=out, preexec_fn=die_with_parent, cwd=cwd or self.root)
        self.procs.append((name, p, must))
        return p

    def py(self, name, script, *args, **kw):
        return self.start(name, ['/usr/bin/python3', f'{self.root}/app/{script}', *map(str, args)], **kw)

    def run(self, argv, text=None, check=True):
        return subprocess.run(argv, env=self.env, input=text, text=True, capture_output=True, check=check, cwd=self.root)

    def certificate(self, name, host, seconds):
        """signed by the lab's own authority, valid from two months ago until `seconds` from now on the lab's clock"""
        t = self.root + '/etc/tls'
        stamp = lambda s: time.strftime('%Y%m%d%H%M%SZ', time.gmtime(s))
        self.run(['openssl', 'req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', f'{t}/{name}.key', '-out', f'{t}/{name}.csr', '-subj', f'/CN={host}', '-addext', f'subjectAltName=DNS:{host}'])
        self.run(['openssl', 'ca', '-batch', '-config', f'{t}/ca.cnf', '-startdate', stamp(self.now() - 86400 * 60), '-enddate', stamp(self.now() + seconds), '-in', f'{t}/{name}.csr', '-out', f'{t}/{name}.pem', '-notext'])

    def tls(self, ledger_seconds):
        t = self.root + '/etc/tls'
        self.write('etc/tls/ca.cnf', f'[ca]\ndefault_ca=d\n[d]\ndatabase={t}/index.txt\nserial={t}/serial\nnew_certs_dir={t}\ncertificate={t}/ca.pem\nprivate_key={t}/ca.key\ndefault_md=sha256\npolicy=p\ncopy_extensions=copy\nunique_subject=no\n[p]\ncommonName=supplied\n'
                   '[req]\ndistinguished_name=n\n[n]\n')
        self.write('etc/tls/index.txt', '')
        self.write('etc/tls/serial', '1000\n')
        self.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '3650', '-keyout', t + '/ca.key', '-out', t + '/ca.pem', '-subj', '/CN=Lab Internal CA'])
        self.certificate('acquirer', 'acquirer.example', 86400 * 80)
        self.certificate('ledger', 'ledger.lab.internal', ledger_seconds)

    def up(self, sc):
        """start everything, in order; sc: the scenario"""
        r, speed = self.root, self.speed
        self.tls(sc.get('ledger_cert', 86400 * 31))
        for n in ('app.css', 'logo.svg'):
            self.write('static/' + n, '.' * 2000)
        self.write('etc/nginx.conf', NGINX.format(root=r))
        self.edge(18081)
        # HAProxy times with the wall clock and takes back what it thinks are jumps: its seconds are about three of the lab's
        self.write('etc/haproxy.cfg', HAPROXY.format(connect=self.ms(12), client=self.ms(90), server=self.ms(75), queue=self.ms(24), inter=self.ms(15), check=self.ms(15)))
        self.write('etc/pgbouncer.ini', PGBOUNCER.format(root=r, wait='%.1f' % (15 / speed), stats=max(1, int(60 / speed))) + sc.get('pgbouncer', ''))
        self.write('etc/users.txt', ''.join(f'"{u}" ""\n' for u in ('shop_app', 'inventory_app', 'jobs_app')))
        self.write('etc/dnsmasq.conf', DNSMASQ.format(root=r))
        self.write('etc/hosts.lab', HOSTS + ''.join(f'127.0.0.1 {n}.lab.internal\n' for n in sc.get('names', ())))
        self.write('etc/ledger.json', json.dumps({'tls_min': '1.2'}))
        self.write('etc/redis.conf', f'bind 127.0.0.1\nport 16379\nsave ""\ndir {r}/tmp\nmaxmemory 256mb\nmaxmemory-policy allkeys-lru\n' + sc.get('redis', '').format(root=r))
        for i in (1, 2, 3):
            self.write(f'etc/replicas/shop-{i}.json', json.dumps({'SHOP_NAME': f'shop-{i}', 'SHOP_VERSION': '5.12.3', 'SHOP_TAX_REGION': 'eu-1', 'SHOP_HEALTH': sc.get('health', 'deep'), 'SHOP_REQUIRES': 'SHOP_TAX_REGION', **sc.get('shop', {})}))
        self.run([PGBIN + '/initdb', '-D', r + '/pg', '-U', 'postgres', '-A', 'trust', '-N', '-E', 'UTF8', '--locale=C.UTF-8'])
        with open(r + '/pg/postgresql.conf', 'a') as f:
            f.write(POSTGRES.format(deadlock=self.ms(1)) + sc.get('postgres', ''))
        with open(r + '/pg/pg_hba.conf', 'r+') as f:
            rules = f.read()
            f.seek(0)
            f.write(sc.get('hba', '') + rules)
        if sc.get('journal'):
            self.journal()
        if sc.get('pack'):
            self.py('collector', 'collector.py', sc['pack'], log=False)
        if sc.get('rsyslog'):
            self.write('etc/rsyslog.conf', RSYSLOG.format(root=r))
            self.start('rsyslog', ['rsyslogd', '-n', '-i', 'NONE', '-f', r + '/etc/rsyslog.conf'], log=False)
        else:
            self.py('syslogd', 'syslogd.py', log=False)
        self.start('postgresql', [PGBIN + '/postgres', '-D', r + '/pg'])
        psql = [PGBIN + '/psql', '-h', '127.0.0.1', '-p', '15432', '-U', 'postgres', '-v', 'ON_ERROR_STOP=1', '-q']
        for _ in range(100):
            if self.run([PGBIN + '/pg_isready', '-h', '127.0.0.1', '-p', '15432', '-U', 'postgres', '-d', 'postgres'], check=False).returncode == 0:
                break
            time.sleep(0.1)
        self.run(psql, SQL + sc.get('sql', ''))
        if sc.get('standby'):
            self.standby()
        self.start('pgbouncer', ['pgbouncer', r + '/etc/pgbouncer.ini'], log=False)
        self.start('redis', ['redis-server', r + '/etc/redis.conf'])
        if sc.get('unbound'):
            self.write('etc/unbound.conf', UNBOUND.format(root=r))
            self.start('unbound', ['unbound', '-d', '-p', '-c', r + '/etc/unbound.conf'], log=False)
        else:
            self.start('dnsmasq', ['dnsmasq', '-C', r + '/etc/dnsmasq.conf'], log=False)
        if sc.get('cache'):
            self.start('memcached', ['memcached', '-v', '-l', '127.0.0.1', '-p', '16211', '-m', '64'])
        if sc.get('rabbit'):
            self.rabbit()
        if sc.get('queue'):
            self.java('fulfil', 'Fulfil')
        if sc.get('mail'):
            self.postfix()
        self.py('migrate', 'migrate.py', 'check', must=False)
        self.py('acquirer', 'acquirer.py', log=False)
        if sc.get('far'):          # ledger is behind the wire
            env = {**self.env, **sc['ledger']}
            self.write('run/far.next', 'exec env -i ' + ' '.join(shlex.quote(f'{k}={v}') for k, v in env.items()) + f' /usr/bin/python3 {r}/app/ledger.py >{r}/logs/ledger.log 2>&1 </dev/null\n')
            os.rename(r + '/run/far.next', r + '/run/far.sh')
        else:
            self.py('ledger', 'ledger.py', env=sc.get('ledger'))
        for name in sc.get('also', []):
            self.py(name, name + '.py', log=False if name == 'authority' else None)
        host = {'LAB_STEP': r + '/run/step.ns'} if sc.get('steps') else {}          # of payments-1
        if host:
            self.py('timed', 'timed.py', env=host)
        self.start('payments', ['node', r + '/app/payments.js'], env={**host, **sc.get('payments', {})})
        self.py('inventory', 'inventory.py', env={'TZ': 'Europe/Berlin', **sc.get('inventory', {})})
        self.py('flagd', 'flagd.py', *sc.get('flags', ['900:home.new_banner:off', '1500:home.new_banner:on']))
        time.sleep(1)
        for name, given in sc.get('supervised', {}).items():
            self.write(f'etc/replicas/{name}.json', json.dumps({**given, 'ARGV': [a.format(root=r) for a in given['ARGV']]}))
        self.py('supervisor', 'supervisor.py', *sc.get('supervised', ()), 'shop-1', 'shop-2', 'shop-3', env={'TZ': sc.get('zones', {}).get('shop', 'UTC'), **sc.get('supervisor', {})})
        for port in (18091, 18092, 18093):
            self.listens(port)
        time.sleep(2)
        self.start('haproxy', ['haproxy', '-db', '-f', r + '/etc/haproxy.cfg'], log=False)
        self.start('nginx', ['nginx', '-e', r + '/logs/nginx-error.log', '-p', r, '-c', r + '/etc/nginx.conf'], log=False)
        self.py('cfgagent', 'cfgagent.py', log=False)
        self.py('certd', 'certd.py', sc.get('authority', 18109), *sc.get('certd', ()))
        self.py('jobs', 'jobs.py', *JOBS, *[j.format(root=r) for j in sc.get('jobs', [])])
        self.py('load', 'load.py', json.dumps({'seed': self.seed, 'rate': sc.get('rate', 3), **sc.get('load', {})}), log=False)

    def standby(self):
        """a second database server, pg-b, that follows the first"""
        r = self.root
        self.run([PGBIN + '/pg_basebackup', '-D', r + '/pg-b', '-R', '-c', 'fast', '-h', '127.0.0.1', '-p', '15432', '-U', 'postgres'])
        with open(r + '/pg-b/postgresql.conf', 'a') as f:
            f.write('port = 15433\n')
        self.start('postgresql-b', [PGBIN + '/postgres', '-D', r + '/pg-b'])

    def postfix(self):
        """the master wants to be root; a smart host takes what goes out"""
        r = self.root
        self.write('etc/main.cf', POSTFIX.format(root=r))
        self.write('logs/maillog.log', '')                  # ours, to be read
        self.py('smarthost', 'smarthost.py', log=False)
        self.as_root(f'''mkdir -p {r}/postfix/etc {r}/postfix/queue {r}/postfix/data; chown postfix {r}/postfix/data; hostname mail-1; cp {r}/etc/main.cf {r}/postfix/etc/main.cf
sed 's/^smtp      inet/127.0.0.1:15025 inet/; s/^\\(\\S* *\\(inet\\|unix\\|fifo\\|unix-dgram\\) *\\S* *\\S* *\\)[y-] /\\1n /' /usr/share/postfix/master.cf.dist >{r}/postfix/etc/master.cf
postfix -c {r}/postfix/etc check; /usr/lib/postfix/sbin/master -c {r}/postfix/etc -d >/dev/null 2>&1 </dev/null &''')
        self.said('maillog', 'daemon started')

    def postfix_reload(self):
        self.as_root(f'cp {self.root}/etc/main.cf {self.root}/postfix/etc/main.cf && postfix -c {self.root}/postfix/etc reload')

    def journal(self):
        """a journal of our own, which begins with what the kernel says from now on"""
        r = self.root
        self.write('etc/journald.conf', JOURNALD)
        self.as_root(f'''mount -t tmpfs lab /run; mkdir -p /run/systemd/journal /run/log/journal /run/systemd/journald.conf.d; cp {r}/etc/journald.conf /run/systemd/journald.conf.d/lab.conf
echo 6d1f0c52a9e84b0d8d3c5a7be1f20946 >/run/machine-id; mount --bind /run/machine-id /etc/machine-id; hostname app-1; python3 {r}/app/kmsg.py >/run/systemd/journal/kernel-seqnum
/lib/systemd/systemd-journald >/dev/null 2>&1 </dev/null &''')
        while not os.path.exists('/run/systemd/journal/stdout'):
            time.sleep(0.05)

    def journal_out(self, form):
        """of the kernel errors alone: the rest of what it says is about the machine below"""
        self.as_root(f'journalctl -q -D /run/log/journal {form} _TRANSPORT=stdout + _TRANSPORT=kernel PRIORITY=3 >{self.root}/logs/journal.log')

    def rabbit(self):
        r = self.root
        os.makedirs(r + '/rabbit', exist_ok=True)
        self.write('rabbit/plugins', '[].')
        self.rabbit_env = {'RABBITMQ_NODENAME': 'rabbit@localhost', 'RABBITMQ_NODE_IP_ADDRESS': '127.0.0.1', 'RABBITMQ_NODE_PORT': '15672', 'ERL_EPMD_ADDRESS': '127.0.0.1', 'RABBITMQ_MNESIA_BASE': r + '/rabbit',
                           'RABBITMQ_MNESIA_DIR': r + '/rabbit/node', 'RABBITMQ_FEATURE_FLAGS_FILE': r + '/rabbit/flags', 'RABBITMQ_PLUGINS_EXPAND_DIR': r + '/rabbit/x', 'RABBITMQ_LOG_BASE': r + '/rabbit',
                           'RABBITMQ_LOGS': r + '/logs/rabbitmq.log', 'RABBITMQ_CONFIG_FILE': r + '/rabbit/config', 'RABBITMQ_ENABLED_PLUGINS_FILE': r + '/rabbit/plugins', 'RABBITMQ_PID_FILE': r + '/rabbit/pid',
                           'RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS': '+c false +C multi_time_warp +sbwt none +S 1'}         # follows the wall clock, however fast it is
        self.start('rabbitmq', ['/usr/lib/rabbitmq/bin/rabbitmq-server'], env=self.rabbit_env, log=False)
        for _ in range(400):
            if os.path.exists(r + '/logs/rabbitmq.log') and 'Server startup complete' in open(r + '/logs/rabbitmq.log').read():
                return
            time.sleep(0.1)
        raise SystemExit('rabbitmq does not start')

    def java(self, name, main):
        jars = '/usr/share/java/log4j-api.jar:/usr/share/java/log4j-core.jar'
        self.run(['javac', '-d', self.root + '/app', '-cp', jars, f'{self.root}/app/{main}.java'])
        self.start(name, ['java', '-Xmx48m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-cp', f'{self.root}/app:{jars}', f'-Dlog4j.configurationFile={self.root}/app/log4j2.xml', main])

    def edge(self, front, write=True):
        text = EDGE.format(root=self.root, front=front, read=self.ms(15), connect=self.ms(4))
        if write:
            self.write('etc/edge.conf', text)
        return text

    def find(self, name):
        return [p for n, p, _ in self.procs if n == name][-1]

    def stop(self, name):
        p = self.find(name)
        self.procs = [x for x in self.procs if x[1] is not p]
        p.terminate()
        p.wait(15)

    def wanted(self, what, text, *do):
        """the configuration agent finds a change at once, tells it and does it"""
        self.write('run/wanted.json', json.dumps({'what': what, 'text': text, 'do': do}))
        self.write('run/wanted.now', '')

    def push(self, what, text, path, new, reload=None):
        """the configuration agent puts `new` into a file and has a program read it again; returns what takes it back"""
        with open(f'{self.root}/{path}') as f:
            old = f.read()
        self.write('etc/pushed', new)
        pid = self.find(reload).pid if reload else None
        self.wanted(what, text, 'sh', '-c', f'cp {self.root}/etc/pushed {self.root}/{path}' + (f' && kill -HUP {pid}' if pid else ''))
        def back():
            self.write(path, old)
            if pid:
                os.kill(pid, signal.SIGHUP)
        return back

    def as_root(self, command):
        """have the root of the recording run a command of the shell (see run)"""
        seen = ' '.join(shlex.quote(f'{k}={self.env[k]}') for k in ('LD_PRELOAD', 'LAB_CLOCK', 'PATH', 'TZ'))
        self.write('run/as_root.next', f'export {seen}\n{command}\n')
        os.rename(self.root + '/run/as_root.next', self.root + '/run/as_root')
        while os.path.exists(self.root + '/run/as_root'):
            time.sleep(0.05)

    def said(self, log, text, seconds=120):
        """wait until logs/LOG.log holds `text`"""
        end, path = self.now() + seconds, f'{self.root}/logs/{log}.log'
        while not os.path.exists(path) or text not in open(path).read():
            if self.now() > end:
                raise SystemExit(f'{log} never said "{text}"')
            time.sleep(0.05)

    def restart(self, name, script=None, **kw):
        self.stop(name)
        return self.py(name, script or name + '.py', **kw)

    def sql(self, text):
        return self.run([PGBIN + '/psql', '-h', '127.0.0.1', '-p', '15432', '-U', 'postgres', '-d', 'shop', '-At'], text, False).stdout

    def down(self):
        """the youngest first, so that no client shouts at a server that is only being put away"""
        for name, p, _ in reversed(self.procs):
            if p.poll() is None:
                p.send_signal(signal.SIGINT if name.startswith('postgresql') else signal.SIGTERM)
                try:
                    p.wait(15)
                except subprocess.TimeoutExpired:
                    p.kill()
                    p.wait()
