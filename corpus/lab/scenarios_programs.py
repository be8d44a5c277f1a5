"""Scenarios in which a program of their own, or a bug, does the harm; see frame.py."""
from frame import BACKEND, CHECKOUT, DRAINED, EDGE, VERBOSE, said, scenario, seen

@scenario('code-bug', kind='a release breaks the checkout of customers in no loyalty tier; its logs are rotated on the way', layer='deploy', at='2027-01-12 14:36:22', after=11,
          layouts={'shop': 'python', 'deploy': 'isoz', 'jobs': 'slog'}, rotated=True, jobs=['logrotate:90000:1990:run logrotate -f -s {root}/run/logrotate.state {root}/etc/logrotate.conf'],
          files={'etc/logrotate.conf': '/srv/lab/logs/shop-*.log /srv/lab/logs/inventory.log {\n copytruncate\n rotate 2\n}\n/srv/lab/logs/nginx-access.log {\n copytruncate\n rotate 2\n}\n'},
          noticed={'least': 6, 'share': 0.12, 'span': 120, 'of': 'POST /checkout'},
          story=['Release 5.14.0 is rolled out replica by replica. It brings loyalty rates, and a None for customers in no tier.',
                 'All replicas start well and pass their health checks; the rollout ends in peace.',
                 'From the first replica on, the checkout of every second customer ends in a TypeError with a traceback and a 500.',
                 'Minutes later the nightly logrotate moves half of the evidence into files that end in .1.',
                 'Release 5.12.3 is rolled out again.'],
          culprit=said('deploy', r'release shop 5\.14\.0: rollout started'),
          accept=[said('deploy', r'release shop 5\.14\.0: (updating )?shop-[123]'),
                  said('shop', r'starting shop 5\.14\.0', 'shop-*')],
          near=[seen('shop-*', r"unhandled error in POST /checkout|unsupported operand type", 'the bug itself, which the release brought')],
          benign=[seen('jobs', r'job=logrotate', 'the rotation')],
          symptoms=CHECKOUT)
def code_bug(w, sc):
    w.py('deploy', 'deploy.py', 'shop', '5.14.0', 60, must=False)
    yield 7.5
    w.py('deploy', 'deploy.py', 'shop', '5.12.3', 60, must=False)

@scenario('late-promotion', kind='a switchover moves the application to a standby that is promoted only minutes later', layer='db', at='2027-01-20 04:10:15',
          layouts={'shop': 'spring', 'inventory': 'python', 'payments': 'winston'}, standby=True,
          story=['pilot, a tool for switchovers, moves the application from pg-a to pg-b: it first points pgbouncer at pg-b and then wants an approval before it promotes pg-b.',
                 'Nobody approves for minutes; pg-b is a standby and takes no writes.',
                 'Reading works, so pages and health checks are well; every order and every reservation fails in a read-only transaction.',
                 'Checkouts end in 502.',
                 'The approval comes and pg-b is promoted.'],
          culprit=said('pilot', r'switchover of cluster shop: plan 2 accepted'),
          accept=[said('pilot', r'step 1 of 2, route moved'),
                  said('pgbouncer', r'got SIGHUP, re-reading config')],
          near=[seen('postgresql-b', r'cannot execute (INSERT|UPDATE) in a read-only transaction', 'says what pg-b is, not who sent the writes there'),
                seen('inventory', r'cannot execute (INSERT|UPDATE) in a read-only transaction', 'the same as its client saw it')],
          symptoms=CHECKOUT + [seen('shop-*', r'inventory answered 500')])
def late_promotion(w, sc):
    p = w.py('pilot', 'pilot.py', w.find('pgbouncer').pid, must=False)
    yield 6.5
    w.write('run/approved', '')
    p.wait(60)

@scenario('idle-in-transaction', kind='an export keeps its transactions open while it sends; one worker after the other takes a pooled connection', layer='db', at='2027-01-28 20:25:58', after=10,
          layouts={'shop': 'logfmt', 'inventory': 'klog', 'jobs': 'brackets'},
          story=['An export of all orders begins; it says so in one INFO line.',
                 'Every half minute it starts another worker, which reads its share in a transaction and then sends it slowly, with the transaction open.',
                 'In pgbouncer, in transaction mode, each of them keeps a connection of the pool of the shop.',
                 'After some minutes the pool has none left: queries wait and time out, health checks fail, HAProxy takes the replicas out.',
                 'An operator ends the export.'],
          culprit=said('exporter', r'export crm-full begins'),
          accept=[], symptoms=EDGE + DRAINED)
def idle_in_transaction(w, sc):
    p = w.py('exporter', 'exporter.py', 14, 26, must=False)
    yield 8
    p.terminate()
    w.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state = 'idle in transaction'")

@scenario('memory-limit', kind='a release remembers every page view; the replicas reach their memory limit minutes later', layer='app', at='2027-02-03 11:02:40', after=14,
          layouts={'shop': 'brackets', 'inventory': 'logfmt', 'ledger': 'python'}, supervisor={'SUPERVISOR_MEMORY': str(190 << 20), 'MALLOC_ARENA_MAX': '1'}, shop={'SHOP_STACK': '262144'}, pack='cri',
          story=['Release 5.15.0 is rolled out replica by replica; it keeps a record of every page view in memory and never lets go of it.',
                 'All replicas start well, and the rollout ends in peace.',
                 'Some minutes later they reach their memory limit (a resource limit set by the supervisor), one after the other.',
                 'Pages end in 500 with a MemoryError, threads cannot be started, health checks fail at random.',
                 'Release 5.12.3 is rolled out again.'],
          culprit=said('deploy', r'release shop 5\.15\.0: rollout started'),
          accept=[said('deploy', r'release shop 5\.15\.0: (updating )?shop-[123]'),
                  said('shop', r'starting shop 5\.15\.0', 'shop-*')],
          near=[seen('shop-*', r"MemoryError|can't start new thread", 'says what ran out, not what ate it')],
          symptoms=BACKEND + [seen('shop-*', r'unhandled error in (GET /(category/\S+)?|POST /\S+) req=')])
def memory_limit(w, sc):
    w.py('deploy', 'deploy.py', 'shop', '5.15.0', 60, must=False)
    yield 11
    w.py('deploy', 'deploy.py', 'shop', '5.12.3', 60, must=False)

@scenario('retry-storm', kind='a short stall makes every caller retry; the retries keep the service down long after it', layer='app', at='2027-02-11 16:48:05', minutes=28, after=10,
          layouts={'shop': 'pipes', 'inventory': 'slog', 'payments': 'log4js'}, zones={'shop': 'Asia/Tokyo'}, inventory={'INVENTORY_WORK': '1.5'}, files={'etc/shop.json': '{"retries": 3}'},
          jobs=['stock-snapshot:90000:1682:BEGIN; LOCK TABLE stock; SELECT pg_sleep(45); COMMIT'],
          story=['A job takes a snapshot of the stock table under a lock, for less than a minute; it has never run before and says only that it started and finished.',
                 'inventory can answer nobody meanwhile; its callers give up after some seconds and try again, up to three times, without a pause.',
                 'The lock is gone, but inventory still works on requests that nobody waits for, while their repetitions queue up behind them.',
                 'Product pages and checkouts fail with 504 for minutes, long after the job has finished in peace.',
                 'An operator restarts inventory, which empties the queue.'],
          culprit=said('jobs', r'job started.* job=stock-snapshot'),
          accept=[said('jobs', r'job finished.* job=stock-snapshot'),
                  said('postgresql', r'still waiting for (AccessShare|RowExclusive|AccessExclusive)Lock|LOCK TABLE stock')],
          near=[seen('shop-*', r'did not answer within 8 s, attempt', 'the retries that keep it down')],
          symptoms=BACKEND + [seen('shop-*', r'inventory unreachable')])
def retry_storm(w, sc):
    yield 7.5
    w.restart('inventory', env={'TZ': 'Europe/Berlin', 'INVENTORY_WORK': '1.5'})

@scenario('poison-message', kind='a partner import puts one order without a weight into a queue; its worker never gets past it', layer='queue', at='2027-02-18 12:13:31', after=10,
          layouts={'shop': 'log4j', 'inventory': 'python', 'jobs': 'logfmt'}, queue=True, files={'etc/shop.json': '{"queue_limit": 110}'}, jobs=['partner-import:90000:1802:feed 12'],
          story=['The first import of a new partner puts twelve orders into the queue of the fulfilment; one of them has no weight.',
                 'The worker, a Java program, fails on it, puts it back to the head of the queue and tries again, for ever.',
                 'Orders of the shop pile up behind it for minutes, and nobody sees anything.',
                 'Above a hundred waiting orders the shop refuses new ones with 503.',
                 'An operator takes the order out of the queue.'],
          culprit=said('jobs', r'msg="job started" job=partner-import'),
          accept=[said('jobs', r'msg="job finished" job=partner-import'),
                  said('fulfil', r'Order not booked, back to the queue|NumberFormatException')],
          symptoms=[seen('nginx-access', r'POST /checkout HTTP/1\.1" 503 '), seen('shop-*', r'fulfilment backlog above 110'),
                    seen('haproxy', r' 503 \d+ - - ---- .*POST /checkout')])
def poison_message(w, sc):
    yield 8.5
    w.run(['redis-cli', '-p', '16379', 'LPOP', 'fulfil'])

@scenario('clock-step', kind='the clock of one host follows a wrong source and is an hour and a half ahead', layer='time', at='2027-02-26 07:30:11', after=8, stepped=['logs/payments.log', 'logs/timed.log'],
          layouts={'shop': 'logstash', 'payments': 'pino', 'inventory': 'brackets'}, shop={'SHOP_SIGN': '1'}, files={'run/step.ns': '\0' * 8}, steps=True,
          story=['On the host of payments, timed selects a source with a wrong time and steps the clock by an hour and a half; it says so in one INFO line.',
                 'The shop signs its requests with the time, and payments takes none that is older than five minutes.',
                 'From then on payments refuses every charge, and its log is an hour and a half ahead of all others.',
                 'Every checkout ends in 502; all other pages and all health checks are well.',
                 'The clock is stepped back.'],
          culprit=said('timed', r'source 192\.0\.2\.123 selected, stratum 1, offset \+5423'),
          accept=[], near=[seen('payments', r'request is not of this time', 'says what is refused')],
          symptoms=CHECKOUT + [seen('shop-*', r'payments answered 401')])
def clock_step(w, sc):
    w.write('run/step', '5423.118')
    yield 6.5
    w.write('run/step', '0')
    yield 7.1

@scenario('midnight-partition', kind='a job that makes the next partition is skipped; at midnight the table takes no rows', layer='db', log_trace='quiet_warn', at='2027-03-05 23:20:02', after=19,
          layouts={'shop': 'klog', 'jobs': 'logfmt', 'ledger': 'brackets'}, shop={'SHOP_EVENTS': '1'}, pack='cri',
          sql="CREATE TABLE order_events (at timestamptz, order_id int, what text) PARTITION BY RANGE (at); CREATE TABLE order_events_0305 PARTITION OF order_events FOR VALUES FROM ('2027-03-05') TO ('2027-03-06'); GRANT ALL ON order_events TO shop_app;\n",
          jobs=['partition-keeper:90000:1802:skip lease held by jobs-2'],
          story=['The job that makes the partition of the next day is skipped, ten minutes before midnight: it finds the lease held by a host that has been gone for weeks, and says so in one WARN.',
                 'At midnight the table of order events has no partition for the new day.',
                 'Every order fails after the card was charged: PostgreSQL finds no partition for the row.',
                 'Checkouts end in 500; all other pages and all health checks are well.',
                 'An operator makes the partition by hand.'],
          culprit=said('jobs', r'msg="job skipped" job=partition-keeper'),
          accept=[said('postgresql', r'no partition of relation "order_events" found for row'),
                  said('shop', r'no partition of relation "order_events" found for row', 'shop-*')],
          symptoms=CHECKOUT)
def midnight_partition(w, sc):
    yield 16
    w.sql("CREATE TABLE order_events_0306 PARTITION OF order_events FOR VALUES FROM ('2027-03-06') TO ('2027-03-07'); GRANT ALL ON order_events_0306 TO shop_app")

PAIRS = 'USD GBP SEK PLN CZK DKK NOK CHF JPY HUF RON TRY AUD BRL CAD CNY HKD IDR ILS INR KRW MXN MYR NZD PHP SGD THB ZAR ISK BGN'.split()

@scenario('cascade-fx', kind='a feed brings a short table of exchange rates; the error shows three services further up', layer='data', at='2027-03-12 09:41:53',
          layouts={'shop': 'spring', 'ledger': 'brackets', 'inventory': 'jsons', 'payments': 'winston'}, also=['fx'], pack='cluster', ledger={'LEDGER_FX': '1'}, files={'run/rates.csv': '\n'.join(f'{c},{i + 1.07:.4f}' for i, c in enumerate(PAIRS))},
          story=['The feed of exchange rates delivers a table that lacks half of its pairs; fx loads it and says in one INFO line how many there are, as it does every other minute.',
                 'ledger asks fx for the rate of each entry that is not in euro, gets a 404 and refuses the entry.',
                 'payments reverses the charge, the shop answers 502: the error shows three services away from its cause.',
                 'Customers who pay in euro notice nothing; all health checks are green.',
                 'The next table is whole again.'],
          culprit=said('fx', r'rates loaded pairs=14 '),
          accept=[], near=[seen('ledger', r'entry not booked.*fx answered 404', 'names the service')], repeats=True,
          symptoms=CHECKOUT + [seen('shop-*', r'payments answered 502'), seen('payments', r'ledger refused the entry')])
def cascade_fx(w, sc):
    whole = open(w.root + '/run/rates.csv').read()
    w.write('run/rates.csv', '\n'.join(whole.split()[3:17]))
    yield 7.5
    w.write('run/rates.csv', whole)
    sc['noted'] = w.now() + 120

@scenario('cache-ttl', kind='a setting in the wrong unit makes cached pages end after seconds; the database carries what the cache carried', layer='cache', at='2027-03-18 17:05:29', after=11,
          layouts={'shop': 'logfmt', 'inventory': 'spring', 'jobs': 'isoz'}, cache=True, shop={'SHOP_CACHE': '1'}, files={'etc/shop.json': '{"cache_ttl": 2000}'},
          sql='CREATE FUNCTION ranked_products() RETURNS SETOF products LANGUAGE sql AS \'SELECT p.* FROM products p, (SELECT pg_sleep(17)) s\';  -- stands for a slow ranking\n',
          story=['The configuration agent changes the life of cached pages from 2000 to 2, as somebody took seconds for kiloseconds.',
                 'The pages in the cache live on as long as they were meant to, so nothing happens for some minutes.',
                 'Then almost every home page asks the database for a ranking that takes many seconds, and the pool of connections drains.',
                 'Queries that have nothing to do with it time out, health checks fail, HAProxy takes the replicas out.',
                 'The old value comes back.'],
          culprit=said('cfgagent', r'shop\.json: cache_ttl 2000 -> 2'),
          accept=[], near=[seen('shop-*', r'settings changed on disk, 1 reloaded', 'the same change, as the replicas saw it'),
                           seen('postgresql', r'duration: .*ranked_products', 'the queries that drain it')],
          symptoms=[*EDGE[:2], seen('haproxy', r'has no server available| (50[0234]|-1) \d+ - - (sH|sC|SC|sQ|SH)-- | (502|503|504) \d+ - - ---- '), *DRAINED])
def cache_ttl(w, sc):
    back = w.push('shop.json', 'cache_ttl 2000 -> 2', 'etc/shop.json', '{"cache_ttl": 2}')
    yield 9
    back()

@scenario('network-squeeze', kind='a traffic class is given a thousandth of its rate; packets to one service are lost', layer='network', at='2027-05-26 12:33:18',
          layouts={'shop': 'django', 'inventory': 'pipes', 'ledger': 'logstash', 'payments': 'winston', 'jobs': 'python'}, far=True, rsyslog=True, unbound=True,
          ledger={'LEDGER_HOST': '10.9.0.2'}, payments={'LEDGER_HOST': '10.9.0.2'},
          story=['The configuration agent gives the traffic class of ledger, which lives behind a wire of its own, 12 kbit/s, where there was no limit before.',
                 'The kernel drops what is above it; nothing logs that.',
                 'Handshakes of payments with ledger stall while TCP sends again, and a good part of them takes longer than payments waits.',
                 'Checkouts fail with 502 in a random pattern, others get through; all other pages and all health checks are well.',
                 'The limit is taken away.'],
          culprit=said('cfgagent', r'qos\.conf: class ledger unlimited -> 12kbit'),
          accept=[], symptoms=CHECKOUT + [seen('shop-*', r'payments (answered 502|unreachable)'), seen('payments', r'ledger entry failed, reversing the charge')])
def network_squeeze(w, sc):
    w.wanted('qos.conf', 'class ledger unlimited -> 12kbit, 1 interface', 'sh', '-c', f'echo tc qdisc add dev near0 root tbf rate 12kbit burst 2kb latency 60ms > {w.root}/run/as_root')
    yield 7
    w.as_root('tc qdisc del dev near0 root')

@scenario('broker-alarm', kind='a memory limit of the message broker slips by two digits; it blocks everybody who publishes', layer='queue', at='2027-06-03 18:22:47',
          layouts={'shop': 'spring', 'bus': 'logfmt', 'inventory': 'python', 'ledger': 'pipes'}, rabbit=True, names=['bus'], also=['bus'], shop={'SHOP_BUS': '1'},
          story=['The configuration agent sets the memory limit of RabbitMQ to 0.004 of the machine, where 0.4 was meant.',
                 'RabbitMQ uses more than that already: it raises its memory alarm and blocks all publishers until further notice, as it says in its log.',
                 'bus, which publishes the orders of the shop, waits and gives up each time.',
                 'Checkouts end in 502 after the card was charged; all other pages and all health checks are well.',
                 'The old limit comes back.'],
          culprit=said('cfgagent', r'rabbitmq\.conf: vm_memory_high_watermark 0\.4 -> 0\.004'),
          accept=[said('rabbitmq', r'memory resource limit alarm set on node|Memory high watermark set to \d\d MiB|vm_memory_high_watermark set\. Memory used')],
          near=[seen('rabbitmq', r'Publishers will be blocked until this alarm clears', 'the banner below the alarm')],
          symptoms=CHECKOUT + [seen('shop-*', r'not announced, bus'), seen('bus', r'order not published')])
def broker_alarm(w, sc):
    ctl = ['/usr/lib/rabbitmq/bin/rabbitmqctl', 'set_vm_memory_high_watermark']
    env = [f'{k}={v}' for k, v in w.rabbit_env.items()]
    w.wanted('rabbitmq.conf', 'vm_memory_high_watermark 0.4 -> 0.004', 'env', *env, *ctl, '0.004')
    yield 7
    w.run(['env', *env, *ctl, '0.4'])

# more than half a million lines -----------------------------------------------------------------------------------------------------------------

@scenario('access-review', kind='a review of access rights takes back a right that is in use; everybody logs everything', layer='auth', at='2027-05-10 10:05:48', minutes=48, after=8, rate=17, **VERBOSE,
          layouts={'shop': 'logfmt', 'inventory': 'brackets', 'payments': 'winston'},
          story=['The quarterly review of access rights takes three rights back that have no owner on its list; one of them is the right of inventory to change the stock.',
                 'PostgreSQL logs every statement here, and the shop logs at DEBUG: the three REVOKEs are three lines in almost half a million.',
                 'From then on every reservation fails with a permission denied.',
                 'Checkouts end in 502; product pages and health checks are well.',
                 'The right is granted again.'],
          culprit=said('review', r'access review 2027-Q2: 3 rights without an owner'),
          accept=[said('postgresql', r'statement: REVOKE UPDATE ON stock FROM inventory_app')],
          near=[seen('postgresql', r'permission denied for table stock', 'says what is refused, not since when'),
                seen('inventory', r'permission denied for table stock', 'the same as its client saw it')],
          symptoms=CHECKOUT + [seen('shop-*', r'reserve failed, inventory answered 500')])
def access_review(w, sc):
    w.py('review', 'review.py', 'REVOKE SELECT ON orders FROM jobs_app', 'REVOKE DELETE ON products FROM shop_app', 'REVOKE UPDATE ON stock FROM inventory_app', must=False)
    yield 6.5
    w.sql('GRANT ALL ON stock TO inventory_app; GRANT SELECT ON orders TO jobs_app')

@scenario('row-locks', kind='a batch job updates a table shelf by shelf in one transaction and keeps every row locked; everybody logs everything', layer='db', at='2027-05-19 02:12:30', minutes=46, after=10, rate=17, **VERBOSE,
          layouts={'shop': 'pipes', 'inventory': 'logstash', 'jobs': 'klog'}, zones={'shop': 'Europe/Lisbon'},
          jobs=['shelf-recount:90000:2762:BEGIN; ' + ' '.join(f'UPDATE stock SET qty = qty WHERE sku % 20 = {i}; SELECT pg_sleep(22);' for i in range(20)) + ' COMMIT'],
          story=['A batch job that never ran before recounts the stock, a shelf at a time, in a single transaction; it says only that it started.',
                 'Each row that it has touched stays locked until the end, so more and more reservations wait for it.',
                 'inventory has four connections; as soon as they all wait, nobody can read the stock either.',
                 'Product pages and checkouts fail with 502 and 504, while the database is hardly busy.',
                 'An operator ends the job.'],
          culprit=said('jobs', r'job started job=shelf-recount'),
          accept=[said('postgresql', r'statement: BEGIN; UPDATE stock SET qty = qty WHERE sku % 20 = 0')],
          near=[seen('postgresql', r'still waiting for (ShareLock on transaction|ExclusiveLock on tuple)', 'its DETAIL names the process that holds the lock')],
          symptoms=[seen('nginx-access', r'"GET /product/\d+ HTTP/1\.1" 50[024] '), seen('shop-*', r'inventory (answered 500|unreachable)'), seen('inventory', r'(stock read|reserve) failed')])
def row_locks(w, sc):
    yield 6
    w.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'BEGIN; UPDATE stock%'")
