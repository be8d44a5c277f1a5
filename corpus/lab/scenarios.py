"""The first scenarios. Times are seconds of the lab's clock."""
import os
from frame import BACKEND, EDGE, said, scenario, seen

@scenario('pool-drain', kind='a schema migration holds a table lock; the connection pool drains', layer='db', at='2026-08-07 13:40:12', minutes=42, after=11, rate=4,
          story=['A release pipeline applies migration 0042 straight on the database: it fills a small table, then runs ALTER TABLE orders ADD COLUMN and a gentle backfill in one transaction, so an ACCESS EXCLUSIVE lock on orders is held for minutes.',
                 'Every query on orders waits in PostgreSQL and keeps one of the pooled server connections of pgbouncer.',
                 'Within half a minute the pool has none left: queries that never touch orders wait too, and so does the health check.',
                 'HAProxy takes the replicas out and puts them back, nginx answers 503 and 504, clients that give up leave backends behind in the database.',
                 'An operator finds the blocker and terminates it; the migration rolls back and the shop recovers.'],
          culprit=said('migrate', r'applying migration 0042_orders_add_tax_region'),
          accept=[said('postgresql', r'statement: (ALTER TABLE orders ADD COLUMN|CREATE TABLE IF NOT EXISTS tax_regions)'),
                  said('postgresql', r'(still waiting for|acquired) AccessExclusiveLock')],
          near=[seen('postgresql', r'still waiting for (AccessShare|RowExclusive)Lock', 'its DETAIL names the process that holds the lock')],
          symptoms=EDGE + [seen('shop-*', r'pool shop_app: no connection|query_wait_timeout|readiness failed|timed out|server closed the connection'),
                           seen('pgbouncer', r'query_wait_timeout|client disconnect|server conn crashed|pooler error|too many'),
                           seen('postgresql', r'too many clients|canceling statement|could not send|connection to client lost|terminating connection|unexpected EOF'),
                           seen('migrate', r'failed after')],
          benign=[])
def pool_drain(w, sc):
    m = w.py('migrate', 'migrate.py', '0042_orders_add_tax_region', must=False)
    yield 6.5
    w.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'migrate'")
    m.wait(30)

@scenario('cert-expired', kind='an internal TLS certificate expires after its renewal failed quietly', layer='tls', log_trace='quiet_warn', at='2026-08-19 05:06:41', minutes=42, rate=3.5, early=2000,
          ledger_cert=42 * 60 + 30,
          story=['certd looks after two internal certificates; the one of ledger ends in less than a quarter of an hour when certd asks the authority for a new one.',
                 'The authority cannot be reached; certd logs one WARN, keeps the old certificate and means to come back in twelve hours.',
                 'Minutes later the certificate really expires; payments verifies it and refuses to talk to ledger.',
                 'Every charge is reversed and every checkout ends in a 502, while all other pages and all health checks stay green.',
                 'An operator issues a certificate by hand and restarts ledger.'],
          culprit=said('certd', r'certificate ledger: order not finished'),
          accept=[said('payments', r'CERT_HAS_EXPIRED')],
          symptoms=BACKEND + [seen('shop-*', r'payments answered 502'), seen('haproxy', r' 502 \d+ - - ---- .*POST /checkout'),
                              seen('ledger', r'connection dropped')])
def cert_expired(w, sc):
    yield 6
    w.certificate('ledger', 'ledger.lab.internal', 86400 * 90)
    w.stop('ledger')
    w.py('ledger', 'ledger.py')

@scenario('dns-change', kind='a changed DNS record sends the shop to an address where nothing listens', layer='dns', at='2026-09-02 09:11:05', minutes=36, rate=3.5,
          story=['The configuration agent brings a new version of the internal zone to the name server: one name is added for a coming move, and the address of inventory is changed along with it.',
                 'dnsmasq reads the file again and says so in one line, as it does after every change.',
                 'The replicas keep the old address for up to 45 seconds, so errors begin late and in one replica after the other.',
                 'Product pages and checkouts then fail with 502, since nothing listens at the new address; health checks know nothing of inventory and stay green.',
                 'The zone is put back by hand.'],
          culprit=said('cfgagent', r'zone lab\.internal: serial 2026090101 -> 2026090201'),
          accept=[said('dnsmasq', r'read \S+hosts\.lab - 5 names')],
          symptoms=BACKEND + [seen('shop-*', r'inventory unreachable'), seen('haproxy', r' 502 \d+ - - ---- ')])
def dns_change(w, sc):
    good = open(w.root + '/etc/hosts.lab').read()
    bad = good.replace('127.0.0.1 inventory', '127.0.0.9 inventory') + '127.0.0.9 inventory-next.lab.internal\n'
    back = w.push('zone lab.internal', 'serial 2026090101 -> 2026090201, 2 records', 'etc/hosts.lab', bad, 'dnsmasq')
    yield 6.5
    back()

@scenario('bad-replica', kind='a release without one of its settings: two of three replicas die again and again', layer='deploy', at='2026-09-10 15:20:30', minutes=36, after=10, rate=3.5,
          noticed={'least': 6, 'share': 0.12, 'span': 120, 'of': 'POST /checkout'},
          story=['Release 5.13.0 is rolled out replica by replica; it reads a setting that release 5.12.3 did not need, and the environments of shop-2 and shop-3 lack it.',
                 'Both start well and pass their health check, so the rollout goes on and ends in peace.',
                 'The first checkout that reaches such a replica kills it; the supervisor starts it again, and the next checkout kills it again.',
                 'Checkouts fail with 502, each time together with whatever else the replica was answering; shop-1 carries most of the load.',
                 'An operator rolls the two replicas back to 5.12.3.'],
          culprit=said('deploy', r'release shop 5\.13\.0: rollout started'),
          accept=[said('deploy', r'release shop 5\.13\.0: updating shop-[23]'),
                  said('shop', r"tax worker died|KeyError: 'SHOP_TAX_REGION'", 'shop-[23]')],
          near=[seen('supervisor', r'exited: shop-[23] \(exit status 70', 'names the replicas that die')],
          benign=[seen('deploy', r'5\.13\.0: shop-1 ready', 'the healthy replica of the same release')],
          symptoms=BACKEND + [seen('nginx-error', r'upstream prematurely closed|upstream timed out'),
                              seen('haproxy', r' (SH|SC|sC|sH)-- |Health check for server \S+ failed, reason: Layer4')])
def bad_replica(w, sc):
    lack = '{"-SHOP_TAX_REGION": "", "SHOP_REQUIRES": "SHOP_NAME"}'
    w.py('deploy', 'deploy.py', 'shop', '5.13.0', 60, 'shop-1={}', 'shop-2=' + lack, 'shop-3=' + lack, must=False)
    yield 7.5
    w.py('deploy', 'deploy.py', 'shop', '5.12.3', 60, 'shop-2={"SHOP_TAX_REGION": "eu-1"}', 'shop-3={"SHOP_TAX_REGION": "eu-1"}', must=False)

@scenario('redis-maxmemory', kind='Redis is given too little memory and a policy that refuses writes; it fills up minutes later', layer='cache', at='2026-09-15 19:02:18', minutes=36, after=11, rate=3.5,
          story=['The configuration agent applies a smaller Redis profile while the server runs: less memory, and noeviction instead of allkeys-lru. Redis itself logs nothing.',
                 'There is still room, so nothing happens for some minutes.',
                 'Then Redis is full and refuses every write with OOM; reads and PING still work, so every health check stays green.',
                 'Home pages end in 500 with a traceback and carts in 503.',
                 'An operator gives Redis its old settings back.'],
          culprit=said('cfgagent', r'redis\.conf: maxmemory \S+ -> \S+, maxmemory-policy allkeys-lru -> noeviction'),
          accept=[],
          near=[seen('shop-*', r'OOM command not allowed', 'says what refuses, not why')],
          symptoms=BACKEND + [seen('shop-*', r'unhandled error in GET /(category/\S+)? req='), seen('haproxy', r' (500|503) \d+ - - ---- .*(GET /(category\S*)? |POST /cart)')])
def redis_maxmemory(w, sc):
    cli = ['redis-cli', '-p', '16379']
    used = int([l for l in w.run(cli + ['INFO', 'memory']).stdout.splitlines() if l.startswith('used_memory:')][0].split(':')[1])
    kb = (used // 1024 + 300) // 64 * 64 + 64
    w.wanted('redis.conf', f'maxmemory 256mb -> {kb}kb, maxmemory-policy allkeys-lru -> noeviction', *cli + ['CONFIG', 'SET', 'maxmemory', f'{kb}kb', 'maxmemory-policy', 'noeviction'])
    yield 8.5
    w.run(cli + ['CONFIG', 'SET', 'maxmemory', '256mb', 'maxmemory-policy', 'allkeys-lru'])

@scenario('feature-flag', kind='a feature flag turns on a slow path; the connection pool fills', layer='config', at='2026-09-21 11:30:50', minutes=36, after=10, rate=3.5,
          flags=['600:home.new_banner:off', '1300:home.new_banner:on', '1700:checkout.one_page:on', '2160:home.personal_shelf:on', '2580:home.personal_shelf:off'],
          story=['flagd turns the flag home.personal_shelf on for everybody; three other flags changed in the hour before and harmed nobody.',
                 'The replicas load the new set of flags; each home page now also asks the database for a personal shelf, which takes many seconds.',
                 'Pooled connections are held longer and longer until none is left; health checks wait too.',
                 'HAProxy takes replicas out, nginx answers 503 and 504: it looks as if the database were to blame.',
                 'The flag is turned off again.'],
          culprit=said('flagd', r'flag home\.personal_shelf set to on'),
          accept=[],
          near=[seen('shop-*', r'flag set 314 loaded', 'the same change, as the replicas saw it')],
          symptoms=EDGE + [seen('shop-*', r'pool shop_app: no connection|query_wait_timeout|readiness failed|timed out'),
                           seen('postgresql', r'duration: .*personal_shelf')])
def feature_flag(w, sc):
    yield 7

@scenario('slow-payment-api', kind='an outside payment API slows down, then stops answering in time', layer='external', log_trace='quiet_warn', at='2026-09-27 17:45:09', minutes=36, after=10, rate=3.5,
          story=['The acquirer outside slows down step by step; its own log is not ours to see.',
                 'payments notices first: one WARN that an authorization was slow, then a few more.',
                 'Minutes later answers take longer than ten seconds and payments gives up on them.',
                 'Checkouts fail with 502 while every page that needs no payment is fast and every health check is green.',
                 'The acquirer recovers by itself.'],
          culprit=said('payments', r'"msg":"acquirer slow"'), repeats=True,
          accept=[said('payments', r'no answer from acquirer\.example')],
          symptoms=BACKEND + [seen('shop-*', r'payment failed: payments'), seen('haproxy', r' 502 \d+ - - ---- .*POST /checkout')])
def slow_payment(w, sc):
    for at, delay in ((0, 1.2), (1, 5.0), (2.5, 7.0), (4, 15)):
        yield at
        w.write('run/acquirer.delay', str(delay))
    yield 8
    os.unlink(w.root + '/run/acquirer.delay')

@scenario('disk-full', kind='an archive job fills the file system that another service writes its outbox to', layer='storage', at='2026-10-06 03:00:21', minutes=36, after=10, rate=3.5,
          mounts={'spool': '32m'}, inventory={'INVENTORY_OUTBOX': 'spool/outbox.jsonl'}, archive=True,
          story=['A job that never ran before, order-archive, starts to write a large file to the spool file system; one INFO line says that it started, like that of any job.',
                 'The outbox of inventory lives on the same file system.',
                 'Some minutes later it is full: the job fails with ENOSPC, and from then on inventory cannot reserve anything.',
                 'Checkouts fail with 502; reading stock works, so product pages and health checks stay green.',
                 'An operator deletes the half-written archive.'],
          culprit=said('jobs', r'msg="job started" job=order-archive'),
          accept=[said('jobs', r'msg="job failed" job=order-archive err=.*No space left')],
          near=[seen('inventory', r'No space left on device', 'says what is full, not what filled it')],
          symptoms=BACKEND + [seen('shop-*', r'reserve failed, inventory answered 500'), seen('haproxy', r' 502 \d+ - - ---- .*POST /checkout')])
def disk_full(w, sc):
    yield 9
    os.unlink(w.root + '/spool/orders.tar')

@scenario('edge-timeout-typo', kind='a reload brings a timeout with the wrong unit to the edge', layer='config', at='2026-10-14 12:40:33', minutes=36, after=8, rate=3.5,
          story=['The configuration agent brings a new version of the edge configuration: a read timeout of 15 s became 15 ms, a slip of the unit.',
                 'nginx reloads it without complaint.',
                 'Fast pages still work; whatever takes longer than the timeout, checkouts above all, ends in a 504 at the edge.',
                 'The application sees nothing but clients that go away, and all health checks stay green.',
                 'The old file is put back and nginx reloaded.'],
          culprit=said('cfgagent', r'edge\.conf: proxy_read_timeout 15s -> 15ms'),
          accept=[said('nginx', r'signal 1 \(SIGHUP\) received from .*reconfiguring|: reconfiguring', 'nginx-error')],
          symptoms=[seen('nginx-access', r' HTTP/1\.1" 504 '), seen('nginx-error', r'upstream timed out')])
def edge_timeout_typo(w, sc):
    text = w.edge(18081, False).replace(f'proxy_read_timeout {w.ms(15)}ms', 'proxy_read_timeout 15ms')
    back = w.push('edge.conf', 'proxy_read_timeout 15s -> 15ms, 1 file', 'etc/edge.conf', text, 'nginx')
    yield 6
    back()

@scenario('lying-health-check', kind='a replica whose connection pool is closed fails every page, but its health check says it is well', layer='app', at='2026-10-20 08:15:47', minutes=36, after=8, rate=3.5, health='shallow',
          story=['The health check of the shop is shallow: it answers that the replica is ready as long as the process lives.',
                 'A management call closes the database pool of shop-2; one INFO line says so.',
                 'Every page of shop-2 that needs the database fails at once, faster than the others work, so the balancer is glad to send more.',
                 'A third of the requests end in 500, health checks stay green, nothing restarts.',
                 'An operator restarts shop-2.'],
          culprit=said('shop', r'pool shop_app: closed by management call', 'shop-2'),
          accept=[],
          near=[seen('shop-2', r'ConnectionError: pool closed', 'names the state, not what brought it')],
          symptoms=BACKEND + [seen('shop-2', r'failed: ConnectionError: pool closed'), seen('haproxy', r'be_shop/shop-2 \S+ 500 \d+ - - ---- (?!.*GET /export)')])
def lying_health_check(w, sc):
    w.write('run/wedge-shop-2', '')
    yield 5.5
    os.unlink(w.root + '/run/wedge-shop-2')
    with open(w.root + '/run/supervisor.cmd', 'a') as f:
        f.write('restart shop-2\n')

scenario('quiet', kind='a control: nothing happens', layer='none', at='2026-10-25 10:05:12', minutes=36, after=6, rate=3.5,
          story=['An ordinary hour: pages, orders, declined cards, a partner who sends bad JSON, a scanner, a new client version, the first run of a job.', 'Nothing broke.'])

@scenario('healthy-deploy', kind='a control: a release is rolled out, replica by replica, and all is well', layer='none', at='2026-10-29 14:25:36', minutes=36, after=8, rate=3.5,
          benign=[seen('deploy', r'release shop 5\.13\.0', 'the rollout'), seen('haproxy', r'is DOWN', 'a replica that drains and comes back'),
                  seen('supervisor', r'stopped: shop-\d', 'the rollout')],
          story=['Release 5.13.0 is rolled out replica by replica: each drains, stops, starts, and is waited for.', 'HAProxy takes each out and back in; users notice nothing.', 'Nothing broke.'])
def healthy_deploy(w, sc):
    w.py('deploy', 'deploy.py', 'shop', '5.13.0', 60, must=False)

scenario('traffic-peak', kind='a control: three times the traffic for some minutes, served well', layer='none', at='2026-11-02 18:50:04', minutes=36, after=10, rate=2.5, peak=3,
          story=['A campaign brings up to three times the traffic for six minutes.', 'All of it is served well; there are three times as many harmless errors, too.', 'Nothing broke.'])
