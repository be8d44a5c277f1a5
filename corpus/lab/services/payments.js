// payments: charges cards at an outside acquirer over https, then books the entry in the internal ledger over https. JSON lines (pino's layout), UTC.
'use strict';
const http = require('http'), https = require('https'), fs = require('fs');
const SPEED = Number(process.env.LAB_SPEED || 1), ROOT = process.env.LAB_ROOT;
const log = (level, msg, o) => fs.writeSync(1, JSON.stringify({ level, time: new Date().toISOString(), pid: process.pid, hostname: 'payments-1', name: 'payments', ...o, msg }) + '\n');
const ca = fs.readFileSync(ROOT + '/etc/tls/ca.pem');
let calls = 0;
const post = (name, port, path, body, timeout) => new Promise((ok, no) => {
  const data = JSON.stringify(body);
  const r = https.request({ host: '127.0.0.1', port, path, method: 'POST', ca, servername: name, agent: false, timeout: timeout / SPEED,
    headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(data) } }, (res) => {
    let d = '';
    res.on('data', (c) => { d += c; });
    res.on('end', () => { try { ok([res.statusCode, JSON.parse(d || '{}')]); } catch (e) { no(e); } });
  });
  r.on('timeout', () => r.destroy(Object.assign(new Error(`no answer from ${name} within ${timeout} ms`), { code: 'ETIMEDOUT' })));
  r.on('error', no);
  r.end(data);
});

async function charge(b, req) {
  const t = Date.now();
  let st, a;
  try {
    [st, a] = await post('acquirer.example', 18104, '/authorize', { amount: b.amount, card: b.card }, 10000);
  } catch (e) {
    log(50, 'authorize failed', { req, err: { code: e.code, message: e.message } });
    return [502, { error: 'acquirer' }];
  }
  const took = Date.now() - t;
  if (took > 4000) log(40, 'acquirer slow', { req, took });
  if (st === 402) {
    log(40, 'card declined', { req, reason: a.reason, card: '**** ' + b.card });
    return [402, a];
  }
  if (st !== 200) {
    log(50, 'acquirer answered with an error', { req, status: st });
    return [502, { error: 'acquirer' }];
  }
  try {
    await post('ledger.lab.internal', 18103, '/entries', { auth: a.auth, amount: b.amount }, 8000);
  } catch (e) {
    log(50, 'ledger entry failed, reversing the charge', { req, auth: a.auth, err: { code: e.code, message: e.message } });
    return [502, { error: 'ledger' }];
  }
  log(30, 'charge accepted', { req, auth: a.auth, amount: b.amount, took });
  return [200, { auth: a.auth }];
}

const server = http.createServer((q, r) => {
  if (q.url === '/healthz') return r.end('{"ready":true}');
  let d = '';
  q.on('data', (c) => { d += c; });
  q.on('end', async () => {
    calls++;
    const [st, o] = await charge(JSON.parse(d), q.headers['x-request-id']);
    r.statusCode = st;
    r.end(JSON.stringify(o));
  });
});
log(30, 'payments starting', { version: '3.4.1', node: process.version });
server.listen(18102, '127.0.0.1', () => log(30, 'listening', { port: 18102 }));
setInterval(() => log(30, 'stats', { calls, rss_mb: Math.round(process.memoryUsage().rss / 1e6) }), 60000 / SPEED);
setInterval(() => log(40, 'api version 2024-11 of the acquirer is deprecated, move to 2026-01', { header: 'sunset' }), 410000 / SPEED);
process.on('SIGTERM', () => { log(30, 'stopping', {}); process.exit(0); });
