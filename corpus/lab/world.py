"""The lab's servers: writes their configuration, starts them as children, stops every one of them by its PID."""
import ctypes, glob, json, os, random, shlex, signal, subprocess, time

PGBIN = sorted(glob.glob('/usr/lib/postgresql/*/bin'))[-1]

NGINX = '''daemon off;
worker_processes 1;
pid {root}/run/nginx.pid;
error_log {root}/logs/nginx-error.log notice;
events {{ worker_connections 512; }}
http {{
    map $request_id $rid {{ "~^(?<short>.{{12}})" $short; }}
    log_format main '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" rt=$request_time us=$upstream_status req=$rid';
    access_log {root}/logs/nginx-access.log main;
    client_body_temp_path {root}/tmp/body;  proxy_temp_path {root}/tmp/proxy;  fastcgi_temp_path {root}/tmp/f;  uwsgi_temp_path {root}/tmp/u;  scgi_temp_path {root}/tmp/s;
    set_real_ip_from 127.0.0.1;  real_ip_header X-Forwarded-For;
    include {root}/etc/edge.conf;
}}
'''
EDGE = '''upstream shop_front {{ server 127.0.0.1:{front}; }}
server {{
    listen 127.0.0.1:18080;
    server_name shop.example;
    proxy_read_timeout {read}ms;  proxy_connect_timeout {connect}ms;
    location /static/ {{ root {root}; }}
    location / {{
        proxy_pass http://shop_front;
        proxy_set_header X-Request-Id $rid;
        proxy_set_header X-Forwarded-For $remote_addr;
    }}
}}
'''
HAPROXY = '''global
    log 127.0.0.1:18514 format rfc3164 local0
    log-send-hostname edge-1
    maxconn 1000
defaults
    mode http
    log global
    option httplog
    option dontlognull
    timeout connect {connect}ms
    timeout client {client}ms
    timeout server {server}ms
    timeout queue {queue}ms
frontend fe_shop
    bind 127.0.0.1:18081
    default_backend be_shop
backend be_shop
    balance roundrobin
    option httpchk GET /healthz
    option log-health-checks
    option redispatch
    retries 2
    default-server check inter {inter}ms fall 3 rise 2 maxconn 40
    timeout check {check}ms
    server shop-1 127.0.0.1:18091
    server shop-2 127.0.0.1:18092
    server shop-3 127.0.0.1:18093
'''.replace('18514', '15514')
PGBOUNCER = '''[databases]
shop = host=127.0.0.1 port=15432 dbname=shop
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = 16432
unix_socket_dir =
auth_type = trust
auth_file = {root}/etc/users.txt
pool_mode = transaction
default_pool_size = 14
max_client_conn = 200
query_wait_timeout = {wait}
stats_period = {stats}
server_idle_timeout = 300
ignore_startup_parameters = extra_float_digits
logfile = {root}/logs/pgbouncer.log
pidfile = {root}/run/pgbouncer.pid
'''
POSTGRES = '''listen_addresses = '127.0.0.1'
port = 15432
unix_socket_directories = ''
max_connections = 60
client_connection_check_interval = 400ms
shared_buffers = 64MB
fsync = off
log_line_prefix = '%m [%p] %q%u@%d '
log_timezone = 'Europe/Berlin'
log_lock_waits = on
log_statement = 'ddl'
log_min_duration_statement = 8000
log_checkpoints = on
log_autovacuum_min_duration = 0
autovacuum_naptime = 20s
checkpoint_timeout = 40s
max_wal_size = 512MB
min_wal_size = 64MB
deadlock_timeout = {deadlock}ms
'''
SQL = '''CREATE ROLE shop_app LOGIN; CREATE ROLE inventory_app LOGIN; CREATE ROLE jobs_app LOGIN; CREATE ROLE migrator LOGIN SUPERUSER;
CREATE DATABASE shop;
\\c shop
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE TABLE products (sku int PRIMARY KEY, name text, price numeric);
CREATE TABLE stock (sku int PRIMARY KEY, qty int);
CREATE TABLE orders (id serial PRIMARY KEY, token text UNIQUE, customer text, sku int, qty int, amount numeric, note text);
INSERT INTO products SELECT i, (ARRAY['lamp','chair','desk','mug','rug','sofa','shelf','clock','vase','towel'])[i % 10 + 1] || ' ' || i, i % 90 + 3 FROM generate_series(1, 500) i;
INSERT INTO stock SELECT i, 400 FROM generate_series(1, 500) i;
INSERT INTO orders (token, customer, sku, qty, amount, note) SELECT md5(i::text), 'u' || i % 900, i % 500 + 1, 1, i % 90, 'order of a lamp and a chair ' || i FROM generate_series(1, 20000) i;
CREATE FUNCTION personal_shelf(who text) RETURNS int LANGUAGE sql AS 'SELECT 1 FROM pg_sleep(19)';  -- stands for a slow remote call
GRANT ALL ON ALL TABLES IN SCHEMA public TO shop_app, inventory_app, jobs_app; GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO shop_app, inventory_app, jobs_app;
'''
DNSMASQ = '''port=15353
listen-address=127.0.0.1
bind-interfaces
no-resolv
no-hosts
addn-hosts={root}/etc/hosts.lab
pid-file={root}/run/dnsmasq.pid
log-facility={root}/logs/dnsmasq.log
keep-in-foreground
'''
UNBOUND = '''server:
    directory: "{root}/run"
    chroot: ""
    username: ""
    interface: 127.0.0.1
    port: 15353
    access-control: 127.0.0.0/8 allow
    logfile: "{root}/logs/unbound.log"
    log-time-ascii: yes
    verbosity: 1
    statistics-interval: 8
    minimal-responses: yes
    module-config: "iterator"
    local-zone: "lab.internal." static
    local-data: "inventory.lab.internal. A 127.0.0.1"
    local-data: "payments.lab.internal. A 127.0.0.1"
    local-data: "ledger.lab.internal. A 10.9.0.2"
remote-control:
    control-enable: no
'''
RSYSLOG = '''module(load="imudp")
input(type="imudp" address="127.0.0.1" port="15514")
template(name="by_program" type="string" string="{root}/logs/%programname%.log")
action(type="omfile" dynaFile="by_program" template="RSYSLOG_TraditionalFileFormat")
'''
HOSTS = '127.0.0.1 inventory.lab.internal\n127.0.0.1 payments.lab.internal\n127.0.0.1 ledger.lab.internal\n127.0.0.1 redis.lab.internal\n'
JOBS = ['cart-sweeper:240:70:SELECT count(*) FROM products', 'stock-reconcile:410:130:SELECT sku, qty FROM stock WHERE qty < 100',
        'sales-rollup:600:300:SELECT sku, sum(qty) FROM orders GROUP BY sku']
PORTS = [18080, 18081, 18091, 18092, 18093, 18101, 18102, 18103, 18104, 16432, 15432, 16379]

def die_with_parent():
    os.setpgrp()
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)

class World:
    def __init__(self, root, home, seed, speed, sc):
        """sc: the scenario"""
        self.root, self.seed, self.speed, self.procs = root, seed, speed, []
        self.rnd = random.Random(f'{seed}-world')
        for d in (*sc.get('dirs', ()), 'etc/tls', 'etc/replicas', 'logs', 'run', 'tmp', 'app', 'static', 'spool'):
            os.makedirs(f'{root}/{d}', exist_ok=True)
        for f in glob.glob(home + '/services/*') + [home + '/load.py']:
            self.write('app/' + os.path.basename(f), open(f).read())
        subprocess.run(['cc', '-O2', '-shared', '-fPIC', '-o', root + '/app/clock.so', root + '/app/clock.c'], check=True)
        for path, text in sc.get('files', {}).items():
            self.write(path, text.replace('/srv/lab/', root + '/'))
        self.real0, self.fake0 = time.time_ns(), int(sc['epoch'] * 1e9)
        self.env = {'PATH': f'{PGBIN}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'LANG': 'C.UTF-8', 'HOME': root, 'TMPDIR': root + '/tmp', 'LAB_ROOT': root,
                    'LAB_SPEED': str(speed), 'LAB_SEED': str(seed), 'TZ': 'UTC', 'PYTHONDONTWRITEBYTECODE': '1', 'PYTHONUNBUFFERED': '1',
                    'LD_PRELOAD': root + '/app/clock.so', 'LAB_CLOCK': f'{self.real0} {self.fake0} {speed}', 'LAB_LAYOUTS': json.dumps(sc.get('layouts', {}))}

    def now(self):
        return (self.fake0 + (time.time_ns() - self.real0) * self.speed) / 1e9

    def since(self):
        return self.now() - self.fake0 / 1e9

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
        out = subprocess.DEVNULL if log is False else open(f'{self.root}/logs/{log or name}.log', 'ab')
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
        self.write('etc/hosts.lab', HOSTS + ('127.0.0.1 bus.lab.internal\n' if sc.get('rabbit') else ''))
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
        self.py('supervisor', 'supervisor.py', 'shop-1', 'shop-2', 'shop-3', env={'TZ': sc.get('zones', {}).get('shop', 'UTC'), **sc.get('supervisor', {})})
        time.sleep(2)
        self.start('haproxy', ['haproxy', '-db', '-f', r + '/etc/haproxy.cfg'], log=False)
        self.start('nginx', ['nginx', '-e', r + '/logs/nginx-error.log', '-p', r, '-c', r + '/etc/nginx.conf'], log=False)
        self.py('cfgagent', 'cfgagent.py', log=False)
        self.py('certd', 'certd.py', sc.get('authority', 18109))
        self.py('jobs', 'jobs.py', *JOBS, *[j.format(root=r) for j in sc.get('jobs', [])])
        self.py('load', 'load.py', json.dumps({'seed': self.seed, 'rate': sc.get('rate', 3), **sc.get('load', {})}), log=False)

    def standby(self):
        """a second database server, pg-b, that follows the first"""
        r = self.root
        self.run([PGBIN + '/pg_basebackup', '-D', r + '/pg-b', '-R', '-c', 'fast', '-h', '127.0.0.1', '-p', '15432', '-U', 'postgres'])
        with open(r + '/pg-b/postgresql.conf', 'a') as f:
            f.write('port = 15433\n')
        self.start('postgresql-b', [PGBIN + '/postgres', '-D', r + '/pg-b'])

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

    def said(self, log, text, seconds=120):
        """wait until logs/LOG.log holds `text`"""
        end = self.now() + seconds
        while text not in open(f'{self.root}/logs/{log}.log').read():
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
