"""The scenarios. Times are seconds of the lab's clock. `trigger` pulls the fault and may go on to repair it."""
import calendar, json, os, time

def epoch(text):
    return calendar.timegm(time.strptime(text, '%Y-%m-%d %H:%M:%S'))

EDGE = [{'file': 'logs/nginx-access.log', 'regex': r'"(?!GET /export)[A-Z]+ \S+ HTTP/1\.1" 50[0234] '},
        {'file': 'logs/nginx-error.log', 'regex': r'upstream (timed out|prematurely closed)|no live upstreams'},
        {'file': 'logs/haproxy.log', 'regex': r'is DOWN|has no server available| (50[0234]|-1) \d+ - - (sH|sC|SC|sQ|SH)-- | (502|503|504) \d+ - - ---- '}]
ALL = {}

def scenario(name, **kw):
    def add(f):
        ALL[name] = {**kw, 'trigger': f}
        return f
    return add

@scenario('pool-drain', kind='a schema migration holds a table lock; the connection pool drains', layer='db', log_trace='quiet_info', epoch=epoch('2026-08-07 13:40:12'), minutes=42, after=11, rate=4,
          story=['A release pipeline applies migration 0042 straight on the database: it fills a small table, then runs ALTER TABLE orders ADD COLUMN and a gentle backfill in one transaction, so an ACCESS EXCLUSIVE lock on orders is held for minutes.',
                 'Every query on orders waits in PostgreSQL and keeps one of the pooled server connections of pgbouncer.',
                 'Within half a minute the pool has none left: queries that never touch orders wait too, and so does the health check.',
                 'HAProxy takes the replicas out and puts them back, nginx answers 503 and 504, clients that give up leave backends behind in the database.',
                 'An operator finds the blocker and terminates it; the migration rolls back and the shop recovers.'],
          culprit={'service': 'migrate', 'file': 'logs/migrate.log', 'line_regex': r'applying migration 0042_orders_add_tax_region'},
          accept=[{'service': 'postgresql', 'file': 'logs/postgresql.log', 'line_regex': r'statement: (ALTER TABLE orders ADD COLUMN|CREATE TABLE IF NOT EXISTS tax_regions)'},
                  {'service': 'postgresql', 'file': 'logs/postgresql.log', 'line_regex': r'(still waiting for|acquired) AccessExclusiveLock'}],
          near=[{'file': 'logs/postgresql.log', 'regex': r'still waiting for (AccessShare|RowExclusive)Lock', 'what': 'its DETAIL names the process that holds the lock'}],
          symptoms=EDGE + [{'file': 'logs/shop-*.log', 'regex': r'pool shop_app: no connection|query_wait_timeout|readiness failed|timed out|server closed the connection'},
                           {'file': 'logs/pgbouncer.log', 'regex': r'query_wait_timeout|client disconnect|server conn crashed|pooler error|too many'},
                           {'file': 'logs/postgresql.log', 'regex': r'too many clients|canceling statement|could not send|connection to client lost|terminating connection|unexpected EOF'},
                           {'file': 'logs/migrate.log', 'regex': r'failed after'}],
          benign=[])
def pool_drain(w, sc):
    m = w.py('migrate', 'migrate.py', '0042_orders_add_tax_region', must=False)
    w.until(sc['t'] + 6.5 * 60)
    w.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'migrate'")
    sc['noted'] = w.now()
    m.wait(30)

BACKEND = [{'file': 'logs/nginx-access.log', 'regex': r'"(?!GET /export)[A-Z]+ \S+ HTTP/1\.1" 50[0234] '}]

@scenario('cert-expired', kind='an internal TLS certificate expires after its renewal failed quietly', layer='tls', log_trace='quiet_warn', epoch=epoch('2026-08-19 05:06:41'), minutes=42, after=9, rate=3.5, early=2000,
          ledger_cert=42 * 60 + 30,
          story=['certd looks after two internal certificates; the one of ledger ends in less than a quarter of an hour when certd asks the authority for a new one.',
                 'The authority cannot be reached; certd logs one WARN, keeps the old certificate and means to come back in twelve hours.',
                 'Minutes later the certificate really expires; payments verifies it and refuses to talk to ledger.',
                 'Every charge is reversed and every checkout ends in a 502, while all other pages and all health checks stay green.',
                 'An operator issues a certificate by hand and restarts ledger.'],
          culprit={'service': 'certd', 'file': 'logs/certd.log', 'line_regex': r'certificate ledger: order not finished'},
          accept=[{'service': 'payments', 'file': 'logs/payments.log', 'line_regex': r'CERT_HAS_EXPIRED'}],
          symptoms=BACKEND + [{'file': 'logs/shop-*.log', 'regex': r'payments answered 502'}, {'file': 'logs/haproxy.log', 'regex': r' 502 \d+ - - ---- .*POST /checkout'},
                              {'file': 'logs/ledger.log', 'regex': r'connection dropped'}])
def cert_expired(w, sc):
    w.until(sc['t'] + 6 * 60)
    w.certificate('ledger', 'ledger.lab.internal', 86400 * 90)
    w.stop('ledger')
    w.py('ledger', 'ledger.py')
    sc['noted'] = w.now()

@scenario('dns-change', kind='a changed DNS record sends the shop to an address where nothing listens', layer='dns', log_trace='quiet_info', epoch=epoch('2026-09-02 09:11:05'), minutes=36, after=9, rate=3.5,
          story=['The configuration agent brings a new version of the internal zone to the name server: one name is added for a coming move, and the address of inventory is changed along with it.',
                 'dnsmasq reads the file again and says so in one line, as it does after every change.',
                 'The replicas keep the old address for up to 45 seconds, so errors begin late and in one replica after the other.',
                 'Product pages and checkouts then fail with 502, since nothing listens at the new address; health checks know nothing of inventory and stay green.',
                 'The zone is put back by hand.'],
          culprit={'service': 'cfgagent', 'file': 'logs/cfgagent.log', 'line_regex': r'zone lab\.internal: serial 2026090101 -> 2026090201'},
          accept=[{'service': 'dnsmasq', 'file': 'logs/dnsmasq.log', 'line_regex': r'read \S+hosts\.lab - 5 names'}],
          symptoms=BACKEND + [{'file': 'logs/shop-*.log', 'regex': r'inventory unreachable'}, {'file': 'logs/haproxy.log', 'regex': r' 502 \d+ - - ---- '}])
def dns_change(w, sc):
    good = open(w.root + '/etc/hosts.lab').read()
    bad = good.replace('127.0.0.1 inventory', '127.0.0.9 inventory') + '127.0.0.9 inventory-next.lab.internal\n'
    w.write('etc/hosts.next', bad)
    pid = w.find('dnsmasq').pid
    w.write('run/wanted.json', json.dumps({'what': 'zone lab.internal', 'text': 'serial 2026090101 -> 2026090201, 2 records', 'do': ['sh', '-c', f'cp {w.root}/etc/hosts.next {w.root}/etc/hosts.lab && kill -HUP {pid}']}))
    w.write('run/wanted.now', '')
    w.until(sc['t'] + 6.5 * 60)
    w.write('etc/hosts.lab', good)
    os.kill(pid, 1)
    sc['noted'] = w.now()

@scenario('bad-replica', kind='a release without one of its settings: two of three replicas die again and again', layer='deploy', log_trace='quiet_info', epoch=epoch('2026-09-10 15:20:30'), minutes=36, after=10, rate=3.5,
          noticed={'least': 6, 'share': 0.12, 'span': 120, 'of': 'POST /checkout'},
          story=['Release 5.13.0 is rolled out replica by replica; it reads a setting that release 5.12.3 did not need, and the environments of shop-2 and shop-3 lack it.',
                 'Both start well and pass their health check, so the rollout goes on and ends in peace.',
                 'The first checkout that reaches such a replica kills it; the supervisor starts it again, and the next checkout kills it again.',
                 'Checkouts fail with 502, each time together with whatever else the replica was answering; shop-1 carries most of the load.',
                 'An operator rolls the two replicas back to 5.12.3.'],
          culprit={'service': 'deploy', 'file': 'logs/deploy.log', 'line_regex': r'release shop 5\.13\.0: rollout started'},
          accept=[{'service': 'deploy', 'file': 'logs/deploy.log', 'line_regex': r'release shop 5\.13\.0: updating shop-[23]'},
                  {'service': 'shop', 'file': 'logs/shop-[23].log', 'line_regex': r"tax worker died|KeyError: 'SHOP_TAX_REGION'"}],
          near=[{'file': 'logs/supervisor.log', 'regex': r'exited: shop-[23] \(exit status 70', 'what': 'names the replicas that die'}],
          benign=[{'file': 'logs/deploy.log', 'regex': r'5\.13\.0: shop-1 ready', 'what': 'the healthy replica of the same release'}],
          symptoms=BACKEND + [{'file': 'logs/nginx-error.log', 'regex': r'upstream prematurely closed|upstream timed out'},
                              {'file': 'logs/haproxy.log', 'regex': r' (SH|SC|sC|sH)-- |Health check for server \S+ failed, reason: Layer4'}])
def bad_replica(w, sc):
    lack = '{"-SHOP_TAX_REGION": "", "SHOP_REQUIRES": "SHOP_NAME"}'
    w.py('deploy', 'deploy.py', '5.13.0', 60, 'shop-1={}', 'shop-2=' + lack, 'shop-3=' + lack, must=False)
    w.until(sc['t'] + 7.5 * 60)
    w.py('deploy', 'deploy.py', '5.12.3', 60, 'shop-2={"SHOP_TAX_REGION": "eu-1"}', 'shop-3={"SHOP_TAX_REGION": "eu-1"}', must=False)
    sc['noted'] = w.now()

@scenario('redis-maxmemory', kind='Redis is given too little memory and a policy that refuses writes; it fills up minutes later', layer='cache', log_trace='quiet_info', epoch=epoch('2026-09-15 19:02:18'), minutes=36, after=11, rate=3.5,
          story=['The configuration agent applies a smaller Redis profile while the server runs: less memory, and noeviction instead of allkeys-lru. Redis itself logs nothing.',
                 'There is still room, so nothing happens for some minutes.',
                 'Then Redis is full and refuses every write with OOM; reads and PING still work, so every health check stays green.',
                 'Home pages end in 500 with a traceback and carts in 503.',
                 'An operator gives Redis its old settings back.'],
          culprit={'service': 'cfgagent', 'file': 'logs/cfgagent.log', 'line_regex': r'redis\.conf: maxmemory \S+ -> \S+, maxmemory-policy allkeys-lru -> noeviction'},
          accept=[],
          near=[{'file': 'logs/shop-*.log', 'regex': r'OOM command not allowed', 'what': 'says what refuses, not why'}],
          symptoms=BACKEND + [{'file': 'logs/shop-*.log', 'regex': r'unhandled error in GET /(category/\S+)? req='}, {'file': 'logs/haproxy.log', 'regex': r' (500|503) \d+ - - ---- .*(GET /(category\S*)? |POST /cart)'}])
def redis_maxmemory(w, sc):
    cli = ['redis-cli', '-p', '16379']
    used = int([l for l in w.run(cli + ['INFO', 'memory']).stdout.splitlines() if l.startswith('used_memory:')][0].split(':')[1])
    kb = (used // 1024 + 300) // 64 * 64 + 64
    w.write('run/wanted.json', json.dumps({'what': 'redis.conf', 'text': f'maxmemory 256mb -> {kb}kb, maxmemory-policy allkeys-lru -> noeviction',
                                           'do': cli + ['CONFIG', 'SET', 'maxmemory', f'{kb}kb', 'maxmemory-policy', 'noeviction']}))
    w.write('run/wanted.now', '')
    w.until(sc['t'] + 8.5 * 60)
    w.run(cli + ['CONFIG', 'SET', 'maxmemory', '256mb', 'maxmemory-policy', 'allkeys-lru'])
    sc['noted'] = w.now()

@scenario('feature-flag', kind='a feature flag turns on a slow path; the connection pool fills', layer='config', log_trace='quiet_info', epoch=epoch('2026-09-21 11:30:50'), minutes=36, after=10, rate=3.5,
          flags=['600:home.new_banner:off', '1300:home.new_banner:on', '1700:checkout.one_page:on', '2160:home.personal_shelf:on', '2580:home.personal_shelf:off'],
          story=['flagd turns the flag home.personal_shelf on for everybody; three other flags changed in the hour before and harmed nobody.',
                 'The replicas load the new set of flags; each home page now also asks the database for a personal shelf, which takes many seconds.',
                 'Pooled connections are held longer and longer until none is left; health checks wait too.',
                 'HAProxy takes replicas out, nginx answers 503 and 504: it looks as if the database were to blame.',
                 'The flag is turned off again.'],
          culprit={'service': 'flagd', 'file': 'logs/flagd.log', 'line_regex': r'flag home\.personal_shelf set to on'},
          accept=[],
          near=[{'file': 'logs/shop-*.log', 'regex': r'flag set 314 loaded', 'what': 'the same change, as the replicas saw it'}],
          symptoms=EDGE + [{'file': 'logs/shop-*.log', 'regex': r'pool shop_app: no connection|query_wait_timeout|readiness failed|timed out'},
                           {'file': 'logs/postgresql.log', 'regex': r'duration: .*personal_shelf'}])
def feature_flag(w, sc):
    sc['noted'] = w.now() + 420

@scenario('slow-payment-api', kind='an outside payment API slows down, then stops answering in time', layer='external', log_trace='quiet_warn', epoch=epoch('2026-09-27 17:45:09'), minutes=36, after=10, rate=3.5,
          story=['The acquirer outside slows down step by step; its own log is not ours to see.',
                 'payments notices first: one WARN that an authorization was slow, then a few more.',
                 'Minutes later answers take longer than ten seconds and payments gives up on them.',
                 'Checkouts fail with 502 while every page that needs no payment is fast and every health check is green.',
                 'The acquirer recovers by itself.'],
          culprit={'service': 'payments', 'file': 'logs/payments.log', 'line_regex': r'"msg":"acquirer slow"'}, repeats=True,
          accept=[{'service': 'payments', 'file': 'logs/payments.log', 'line_regex': r'no answer from acquirer\.example'}],
          symptoms=BACKEND + [{'file': 'logs/shop-*.log', 'regex': r'payment failed: payments'}, {'file': 'logs/haproxy.log', 'regex': r' 502 \d+ - - ---- .*POST /checkout'}])
def slow_payment(w, sc):
    for at, delay in ((0, 1.2), (60, 5.0), (150, 7.0), (240, 15)):
        w.until(sc['t'] + at)
        w.write('run/acquirer.delay', str(delay))
    w.until(sc['t'] + 8 * 60)
    os.unlink(w.root + '/run/acquirer.delay')
    sc['noted'] = w.now()

@scenario('disk-full', kind='an archive job fills the file system that another service writes its outbox to', layer='storage', log_trace='quiet_info', epoch=epoch('2026-10-06 03:00:21'), minutes=36, after=10, rate=3.5,
          mounts={'spool': '32m'}, inventory={'INVENTORY_OUTBOX': 'spool/outbox.jsonl'}, archive=True,
          story=['A job that never ran before, order-archive, starts to write a large file to the spool file system; one INFO line says that it started, like that of any job.',
                 'The outbox of inventory lives on the same file system.',
                 'Some minutes later it is full: the job fails with ENOSPC, and from then on inventory cannot reserve anything.',
                 'Checkouts fail with 502; reading stock works, so product pages and health checks stay green.',
                 'An operator deletes the half-written archive.'],
          culprit={'service': 'jobs', 'file': 'logs/jobs.log', 'line_regex': r'msg="job started" job=order-archive'},
          accept=[{'service': 'jobs', 'file': 'logs/jobs.log', 'line_regex': r'msg="job failed" job=order-archive err=.*No space left'}],
          near=[{'file': 'logs/inventory.log', 'regex': r'No space left on device', 'what': 'says what is full, not what filled it'}],
          symptoms=BACKEND + [{'file': 'logs/shop-*.log', 'regex': r'reserve failed, inventory answered 500'}, {'file': 'logs/haproxy.log', 'regex': r' 502 \d+ - - ---- .*POST /checkout'}])
def disk_full(w, sc):
    w.until(sc['t'] + 9 * 60)
    os.unlink(w.root + '/spool/orders.tar')
    sc['noted'] = w.now()

@scenario('edge-timeout-typo', kind='a reload brings a timeout with the wrong unit to the edge', layer='config', log_trace='quiet_info', epoch=epoch('2026-10-14 12:40:33'), minutes=36, after=8, rate=3.5,
          story=['The configuration agent brings a new version of the edge configuration: a read timeout of 15 s became 15 ms, a slip of the unit.',
                 'nginx reloads it without complaint.',
                 'Fast pages still work; whatever takes longer than the timeout, checkouts above all, ends in a 504 at the edge.',
                 'The application sees nothing but clients that go away, and all health checks stay green.',
                 'The old file is put back and nginx reloaded.'],
          culprit={'service': 'cfgagent', 'file': 'logs/cfgagent.log', 'line_regex': r'edge\.conf: proxy_read_timeout 15s -> 15ms'},
          accept=[{'service': 'nginx', 'file': 'logs/nginx-error.log', 'line_regex': r'signal 1 \(SIGHUP\) received from .*reconfiguring|: reconfiguring'}],
          symptoms=[{'file': 'logs/nginx-access.log', 'regex': r' HTTP/1\.1" 504 '}, {'file': 'logs/nginx-error.log', 'regex': r'upstream timed out'}])
def edge_timeout_typo(w, sc):
    good = w.edge(18081, False)
    w.write('etc/edge.next', good.replace(f'proxy_read_timeout {w.ms(15)}ms', 'proxy_read_timeout 15ms'))
    pid = w.find('nginx').pid
    w.write('run/wanted.json', json.dumps({'what': 'edge.conf', 'text': 'proxy_read_timeout 15s -> 15ms, 1 file', 'do': ['sh', '-c', f'cp {w.root}/etc/edge.next {w.root}/etc/edge.conf && kill -HUP {pid}']}))
    w.write('run/wanted.now', '')
    w.until(sc['t'] + 6 * 60)
    w.edge(18081)
    os.kill(pid, 1)
    sc['noted'] = w.now()

@scenario('lying-health-check', kind='a replica whose connection pool is closed fails every page, but its health check says it is well', layer='app', log_trace='quiet_info', epoch=epoch('2026-10-20 08:15:47'), minutes=36, after=8, rate=3.5, health='shallow',
          story=['The health check of the shop is shallow: it answers that the replica is ready as long as the process lives.',
                 'A management call closes the database pool of shop-2; one INFO line says so.',
                 'Every page of shop-2 that needs the database fails at once, faster than the others work, so the balancer is glad to send more.',
                 'A third of the requests end in 500, health checks stay green, nothing restarts.',
                 'An operator restarts shop-2.'],
          culprit={'service': 'shop', 'file': 'logs/shop-2.log', 'line_regex': r'pool shop_app: closed by management call'},
          accept=[],
          near=[{'file': 'logs/shop-2.log', 'regex': r'ConnectionError: pool closed', 'what': 'names the state, not what brought it'}],
          symptoms=BACKEND + [{'file': 'logs/shop-2.log', 'regex': r'failed: ConnectionError: pool closed'}, {'file': 'logs/haproxy.log', 'regex': r'be_shop/shop-2 \S+ 500 \d+ - - ---- (?!.*GET /export)'}])
def lying_health_check(w, sc):
    w.write('run/wedge-shop-2', '')
    w.until(sc['t'] + 5.5 * 60)
    os.unlink(w.root + '/run/wedge-shop-2')
    with open(w.root + '/run/supervisor.cmd', 'a') as f:
        f.write('restart shop-2\n')
    sc['noted'] = w.now()

@scenario('quiet', kind='a control: nothing happens', layer='none', log_trace='no_log_trace', epoch=epoch('2026-10-25 10:05:12'), minutes=36, after=6, rate=3.5,
          story=['An ordinary hour: pages, orders, declined cards, a partner who sends bad JSON, a scanner, a new client version, the first run of a job.', 'Nothing broke.'])
def quiet(w, sc):
    pass

@scenario('healthy-deploy', kind='a control: a release is rolled out, replica by replica, and all is well', layer='none', log_trace='no_log_trace', epoch=epoch('2026-10-29 14:25:36'), minutes=36, after=8, rate=3.5,
          benign=[{'file': 'logs/deploy.log', 'regex': r'release shop 5\.13\.0', 'what': 'the rollout'}, {'file': 'logs/haproxy.log', 'regex': r'is DOWN', 'what': 'a replica that drains and comes back'},
                  {'file': 'logs/supervisor.log', 'regex': r'stopped: shop-\d', 'what': 'the rollout'}],
          story=['Release 5.13.0 is rolled out replica by replica: each drains, stops, starts, and is waited for.', 'HAProxy takes each out and back in; users notice nothing.', 'Nothing broke.'])
def healthy_deploy(w, sc):
    w.py('deploy', 'deploy.py', '5.13.0', 60, must=False)

@scenario('traffic-peak', kind='a control: three times the traffic for some minutes, served well', layer='none', log_trace='no_log_trace', epoch=epoch('2026-11-02 18:50:04'), minutes=36, after=10, rate=2.5, peak=3,
          story=['A campaign brings up to three times the traffic for six minutes.', 'All of it is served well; there are three times as many harmless errors, too.', 'Nothing broke.'])
def traffic_peak(w, sc):
    pass
