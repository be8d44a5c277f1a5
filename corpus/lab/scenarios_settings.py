"""Scenarios in which a setting, a right or a schema changes; see frame.py."""
import os
from frame import BACKEND, CHECKOUT, EDGE, said, scenario, seen

@scenario('sequence-limit', kind='a migration makes a sequence smaller; minutes later it has no number left', layer='db', at='2026-11-09 06:50:27', minutes=31,
          layouts={'shop': 'spring', 'migrate': 'brackets', 'jobs': 'slog'}, sql="SELECT setval('orders_id_seq', 31680);\n",
          story=['Migration 0043 makes the sequence behind order numbers a smallint, to match a column elsewhere; it takes milliseconds and logs two lines.',
                 'The numbers in use are still below 32767, so nothing happens for some minutes.',
                 'Then nextval refuses: every order fails with an ERROR of PostgreSQL after the card was charged.',
                 'Checkouts end in 500 while every other page and every health check is well.',
                 'An operator makes the sequence an integer again.'],
          culprit=said('migrate', r'applying migration 0043_compact_order_ids'),
          accept=[said('migrate', r'migration 0043_compact_order_ids applied'),
                  said('postgresql', r'statement: ALTER SEQUENCE orders_id_seq AS smallint')],
          near=[seen('postgresql', r'reached maximum value of sequence', 'says what ran out, not who made it small')],
          symptoms=CHECKOUT + [seen('shop-*', r'POST /checkout failed: PgError')])
def sequence_limit(w, sc):
    w.py('migrate', 'migrate.py', '0043_compact_order_ids', must=False)
    yield 8
    w.sql('ALTER SEQUENCE orders_id_seq AS integer MAXVALUE 2147483647')

@scenario('pg-hba', kind='a narrower access list locks the application out of its database as its connections age', layer='network', at='2026-11-16 22:14:51',
          layouts={'shop': 'python', 'inventory': 'logfmt', 'payments': 'winston'}, pgbouncer='server_lifetime = 240\n',
          story=['The configuration agent brings a stricter pg_hba.conf: only roles on a list may connect, and the list lacks the role of inventory.',
                 'PostgreSQL reloads it and says so in one LOG line; who is connected stays connected.',
                 'pgbouncer retires its connections after a few minutes and cannot make new ones for inventory.',
                 'Product pages and checkouts fail with 502; the shop itself has its own role, so its health checks stay green.',
                 'The old file is put back.'],
          culprit=said('cfgagent', r'pg_hba\.conf: 1 rule replaced by 3'),
          accept=[said('postgresql', r'received SIGHUP, reloading configuration files'),
                  said('postgresql', r'(no pg_hba\.conf entry|pg_hba\.conf rejects connection) for host .*inventory_app'),
                  said('pgbouncer', r'(no pg_hba\.conf entry|pg_hba\.conf rejects connection) for host .*inventory_app')],
          symptoms=BACKEND + [seen('shop-*', r'inventory answered 500'), seen('inventory', r'(stock read|reserve) failed')])
def pg_hba(w, sc):
    rules = ''.join(f'host all {u} 127.0.0.1/32 trust\n' for u in ('postgres,migrator', 'shop_app', 'jobs_app'))
    back = w.push('pg_hba.conf', '1 rule replaced by 3', 'pg/pg_hba.conf', rules, 'postgresql')
    yield 7.5
    back()

@scenario('tls-version', kind='a service drops an old TLS version at its next restart; its one caller speaks nothing newer', layer='tls', at='2026-11-24 13:31:02', after=11,
          layouts={'shop': 'logstash', 'ledger': 'klog', 'payments': 'log4js'}, payments={'PAYMENTS_TLS_MAX': 'TLSv1.2'},
          story=['The configuration agent raises the lowest TLS version of ledger from 1.2 to 1.3, as a policy asks; the setting is read when ledger starts.',
                 'Five minutes later ledger is restarted for another reason.',
                 'payments runs with an old setting and speaks at most TLS 1.2: every handshake with ledger fails.',
                 'Every charge is reversed and every checkout ends in 502; all else is well.',
                 'The old setting comes back and ledger is restarted again.'],
          culprit=said('cfgagent', r'ledger\.json: tls_min "1\.2" -> "1\.3"'),
          accept=[said('ledger', r'listening.* tls=1\.3\+')],
          near=[seen('ledger', r'\] (stopping|ledger starting)', 'the restart that made it effective'),
                seen('payments', r'(EPROTO|alert protocol version)', 'says what does not fit')],
          symptoms=CHECKOUT + [seen('shop-*', r'payments answered 502'), seen('ledger', r'connection dropped')])
def tls_version(w, sc):
    back = w.push('ledger.json', 'tls_min "1.2" -> "1.3", takes effect at the next start', 'etc/ledger.json', '{"tls_min": "1.3"}')
    yield 5
    w.restart('ledger')
    yield 9.5
    back()
    w.restart('ledger')

@scenario('redis-misconf', kind='a directory becomes read-only for Redis; its next snapshot fails and it refuses writes', layer='cache', at='2026-12-01 01:05:38', minutes=32, after=10,
          layouts={'shop': 'pipes', 'jobs': 'isoz'}, zones={'shop': 'America/New_York'}, redis='dir {root}/rdb\nsave 60 1000\nsave 25 20000\n', dirs=['rdb'],
          jobs=['file-modes:90000:1926:run chmod 0555 {root}/rdb'],
          story=['A nightly job that tightens file modes takes the right to write from the directory in which Redis keeps its snapshots; the job says only that it started and finished.',
                 'Redis goes on until its next snapshot is due; that fails, Redis says so, and by its default it refuses all writes from then on.',
                 'Home pages end in 500 with a traceback and carts in 503; PING is refused, too, so the health checks fail.',
                 'HAProxy takes all replicas out and nginx answers 503 to everybody.',
                 'An operator gives the directory its old mode, and the next snapshot brings Redis back.'],
          culprit=said('jobs', r'job started job=file-modes'),
          accept=[said('jobs', r'job finished job=file-modes'),
                  said('redis', r'Failed opening the temp RDB file|Background saving error')],
          near=[seen('shop-*', r'MISCONF Redis is configured to save RDB snapshots', 'says what refuses, not why')],
          symptoms=EDGE + [seen('shop-*', r'unhandled error in GET /(category/\S+)? req='), seen('shop-*', r'readiness failed')])
def redis_misconf(w, sc):
    yield 8
    os.chmod(w.root + '/rdb', 0o755)

@scenario('expired-token', kind='a client is dropped from a directory; its token is not renewed and ends a quarter of an hour later', layer='auth', at='2026-12-07 15:44:19', minutes=26, after=20,
          layouts={'shop': 'logfmt', 'payments': 'pino', 'inventory': 'pipes'}, also=['authd'], files={'etc/authd.clients': 'payments reports crm-export\n'},
          story=['A clean-up of the directory removes payments from the list of clients; authd counts one client less at its next sync and says so in one INFO line, as after every sync.',
                 'payments goes on with the token that it has.',
                 'Some ten minutes later that token ends, and the acquirer refuses every authorization.',
                 'Every checkout ends in 502; all other pages and all health checks are well.',
                 'payments is put back on the list and gets a new token.'],
          culprit=said('authd', r'directory sync: 2 clients \(0 added, 1 removed\)'),
          accept=[said('payments', r'token_expired')],
          symptoms=CHECKOUT + [seen('shop-*', r'payments answered 502')])
def expired_token(w, sc):
    w.write('etc/authd.clients', 'reports crm-export\n')
    yield 18.5
    w.write('etc/authd.clients', 'payments reports crm-export\n')
    w.restart('authd')

@scenario('password-rotated', kind='the password of a database role is rotated; the service that uses it is not restarted', layer='auth', at='2026-12-15 10:20:44',
          layouts={'shop': 'python', 'inventory': 'logstash', 'ledger': 'slog'}, inventory={'INVENTORY_DIRECT': '1'}, hba='host all inventory_app 127.0.0.1/32 password\n',
          sql="ALTER ROLE inventory_app PASSWORD 'c1b2f0aa73';\n", files={'etc/inventory.secret': 'c1b2f0aa73'},
          story=['The secrets tool rotates the password of the role inventory_app, as it does every quarter: the database has the new one and so has the file.',
                 'inventory read that file when it started; the connections that it has stay open.',
                 'As connections are retired, new ones are refused: first one, then all.',
                 'Product pages and checkouts fail with 502; health checks know nothing of it.',
                 'An operator restarts inventory.'],
          culprit=said('secrets', r'rotation of database/inventory_app begins'),
          accept=[said('secrets', r'database/inventory_app is at version 9'),
                  said('postgresql', r"statement: ALTER ROLE inventory_app PASSWORD '[0-9a-f]{24}'")],
          near=[seen('postgresql', r'password authentication failed for user "inventory_app"', 'says who is refused, not since when')],
          symptoms=BACKEND + [seen('shop-*', r'inventory answered 500'), seen('inventory', r'(stock read|reserve) failed')])
def password_rotated(w, sc):
    w.py('secrets', 'rotator.py', 'inventory_app', 9, must=False)
    yield 7
    w.restart('inventory', env={'TZ': 'Europe/Berlin', 'INVENTORY_DIRECT': '1'})

@scenario('fd-leak', kind='an audit trail is turned on; it opens a file for each order and closes none', layer='app', at='2026-12-22 18:12:08', after=11,
          layouts={'shop': 'brackets', 'inventory': 'spring'},
          story=['The configuration agent turns on the audit trail of inventory and restarts it.',
                 'inventory opens the trail anew for each reservation and never closes it.',
                 'Minutes later it has used up its file descriptors: opening a file or a connection fails with EMFILE.',
                 'Checkouts and product pages fail; health checks do not touch inventory and stay green.',
                 'The trail is turned off again.'],
          culprit=said('cfgagent', r'inventory\.env: AUDIT_TRAIL unset -> on'),
          accept=[said('inventory', r'Too many open files')],
          near=[seen('inventory', r' : (stopping|inventory starting|ready)', 'the restart that made it effective')],
          symptoms=BACKEND + [seen('shop-*', r'inventory (answered 500|unreachable)')])
def fd_leak(w, sc):
    w.wanted('inventory.env', 'AUDIT_TRAIL unset -> on, restart inventory', 'true')
    w.said('cfgagent', 'inventory.env: refreshed')
    w.restart('inventory', env={'TZ': 'Europe/Berlin', 'INVENTORY_AUDIT': w.root + '/spool/trail'}, files=224)
    yield 9.5
    w.restart('inventory', env={'TZ': 'Europe/Berlin'})

@scenario('rate-limit', kind='a limit on requests arrives with the wrong figure', layer='config', at='2027-01-05 09:58:33', after=8,
          layouts={'shop': 'log4j', 'jobs': 'brackets', 'payments': 'winston'},
          story=['The configuration agent brings a limit on requests to the edge, counted for the whole site and not, as was meant, for each client.',
                 'nginx reloads without complaint.',
                 'From then on it refuses whatever is above the limit with 503 and says "limiting requests" in its error log.',
                 'Everything behind it is well, and has less to do.',
                 'The limit is taken out again.'],
          culprit=said('cfgagent', r'edge\.conf: request limit per client added'),
          accept=[said('nginx', r'signal 1 \(SIGHUP\) received from .*reconfiguring|: reconfiguring', 'nginx-error')],
          near=[seen('nginx-error', r'limiting requests, excess', 'says which limit, not that it is new')],
          symptoms=[seen('nginx-access', r' HTTP/1\.1" 503 ')])
def rate_limit(w, sc):
    text = w.edge(18081, False).replace('location / {', 'limit_req zone=per_client burst=2 nodelay;\n    location / {')
    back = w.push('edge.conf', 'request limit per client added, 1 file', 'etc/edge.conf', f'limit_req_zone $server_name zone=per_client:1m rate={int(180 * w.speed)}r/m;\n' + text, 'nginx')
    yield 6
    back()
