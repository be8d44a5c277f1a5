"""Controls: something happens, and nothing breaks; three more are in scenarios.py."""
import os
from frame import scenario, seen

@scenario('rolling-restart', kind='a control: the replicas are restarted one after the other', layer='none', at='2027-03-25 05:55:14', rate=4,
          layouts={'shop': 'logstash', 'inventory': 'pipes'}, benign=[seen('supervisor', r'stopped: shop-\d', 'the restarts'), seen('haproxy', r'is DOWN', 'a replica that drains and comes back')],
          story=['The three replicas are restarted one after the other.', 'Each drains first; users notice nothing.', 'Nothing broke.'])
def rolling_restart(w, sc):
    for i in (1, 2, 3):
        with open(w.root + '/run/supervisor.cmd', 'a') as f:
            f.write(f'restart shop-{i}\n')
        yield i * 2

scenario('chronic-grows', kind='a control: a partner sends more and more bad requests along with more traffic', layer='none', at='2027-04-02 19:17:46', minutes=32, after=10, rate=3.4, peak=2.2, grows=6,
          layouts={'shop': 'brackets', 'payments': 'log4js'},
          story=['Traffic grows to twice its rate and falls again.', 'The bad requests of a partner, there since long, grow six times over in the same minutes.', 'Nothing broke.'])

@scenario('debug-level', kind='a control: the log level of the replicas is turned to DEBUG for some minutes', layer='none', at='2027-04-09 08:28:37', rate=4,
          layouts={'shop': 'spring', 'inventory': 'logfmt'}, benign=[seen('shop-*', r'log level is now (DEBUG|INFO)', 'the change of level'), seen('shop-*', r' DEBUG ', 'new lines, of DEBUG')],
          story=['Somebody turns the replicas to DEBUG for five minutes: many times more lines, of kinds never seen before, some with words like errors and failed.', 'Nothing broke.'])
def debug_level(w, sc):
    w.write('run/debug', '')
    yield 5
    os.unlink(w.root + '/run/debug')

@scenario('blip', kind='a control: the ledger is restarted without notice; a handful of orders fail and nobody notices', layer='none', at='2027-04-16 21:36:09', after=8, rate=4,
          layouts={'shop': 'python', 'ledger': 'klog'}, benign=[seen('payments', r'ledger entry failed, reversing the charge', 'the few seconds without ledger'),
                                                              seen('ledger', r'ledger starting', 'the restart')],
          story=['ledger is restarted and back after some seconds.', 'A few orders fail in between, with a 502; their customers try again.', 'Nothing that anybody would be called for.'])
def blip(w, sc):
    w.stop('ledger')
    yield 14 / 60
    w.py('ledger', 'ledger.py')

scenario('nightly-batch', kind='a control: the batch jobs of the night, and the rotation of the logs', layer='none', at='2027-04-24 01:29:33', rate=4, rotated=True,
          layouts={'shop': 'slog', 'jobs': 'klog', 'inventory': 'brackets'},
          jobs=['nightly-invoices:90000:1806:SELECT customer, sum(amount) FROM orders GROUP BY customer', 'nightly-vacuum:90000:1850:ANALYZE orders', 'nightly-archive:90000:1880:file {root}/spool/orders.tar 20',
                'logrotate:90000:1990:run logrotate -f -s {root}/run/logrotate.state {root}/etc/logrotate.conf'],
          files={'etc/logrotate.conf': '/srv/lab/logs/shop-*.log /srv/lab/logs/inventory.log /srv/lab/logs/nginx-access.log {\n copytruncate\n rotate 2\n}\n'},
          benign=[seen('jobs', r'job=(nightly-\w+|logrotate)', 'the jobs of the night')],
          story=['The jobs of the night run: invoices, statistics, an archive, and logrotate, which moves the logs away and empties them.', 'Nothing broke.'])

scenario('cert-renewed', kind='a control: a certificate is renewed in time and read again', layer='none', at='2027-05-01 13:40:27', after=8, rate=4, also=['authority'], authority=18110, ledger_cert=46 * 60,
          layouts={'shop': 'log4j', 'certd': 'slog', 'ledger': 'logstash'}, benign=[seen('certd', r'certificate ledger: renewed', 'the renewal'), seen('ledger', r'certificate read again', 'the renewal')],
          story=['certd finds that the certificate of ledger ends within a quarter of an hour, orders a new one, gets it, and ledger reads it again.', 'Nothing broke.'])
