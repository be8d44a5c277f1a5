"""load: a seeded open-loop load generator. argv: a JSON plan {rate, seed, events: [{at, kind}], peak: [from, to, factor, factor of the partner's bad requests]}."""
import json, math, os, queue, random, sys, threading, time, http.client
from common import *

plan = json.loads(sys.argv[1])
rnd = random.Random(plan['seed'])
AGENTS = ['Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0', 'ShopApp/7.2.1 (Android 15)', 'ShopApp/7.2.0 (iOS 18.2)',
          'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15',
          'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36']
WORDS = ['lamp', 'chair', 'desk', 'mug', 'rug', 'sofa', 'shelf', 'clock', 'vase', 'towel']
SCAN = ['/.env', '/.git/config', '/wp-login.php', '/actuator/gateway/routes', '/solr/admin/info/system?wt=json', '/cgi-bin/luci/;stok=/locale', '/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php']
q = queue.Queue()
ids = iter(range(1, 1 << 40))

def send(method, path, agent, ip, user, body=None, raw=None, referer=None):
    c = http.client.HTTPConnection('127.0.0.1', PORT['nginx'], timeout=30 / SPEED)
    h = {'User-Agent': agent, 'X-Forwarded-For': ip, 'X-User': user, 'Host': 'shop.example'}
    if referer:
        h['Referer'] = referer
    try:
        c.request(method, path, raw if raw is not None else (json.dumps(body) if body is not None else None), h)
        c.getresponse().read()
    except (OSError, http.client.HTTPException):
        pass
    finally:
        c.close()

def worker():
    while True:
        send(*q.get())

def one():
    a, ip, user = rnd.choice(AGENTS), f'203.0.113.{rnd.randrange(1, 255)}', f'u{rnd.randrange(900)}'
    r = rnd.random()
    sku = rnd.randrange(1, 500)
    if plan.get('new') and rnd.random() < 0.08:
        a = 'ShopApp/7.3.0 (iOS 19.0)'
    if r < 0.16: return ('GET', '/', a, ip, user)
    if r < 0.26: return ('GET', f'/category/{rnd.choice(WORDS)}', a, ip, user)
    if r < 0.50: return ('GET', f'/product/{sku}', a, ip, user)
    if r < 0.60: return ('GET', f'/search?q={rnd.choice(WORDS)}', a, ip, user)
    if r < 0.72: return ('POST', '/cart', a, ip, user, {'sku': sku, 'qty': rnd.randrange(1, 3)})
    if r < 0.84: return ('POST', '/checkout', a, ip, user, {'sku': sku, 'qty': rnd.randrange(1, 3), 'amount': round(rnd.uniform(4, 180), 2), 'card': '%04d' % rnd.randrange(10000),
                                                          'token': 'dup' if rnd.random() < 0.01 else '%012x' % rnd.getrandbits(48)})
    if r < 0.93: return ('GET', f'/orders/{rnd.randrange(1, 20000)}', a, ip, user)
    if r < 0.945: return ('GET', '/static/' + rnd.choice(['favicon.ico', 'app.css', 'logo.svg', 'old-banner.png']), a, ip, user)
    if r < 0.955: return ('GET', f'/product/{rnd.randrange(600, 990)}', a, ip, user, None, None, 'https://blog.example/gifts')
    if r < 0.963: return ('POST', '/cart', 'PartnerSync/1.0', '198.51.100.23', 'partner', None, '{"sku": %d, "qty": }' % sku)
    if r < 0.968: return ('GET', '/catalog.csv', 'PartnerSync/1.0', '198.51.100.23', 'partner')
    if r < 0.970: return ('GET', '/export?page=', 'PartnerSync/1.0', '198.51.100.23', 'partner')
    if r < 0.976: return ('GET', f'/orders/{rnd.randrange(900000, 990000)}', a, ip, user)
    return ('GET', '/', 'uptime-probe/1.4', '198.51.100.7', 'probe')

for _ in range(64):
    threading.Thread(target=worker, daemon=True).start()
start = due = time.time()
events = sorted(plan.get('events', []), key=lambda e: e['at'])
while True:
    at = due - start
    while events and at >= events[0]['at']:
        e = events.pop(0)
        if e['kind'] == 'new_client':
            plan['new'] = True
        if e['kind'] == 'scanner':
            for p in SCAN:
                q.put(('GET', p, 'masscan/1.3 (https://github.com/robertdavidgraham/masscan)', '192.0.2.66', 'anon'))
    rate = plan['rate'] * (1 + 0.25 * math.sin(at / 240))
    p = plan.get('peak')
    if p and p[0] <= at < p[1]:
        hump = math.sin(math.pi * (at - p[0]) / (p[1] - p[0]))
        rate *= 1 + (p[2] - 1) * hump
        if rnd.random() < 0.016 * (p[3] - 1) * hump:        # the partner's share of bad requests grows as well
            q.put(('POST', '/cart', 'PartnerSync/1.0', '198.51.100.23', 'partner', None, '{"sku": %d, "qty": }' % rnd.randrange(1, 500)))
    due += rnd.expovariate(rate)
    if os.path.exists(ROOT + '/run/night'):
        dusk = time.time()
        while os.path.exists(ROOT + '/run/night'):
            time.sleep(0.05)
        start += time.time() - dusk
        due += time.time() - dusk
    nap(due - time.time())
    if q.qsize() < 100:
        q.put(one())
