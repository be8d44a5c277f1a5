"""Scenarios with programs in Go, Ruby and PHP, a mail server, a journal, the kernel's memory limit, and days; see frame.py."""
from frame import BACKEND, CHECKOUT, EDGE, VERBOSE, said, scenario, seen

def ruby(number, **more):
    return {'ARGV': ['/usr/bin/ruby', '{root}/app/notify.rb', str(number)], 'NOTIFY_VERSION': '2.3.1', 'NOTIFY_SENDER': 'orders@shop.example', **more}

NOTIFY = dict(mail=True, supervised={f'notify-{i}': ruby(i) for i in (1, 2, 3)}, shop={'SHOP_NOTIFY': '1'})
REFUSED = [seen('nginx-access', r'POST /checkout HTTP/1\.1" 503 '), seen('haproxy', r' 503 \d+ - - ---- .*POST /checkout')]

@scenario('mail-size', kind='a size limit of the mail server loses three digits; confirmations with an invoice stop the queues of all others', layer='queue', at='2027-06-11 16:20:41', after=10,
          layouts={'shop': 'isoz', 'inventory': 'logfmt', 'payments': 'winston'}, files={'etc/shop.json': '{"queue_limit": 40}'}, **NOTIFY,
          story=['The configuration agent changes the largest mail that Postfix takes from 10240000 bytes to 10240, a slip of three digits, and has it read its settings again.',
                 'Confirmations of orders still go out, unless an invoice is attached to one: Postfix then refuses it.',
                 'A worker of notify, in Ruby, puts such a mail back to the head of its queue and tries again, for ever; one after the other all three workers stand still.',
                 'Confirmations pile up behind them for minutes; above forty the shop refuses the orders of that partition with 503.',
                 'The old limit comes back.'],
          culprit=said('cfgagent', r'main\.cf: message_size_limit 10240000 -> 10240'),
          accept=[said('postfix', r'postfix/master\[\d+\]: reload -- version', 'maillog')],
          near=[seen('maillog', r'queue file size limit exceeded', 'says what is exceeded, not that it is new')],
          symptoms=REFUSED + [seen('shop-*', r'notify:\d backlog above 40'), seen('notify-*', r'not confirmed, back to the queue')])
def mail_size(w, sc):
    text = open(w.root + '/etc/main.cf').read()
    back = w.push('main.cf', 'message_size_limit 10240000 -> 10240', 'etc/main.cf', text.replace('message_size_limit = 10240000', 'message_size_limit = 10240'))
    w.said('cfgagent', 'main.cf: refreshed')
    w.postfix_reload()
    yield 7.5
    back()
    w.postfix_reload()

@scenario('crash-loop', kind='a release lacks a setting on one of three workers, which dies at each start; the rollout goes on', layer='deploy', at='2027-06-18 09:33:12', after=10, repeats=True, noticed={'least': 6, 'share': 0.12, 'span': 120, 'of': 'POST /checkout'},
          layouts={'shop': 'python', 'deploy': 'slog', 'inventory': 'spring'}, files={'etc/shop.json': '{"queue_limit": 40}'}, **NOTIFY,
          story=['Release 2.4.0 of notify, workers in Ruby that mail the confirmations of orders, is rolled out one by one; the environment of notify-3 lacks a setting that it needs.',
                 'notify-3 dies at each start; the rollout tells in one INFO line that it is not ready, and goes on, since one may be away.',
                 'Nobody takes the confirmations of its partition any more.',
                 'Minutes later more than forty wait, and the shop refuses every order of that partition, a third of all, with 503.',
                 'The setting is added.'],
          culprit=said('deploy', r'release notify 2\.4\.0: rollout started'),
          accept=[said('deploy', r'release notify 2\.4\.0: (updating )?notify-3'), said('notify', r"key not found: \"NOTIFY_SENDER\"", 'notify-3'), said('supervisor', r'exited: notify-3 \(exit status 1')],
          benign=[seen('deploy', r'2\.4\.0: notify-[12] ready', 'the healthy workers of the same release')],
          symptoms=REFUSED + [seen('shop-*', r'notify:3 backlog above 40')])
def crash_loop(w, sc):
    w.py('deploy', 'deploy.py', 'notify', '2.4.0', 40, 'notify-1={}', 'notify-2={}', 'notify-3={"-NOTIFY_SENDER": ""}', must=False)
    yield 8
    w.py('deploy', 'deploy.py', 'notify', '2.4.0', 40, 'notify-3={"NOTIFY_SENDER": "orders@shop.example"}', must=False)

QUOTES = dict(go=['quotes'], names=['quotes'], journal=['supervisor'], shop={'SHOP_QUOTES': '1'})

@scenario('oom-kill', kind='a cache is allowed a hundred times more entries; minutes later the kernel kills the service at its memory limit, again and again', layer='app', at='2027-06-25 13:07:55', after=13, noticed={'least': 6, 'share': 0.08, 'span': 120, 'of': 'GET /product'},
          layouts={'shop': 'brackets', 'inventory': 'python', 'ledger': 'logfmt'}, cgroup={'quotes': 120 << 20}, **QUOTES,
          files={'etc/quotes.json': '{"tables": 40}'},
          supervised={'quotes': {'ARGV': ['systemd-cat', '-t', 'quotes', 'sh', '-c', 'echo $$ >/sys/fs/cgroup/memory/lab.quotes/cgroup.procs; exec {root}/app/quotes']}},
          story=['The configuration agent lets quotes, a service in Go that quotes shipping, keep 40000 tables in memory instead of 40; its memory limit stays as it was.',
                 'quotes grows with every product that is looked at, and nothing else happens for minutes.',
                 'Then it reaches the limit of its control group, and the kernel kills it.',
                 'Started again, it makes the tables anew that were in use, and so is killed again every minute.',
                 'Each time product pages end in 502 for some seconds; all other pages and all health checks are well, until the old setting is put back.'],
          culprit=said('cfgagent', r'quotes\.json: tables 40 -> 40000'),
          accept=[said('kernel', r'Memory cgroup out of memory: Killed process \d+ \(quotes\)', 'journal'), said('quotes', r'quotes\[\d+\]: .*"settings read again"', 'journal')],
          near=[seen('journal', r'exited: quotes \(terminated by SIGKILL', 'says that it was killed, not by whom')],
          symptoms=BACKEND + [seen('shop-*', r'no shipping quote for sku')])
def oom_kill(w, sc):
    w.push('quotes.json', 'tables 40 -> 40000, reload quotes', 'etc/quotes.json', '{"tables": 40000}')
    w.said('cfgagent', 'quotes.json: refreshed')
    w.run(['pkill', '-HUP', '-x', 'quotes'])
    yield 11
    w.write('etc/quotes.json', '{"tables": 40}')
    w.write('spool/quotes.keys', '')

@scenario('tariff-zones', kind='a tariff that takes effect minutes after it was imported lacks a zone; a service in Go panics for the customers of that zone', layer='data', at='2027-07-14 08:25:31', after=12,
          noticed={'least': 6, 'share': 0.08, 'span': 120, 'of': 'GET /product'}, layouts={'shop': 'slog', 'inventory': 'klog', 'jobs': 'brackets'}, **QUOTES,
          journal_form='-o json --output-fields=MESSAGE,PRIORITY,SYSLOG_IDENTIFIER,_PID,_HOSTNAME,_TRANSPORT',
          files={'etc/quotes.json': '{"tables": 40}', 'etc/tariff.json': '{"name": "2027-H1", "from": 0, "zones": [100, 100, 110, 120, 120, 150, 190]}'},
          supervised={'quotes': {'ARGV': ['systemd-cat', '-t', 'quotes', '{root}/app/quotes']}}, jobs=['tariff-import:90000:1805:run cp {root}/etc/tariff.next {root}/etc/tariff.json'],
          story=['A job imports the tariff of the second half-year, which has six zones where there were seven; it says only that it started and finished.',
                 'quotes, a service in Go, reads it and says in one INFO line how many zones it has; it takes effect three minutes later.',
                 'From then on quotes panics in each request of a customer of the seventh zone and closes the connection; the server catches that and goes on.',
                 'Product pages end in 502 for one customer in seven; all others, all other pages and all health checks are well.',
                 'The old tariff is put back under a new name.'],
          culprit=said('jobs', r'job started job=tariff-import'),
          accept=[said('jobs', r'job finished job=tariff-import'), said('quotes', r'tariff loaded.*zones\W+6\b', 'journal')],
          near=[seen('journal', r'http: panic serving .*index out of range', 'the panic itself, which the tariff brought')],
          symptoms=BACKEND + [seen('shop-*', r'no shipping quote for sku')])
def tariff_zones(w, sc):
    w.write('etc/tariff.next', '{"name": "2027-H2", "from": %d, "zones": [100, 105, 110, 125, 125, 155]}' % (w.now() + 240))
    yield 9.5
    w.write('etc/tariff.json', '{"name": "2027-H2-r2", "from": 0, "zones": [100, 100, 110, 120, 120, 150, 190]}')

@scenario('noisy-neighbour', kind='an export of another department runs longer and longer scripts in the Redis that it shares with the shop', layer='cache', at='2027-07-01 19:48:03', minutes=48, after=10, rate=17, **VERBOSE,
          layouts={'shop': 'log4j', 'inventory': 'klog', 'jobs': 'isoz'}, redis='busy-reply-threshold 1250\n',
          story=['The marketing department starts an export of customer segments, a program in PHP, which works in the Redis of the shop; it says so in one INFO line.',
                 'For each segment it runs a script in Redis, which answers nobody else meanwhile; each takes somewhat longer than the one before.',
                 'Pages get slower first; half a minute later the scripts take so long that Redis tells all others that it is busy.',
                 'Home pages end in 500, carts in 503, health checks fail now and then, and HAProxy takes replicas out.',
                 'An operator ends the export.'],
          culprit=said('segments', r'segment export starts'),
          accept=[said('redis', r'Slow script detected: still in execution')],
          near=[seen('shop-*', r'BUSY Redis is busy running a script', 'says what is busy, not with whose script')],
          symptoms=EDGE + [seen('shop-*', r'unhandled error in GET /(category/\S+)? req=|cart write refused by redis|readiness failed')])
def noisy_neighbour(w, sc):
    export = w.start('segments', ['php', w.root + '/app/segments.php', '40', '6'], must=False)
    yield 7
    export.terminate()
    w.run(['redis-cli', '-p', '16379', 'SCRIPT', 'KILL'], check=False)

@scenario('cert-days', kind='a certificate expires on the fourth day after its renewal first failed', layer='tls', log_trace='quiet_warn', at='2027-07-06 10:14:27', minutes=29, after=34,
          layouts={'shop': 'spring', 'ledger': 'slog', 'inventory': 'brackets'}, nights=3, repeats=True,
          ledger_cert=(29 + 17 + 6) * 60 + 3 * 84600, certd=[43200, 29 * 60 + 4, 4 * 86400],
          load={'events': [{'at': 2860 - 100, 'kind': 'new_client'}, {'at': 2860, 'kind': 'scanner'}]},
          story=['certd wants to renew the certificate of ledger, which ends in three days; the authority cannot be reached, and it logs a WARN and means to come back in half a day.',
                 'It does so twice a day, with the same WARN, and nobody reads it. (The record has some minutes of each day, and the nights, in which nobody shops.)',
                 'On the fourth day the certificate expires; payments verifies it and refuses to talk to ledger.',
                 'Every charge is reversed and every checkout ends in 502; all other pages and all health checks are well.',
                 'An operator issues a certificate by hand and restarts ledger.'],
          culprit=said('certd', r'certificate ledger: order not finished'),
          accept=[said('payments', r'CERT_HAS_EXPIRED')],
          symptoms=CHECKOUT + [seen('shop-*', r'payments answered 502'), seen('ledger', r'connection dropped')])
def cert_days(w, sc):
    for day in (1, 9, 17):
        yield day
        w.night(23.5)
    yield 31
    w.certificate('ledger', 'ledger.lab.internal', 86400 * 90)
    w.restart('ledger')
