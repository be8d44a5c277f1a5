"""What scenarios are written in. A scenario is its story, its truth, and a trigger: a function of the world and of the scenario that pulls the fault. It may
go on as a generator: `yield M` waits until M minutes of the lab's clock after the trigger; what follows the last one repairs the fault. Without a function
the fault is in the words of the scenario (a job, a flag, a load), or there is none."""
import calendar, time

ALL = {}

def scenario(name, at, **kw):
    """at: the date and time (UTC) at which the lab's clock starts; minutes: how long all is well; after: minutes from the trigger to the end; rate: requests a second"""
    kw = {'minutes': 30, 'after': 9, 'rate': 4.5, 'log_trace': 'no_log_trace' if kw['layer'] == 'none' else 'quiet_info', **kw}
    ALL[name] = {**kw, 'epoch': calendar.timegm(time.strptime(at, '%Y-%m-%d %H:%M:%S')), 'trigger': lambda w, sc: None}
    def add(f):
        ALL[name]['trigger'] = f
        return f
    return add

def said(service, regex, log=None):
    """an answer: a line of a service, in its log"""
    return {'service': service, 'file': f'logs/{log or service}.log', 'line_regex': regex}

def seen(log, regex, what=None):
    """lines that are no answer: a symptom, a novelty that does no harm (`what` it is), or one that points at the right place"""
    return {'file': f'logs/{log}.log', 'regex': regex, **({'what': what} if what else {})}

# what a user felt, at the edge and at the load balancer
BACKEND = [seen('nginx-access', r'"(?!GET /export)[A-Z]+ \S+ HTTP/1\.1" 50[0234] ')]
EDGE = BACKEND + [seen('nginx-error', r'upstream (timed out|prematurely closed)|no live upstreams'),
                  seen('haproxy', r'is DOWN|has no server available| (50[0234]|-1) \d+ - - (sH|sC|SC|sQ|SH)-- | (502|503|504) \d+ - - ---- ')]
CHECKOUT = BACKEND + [seen('haproxy', r' 50[02] \d+ - - ---- .*POST /checkout')]
DRAINED = [seen('shop-*', r'pool shop_app: no connection|query_wait_timeout|readiness failed|timed out'), seen('pgbouncer', r'query_wait_timeout|client disconnect')]

# everybody logs everything: more than half a million lines
VERBOSE = dict(inventory={'LAB_LEVEL_INVENTORY': 'DEBUG'}, shop={'LAB_LEVEL_SHOP': 'DEBUG'}, postgres="log_statement = 'all'\nlog_duration = on\nlog_connections = on\nlog_disconnections = on\n", speed=4)
