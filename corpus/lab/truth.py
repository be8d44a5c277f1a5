"""Makes truth.json of a recording: the lines are found in the logs, nothing in it is typed in by hand but the expressions and the story."""
import fnmatch, hashlib, re, sys, time
import logtime

ACCESS = re.compile(r'HTTP/1\.1" \d{3} \d+ "')          # a line of nginx's access log, wherever it is

SEEN = ('pool-drain', 'cert-expired', 'dns-change', 'redis-maxmemory', 'bad-replica', 'disk-full', 'feature-flag', 'slow-payment-api', 'lying-health-check', 'healthy-deploy', 'traffic-peak', 'quiet')

EVEN = ('mail-size', 'crash-loop', 'oom-kill', 'retry-storm', 'noisy-neighbour', 'tariff-zones')

def split(name):
    """tune: rules and weights may be made on it; test: they may not. A coin that the name throws; SEEN were in view before there was a coin, and so the coin prefers `test`;
    EVEN were recorded last, to make the halves equal: no case ever changes sides"""
    return 'tune' if name in SEEN + EVEN or hashlib.sha256(name.encode()).digest()[0] % 4 == 0 else 'test'

BENIGN = [{'file': 'logs/nginx-access.log', 'regex': r'masscan/1\.3', 'what': "a scanner's strange requests"},
          {'file': 'logs/shop-*.log', 'regex': r'no route for GET /(\.env|\.git|wp-login|actuator|solr|cgi-bin|vendor)', 'what': "a scanner's strange requests"},
          {'file': 'logs/haproxy.log', 'regex': r'GET /(\.env|\.git|wp-login|actuator|solr|cgi-bin|vendor)', 'what': "a scanner's strange requests"},
          {'file': 'logs/nginx-access.log', 'regex': r'ShopApp/7\.3\.0', 'what': 'a new client version'},
          {'file': 'logs/jobs.log', 'regex': r'job=price-index', 'what': "a job's first run"},
          {'file': 'logs/flagd.log', 'regex': r'flag (home\.new_banner|checkout\.one_page) set', 'what': 'harmless flags'}]

def iso(t, up=False):
    if up:
        return time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime(-(-t // 1)))
    return time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(t)) + f'.{int(t % 1 * 1e6 + 0.5):06d}'.rstrip('0').rstrip('.') + 'Z'

def incident(rows, rx, since, least=8, share=0.06, span=60, of='.'):
    """the moment at which at least `least` lines, and that share, of those of the last `span` seconds hurt: a user has noticed"""
    rx, of = re.compile(rx), re.compile(of)
    rows = [(t, bool(rx.search(l))) for t, l in rows if t and t > since - span and of.search(l)]
    a = bad = 0
    for i, (t, b) in enumerate(rows):
        bad += b
        while rows[a][0] < t - span:
            bad -= rows[a][1]
            a += 1
        if t > since and bad >= least and bad >= share * (i - a + 1):
            return t
    return None

def moved(sc, where):
    """the scenario with other files: the logs were rotated, or came as one stream"""
    sc = {**sc, 'all_benign': BENIGN + sc.get('benign', [])}
    for k in ('accept', 'near', 'symptoms', 'all_benign'):
        sc[k] = [{**a, 'file': where(a['file'])} for a in sc.get(k, [])]
    if 'culprit' in sc:
        sc['culprit'] = {**sc['culprit'], 'file': where(sc['culprit']['file'])}
    return sc

def make(name, sc, o, logs, times):
    rows = {n: logtime.lines(b, time.gmtime(sc['epoch']).tm_year) for n, b in logs.items()}
    t = {'case': name, 'kind': sc['kind'], 'source': f"recorded from real servers by corpus/lab/run {name} --seed {o.seed}" + (f' --minutes {o.minutes:g}' if o.minutes else '') + f' --speed {o.speed}',
         'split': split(name), 'story': sc['story'], 'layer': sc['layer'], 'log_trace': sc['log_trace'], 'tz': 'a line without a zone is UTC', 'speed': o.speed, 'seed': o.seed}
    t['times'] = times
    if sc.get('rotated') or sc.get('pack') == 'cluster':
        sc = moved(sc, (lambda f: 'logs/cluster.log') if sc.get('pack') else (lambda f: f + '*'))
    edge = sorted((x for n, r in rows.items() if n.startswith(('nginx-access.log', 'cluster.log')) for x in r if ACCESS.search(x[1])), key=lambda x: x[0])
    benign = sc.get('all_benign', BENIGN + sc.get('benign', []))
    if sc['layer'] == 'none':
        t['incident_at'] = iso(times['begun'] + 90, True)
        t['lines_before'] = sum(1 for r in rows.values() for x in r if x[0] and x[0] < times['begun'])
        t['benign_novelty'] = benign
        return t
    c = sc['culprit']
    hit = [x for n in sorted(rows, key=lambda n: -len(n)) if fnmatch.fnmatch('logs/' + n, c['file']) for x in rows[n] if re.search(c['line_regex'], x[1]) and x[0] >= times['begun'] - sc.get('early', 1)]
    if not hit:
        sys.exit(f"{name}: no line of {c['file']} matches {c['line_regex']}")
    when, line = hit[0]
    at = incident(edge, r'"(?!GET /export)[A-Z]+ \S+ HTTP/1\.1" 5\d\d ', when, **sc.get('noticed', {}))
    if not at:
        sys.exit(f'{name}: no user would have noticed anything')
    t['incident_at'] = iso(at, True)
    if sc.get('noticed'):
        t['noticed'] = sc['noticed']
    t['lead_seconds'] = round(-(-at // 1) - when, 1)
    t['lines_before'] = sum(1 for r in rows.values() for x in r if x[0] and x[0] < when)
    t['culprit'] = {'service': c['service'], 'file': c['file'], 'line_regex': c['line_regex'], 'time': iso(when), 'line': line}
    if sc.get('stepped'):
        t['clock_stepped'] = sc['stepped']
    if sc.get('repeats'):
        t['repeats'] = True
    def there(answers):
        """those that this recording holds: which program says what depends on a race now and then"""
        out = [a for a in answers if any(re.search(a.get('line_regex') or a['regex'], l) for n in rows if fnmatch.fnmatch('logs/' + n, a['file']) for _, l in rows[n])]
        for a in answers:
            if a not in out:
                print(f"{name}: not in the logs: {a['file']} {a.get('line_regex') or a['regex']}", file=sys.stderr)
        return out
    t['accept'], t['near'], t['symptoms'], t['benign_novelty'] = there(sc.get('accept', [])), there(sc.get('near', [])), there(sc['symptoms']), benign
    if times.get('noted'):
        t['repaired_at'] = iso(times['noted'], True)
    return t
