"""Controls: something happens, and nothing breaks; see scenarios.py, which has three more."""
import os
from scenarios import epoch, scenario

@scenario('rolling-restart', kind='a control: the replicas are restarted one after the other', layer='none', log_trace='no_log_trace', epoch=epoch('2027-03-25 05:55:14'), minutes=30, after=9, rate=4,
          layouts={'shop': 'logstash', 'inventory': 'pipes'}, benign=[{'file': 'logs/supervisor.log', 'regex': r'stopped: shop-\d', 'what': 'the restarts'}, {'file': 'logs/haproxy.log', 'regex': r'is DOWN', 'what': 'a replica that drains and comes back'}],
          story=['The three replicas are restarted one after the other.', 'Each drains first; users notice nothing.', 'Nothing broke.'])
def rolling_restart(w, sc):
    for i in (1, 2, 3):
        with open(w.root + '/run/supervisor.cmd', 'a') as f:
            f.write(f'restart shop-{i}\n')
        w.until(sc['t'] + i * 120)

@scenario('chronic-grows', kind='a control: a partner sends more and more bad requests along with more traffic', layer='none', log_trace='no_log_trace', epoch=epoch('2027-04-02 19:17:46'), minutes=30, after=10, rate=3, peak=2.2, grows=6,
          layouts={'shop': 'brackets', 'payments': 'log4js'},
          story=['Traffic grows to twice its rate and falls again.', 'The bad requests of a partner, there since long, grow six times over in the same minutes.', 'Nothing broke.'])
def chronic_grows(w, sc):
    pass

@scenario('debug-level', kind='a control: the log level of the replicas is turned to DEBUG for some minutes', layer='none', log_trace='no_log_trace', epoch=epoch('2027-04-09 08:28:37'), minutes=30, after=9, rate=4,
          layouts={'shop': 'spring', 'inventory': 'logfmt'}, benign=[{'file': 'logs/shop-*.log', 'regex': r'log level is now (DEBUG|INFO)', 'what': 'the change of level'}, {'file': 'logs/shop-*.log', 'regex': r' DEBUG ', 'what': 'new lines, of DEBUG'}],
          story=['Somebody turns the replicas to DEBUG for five minutes: many times more lines, of kinds never seen before, some with words like errors and failed.', 'Nothing broke.'])
def debug_level(w, sc):
    w.write('run/debug', '')
    w.until(sc['t'] + 300)
    os.unlink(w.root + '/run/debug')

@scenario('blip', kind='a control: the ledger is restarted without notice; a handful of orders fail and nobody notices', layer='none', log_trace='no_log_trace', epoch=epoch('2027-04-16 21:36:09'), minutes=30, after=8, rate=4,
          layouts={'shop': 'python', 'ledger': 'klog'}, benign=[{'file': 'logs/payments.log', 'regex': r'ledger entry failed, reversing the charge', 'what': 'the few seconds without ledger'},
                                                              {'file': 'logs/ledger.log', 'regex': r'ledger starting', 'what': 'the restart'}],
          story=['ledger is restarted and back after some seconds.', 'A few orders fail in between, with a 502; their customers try again.', 'Nothing that anybody would be called for.'])
def blip(w, sc):
    w.stop('ledger')
    w.until(sc['t'] + 14)
    w.py('ledger', 'ledger.py')

@scenario('nightly-batch', kind='a control: the batch jobs of the night, and the rotation of the logs', layer='none', log_trace='no_log_trace', epoch=epoch('2027-04-24 01:29:33'), minutes=30, after=9, rate=4, rotated=True,
          layouts={'shop': 'slog', 'jobs': 'klog', 'inventory': 'brackets'},
          jobs=['nightly-invoices:90000:1806:SELECT customer, sum(amount) FROM orders GROUP BY customer', 'nightly-vacuum:90000:1850:ANALYZE orders', 'nightly-archive:90000:1880:file {root}/spool/orders.tar 20',
                'logrotate:90000:1990:run logrotate -f -s {root}/run/logrotate.state {root}/etc/logrotate.conf'],
          files={'etc/logrotate.conf': '/srv/lab/logs/shop-*.log /srv/lab/logs/inventory.log /srv/lab/logs/nginx-access.log {\n copytruncate\n rotate 2\n}\n'},
          benign=[{'file': 'logs/jobs.log', 'regex': r'job=(nightly-\w+|logrotate)', 'what': 'the jobs of the night'}],
          story=['The jobs of the night run: invoices, statistics, an archive, and logrotate, which moves the logs away and empties them.', 'Nothing broke.'])
def nightly_batch(w, sc):
    pass

@scenario('cert-renewed', kind='a control: a certificate is renewed in time and read again', layer='none', log_trace='no_log_trace', epoch=epoch('2027-05-01 13:40:27'), minutes=30, after=8, rate=4, also=['authority'], authority=18110, ledger_cert=46 * 60,
          layouts={'shop': 'log4j', 'certd': 'slog', 'ledger': 'logstash'}, benign=[{'file': 'logs/certd.log', 'regex': r'certificate ledger: renewed', 'what': 'the renewal'}, {'file': 'logs/ledger.log', 'regex': r'certificate read again', 'what': 'the renewal'}],
          story=['certd finds that the certificate of ledger ends within a quarter of an hour, orders a new one, gets it, and ledger reads it again.', 'Nothing broke.'])
def cert_renewed(w, sc):
    pass
