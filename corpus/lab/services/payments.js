// payments: charges cards at an outside acquirer over https, then books the entry in the internal ledger over https. its own layout is pino's JSON, UTC.
'use strict';
const http = require('http'), https = require('https'), fs = require('fs');
const SPEED = Number(process.env.LAB_SPEED || 1), ROOT = process.env.LAB_ROOT;
const LEVEL = { 30: 'info', 40: 'warn', 50: 'error' };
const layouts = {
  pino: (level, msg, o) => JSON.stringify({ level, time: new Date().toISOString(), pid: process.pid, hostname: 'payments-1', name: 'payments', ...o, msg }),
  winston: (level, msg, o) => `${new Date().toISOString()} ${LEVEL[level]}: ${msg} ${JSON.stringify(o || {})}`,
  log4js: (level, msg, o) => `[${new Date().toISOString().slice(0, -1)}] [${LEVEL[level].toUpperCase()}] payments - ${msg} ${require('util').inspect(o || {}, { breakLength: Infinity })}`,
};
const layout = layouts[JSON.parse(process.env.LAB_LAYOUTS || '{}').payments || 'pino'];
const log = (level, msg, o) => fs.writeSync(1, layout(level, msg, o) + '\n');
const ca = fs.readFileSync(ROOT + '/etc/tls/ca.pem');
let calls = 0;
const post = (name, port, path, body, timeout, more = {}) => new Promise((ok, no) => {
  const data = JSON.stringify(body);
  const r = https.request({ host: name.startsWith('ledger') && process.env.LEDGER_HOST || '127.0.0.1', port, path, method: 'POST', ca, servername: name, agent: false, maxVersion: process.env.PAYMENTS_TLS_MAX || 'TLSv1.3', timeout: timeout / SPEED,
    headers: { ...more, 'content-type': 'application/json', 'content-length': Buffer.byteLength(data) } }, (res) => {
    let d = '';
    res.on('data', (c) => { d += c; });
    res.on('end', () => { try { ok([res.statusCode, JSON.parse(d || '{}')]); } catch (e) { no(e); } });
  });
  r.on('timeout', () => r.destroy(Object.assign(new Error(`no answer from ${name} within ${timeout} ms`), { code: 'ETIMEDOUT' })));
  r.on('error', no);
  r.end(data);
});

// the token for the acquirer, as authd hands it out; none where there is no authd
const bearer = () => {
  try { return { authorization: 'Bearer ' + fs.readFileSync(ROOT + '/run/token.payments', 'utf8') }; } catch (e) { return {}; }
};

async function charge(b, req) {
  const t = Date.now();
  let st, a;
  try {
    [st, a] = await post('acquirer.example', 18104, '/authorize', { amount: b.amount, card: b.card }, 10000, bearer());
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
    log(50, 'acquirer answered with an error', { req, status: st, ...a });
    return [502, { error: 'acquirer' }];
  }
  try {
    const [booked, why] = await post('ledger.lab.internal', 18103, '/entries', { auth: a.auth, amount: b.amount, currency: b.currency }, 8000);
    if (booked !== 200) {
      log(50, 'ledger refused the entry, reversing the charge', { req, auth: a.auth, status: booked, ...why });
      return [502, { error: 'ledger' }];
    }
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
    const sent = Number(q.headers['x-time'] || 0), off = Date.now() / 1000 - sent;
    if (sent && Math.abs(off) > 300) {
      log(40, 'signature refused, request is not of this time', { req: q.headers['x-request-id'], off: Math.round(off) });
      r.statusCode = 401;
      return r.end('{"error":"stale_signature"}');
    }
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
