import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, afterEach, before, test } from 'node:test';
import { startWorld } from '../../../tests/node/wire/test/world.mjs';
import { fault, LINE, pairedHost, restartedHost, textTo } from './host.mjs';

const BORIS = '34600000302';

let world;
let host;
let phone;
let last = 34600000310;
before(async () => {
  world = await startWorld();
  await world.post('/contacts', { phone: BORIS, name: 'Boris' });
});
afterEach(async () => {
  await world.clearFaults();
  await host?.end();
  host = undefined;
});
after(() => world.stop());

async function paired(options) {
  phone = String(++last);
  host = await pairedHost(world, phone, { options });
}

const gone = () => world.get(`/phones/${phone}/connected?count=0&sockets=0`);

test('a line whose device is removed on the phone is logged out, and does not come back', async () => {
  await paired();
  await world.post(`/phones/${phone}/unlink`);
  await host.state('logged_out', 'removed_on_phone');
  await gone();
  const result = await host.ask('send', textTo(BORIS, 'hello'));
  assert.deepEqual([result.outcome, result.error.class, result.error.code], ['rejected', 'auth_lost', 'logged_out']);
});

test('another connection of the same device is a conflict, until the host says to try again', async () => {
  await paired();
  const { mark } = host;
  const other = await restartedHost(world, cloned(host.store), { epoch: 2 });
  await host.state('conflict', 'replaced', mark);
  await other.end();
  await host.ask('line.start', { lineId: LINE });
  await host.state('connected', 'in_sync', mark);
});

test('a temporary ban is waited for', async () => {
  await paired();
  const { mark } = host;
  await world.fault('login-refused', { phone, reason: 402, code: 101, expire: 2 });
  await world.post(`/phones/${phone}/close`, { code: 503 });
  const banned = await host.event('state', (event) => event.state === 'restricted', mark);
  assert.equal(banned.reason, 'temporary_ban');
  assert.ok(banned.untilAt - banned.at > 1_000 && banned.untilAt - banned.at < 3_000);
  await host.state('connected', 'in_sync', mark);
});

test('a locked account is logged out with its reason', async () => {
  await paired();
  await world.fault('login-refused', { phone, reason: 403 });
  await world.post(`/phones/${phone}/close`, { code: 503 });
  await host.state('logged_out', 'account_locked');
  await gone();
});

test('an outdated client takes the newest version, and says so when that is refused too', async () => {
  const newest = 1_999_999_999;
  const web = createServer((_, response) => response.end(`{\\"client_revision\\":${newest},`)).listen(0, '127.0.0.1');
  await once(web, 'listening');
  phone = String(++last);
  host = await pairedHost(world, phone, { environment: { EZW_WA_VERSION_URL: `http://127.0.0.1:${web.address().port}/sw.js` } });
  const { mark } = host;
  await world.fault('client-outdated', { phone, below: newest, times: null });
  await world.post(`/phones/${phone}/close`, { code: 515 });
  await host.state('connected', 'in_sync', mark);
  await world.fault('client-outdated', { phone, below: newest + 1, times: null });
  await world.post(`/phones/${phone}/close`, { code: 515 });
  await host.state('engine_outdated', 'client_outdated', mark);
  await gone();
  const refused = await host.ask('send', textTo(BORIS, 'hello'));
  assert.deepEqual([refused.error.class, refused.error.code], ['engine_outdated', 'engine_outdated']);
  await world.clearFaults();
  const later = host.mark;
  await host.ask('line.start', { lineId: LINE });
  await host.state('connected', 'in_sync', later);
  web.close();
});

test('a connection that WhatsApp refuses by HTTP is tried again', async () => {
  await paired();
  const { mark } = host;
  await world.fault('connection-refused', { status: 503 });
  await world.post(`/phones/${phone}/close`, {});
  await host.state('reconnecting', 'unreachable', mark);
  await host.state('connected', 'in_sync', mark);
  const waits = host.store.events.slice(mark).map(({ event }) => event).filter(({ state }) => state === 'reconnecting');
  assert.deepEqual(waits.map(({ attempt }) => attempt), [1, 2]);
  assert.ok(waits.every(({ at, nextAttemptAt }) => nextAttemptAt - at >= 1_000 && nextAttemptAt - at <= 300_000));
});

test('an unavailable WhatsApp is waited for, and a demanded restart is immediate', async () => {
  await paired();
  const { mark } = host;
  await world.fault('login-refused', { phone, reason: 503 });
  await world.post(`/phones/${phone}/close`, { code: 515 });
  await host.state('connecting', 'restart_required', mark);
  await host.state('reconnecting', 'server_unavailable', mark);
  await host.state('connected', 'in_sync', mark);
  assert.ok((await deviceOf(phone)).mostOpenSockets <= 1, 'two sockets of one device were open');
});

test('a WhatsApp that accepts the connection and says nothing is given up', { timeout: 60_000 }, async () => {
  await paired();
  const { mark } = host;
  await world.fault('connection-stalled');
  await world.post(`/phones/${phone}/close`, {});
  await host.state('reconnecting', 'connection_lost', mark);
  const stalled = () => host.store.events.slice(mark).some(({ event }) => event.reason === 'unreachable');
  await host.until(stalled, () => 'the stalled connection was not given up', 40_000);
  await host.state('connected', 'in_sync', mark);
});

test('restricted accounts stay connected and say until when', async () => {
  await paired();
  const untilAt = (Math.floor(Date.now() / 1000) + 3_600) * 1000;
  await world.post('/phones', { phone, restrictedUntil: untilAt / 1000 });
  const event = await host.event('state', ({ state }) => state === 'restricted');
  assert.deepEqual([event.reason, event.untilAt], ['new_chats', untilAt]);
  assert.equal((await host.ask('probe', { lineId: LINE })).healthy, true);
  const { mark } = host;
  await world.post('/phones', { phone, restrictedUntil: null });
  await host.state('connected', '', mark);
});

test('a stopped line has no socket, and tells so once', async () => {
  await paired();
  await host.ask('line.stop', { lineId: LINE });
  await gone();
  await host.state('stopped', 'stopped');
  await host.ask('line.stop', { lineId: LINE });
  const result = await host.ask('send', textTo(BORIS, 'hello'));
  assert.deepEqual([result.outcome, result.error.code], ['rejected', 'not_connected']);
  const checking = host.ask('numbers.check', { lineId: LINE, phoneNumbers: [`+${BORIS}`] });
  await assert.rejects(checking, { code: 'not_connected', retryable: true });
  assert.equal((await host.ask('probe', { lineId: LINE })).healthy, false);
  assert.equal(host.store.events.filter(({ event }) => event.state === 'stopped').length, 1);
});

test('nothing of a closed line follows its answer', async () => {
  await paired();
  await host.ask('line.close', { lineId: LINE });
  const asked = host.requests.length;
  assert.equal(host.store.events.at(-1).event.state, 'stopped');
  await gone();
  await world.post(`/contacts/${BORIS}/send`, { to: phone, kind: 'text', text: 'too late' });
  await assert.rejects(host.ask('line.start', { lineId: LINE }), { code: 'unknown_line' });
  assert.equal(host.requests.length, asked);
  await host.ask('line.close', { lineId: LINE });
});

test('a device that logs out is removed from the account', async () => {
  await paired();
  assert.deepEqual(await host.ask('logout', { lineId: LINE }), { removed: true });
  await host.state('logged_out', 'logged_out_here');
  assert.equal(await deviceOf(phone), undefined);
  assert.deepEqual(await host.ask('logout', { lineId: LINE }), { removed: false });
});

test('a drain lets running sends finish and ends the process', async () => {
  await paired();
  await world.fault('ack-delayed', { phone, ms: 500 });
  const sending = host.ask('send', textTo(BORIS, 'the last one'));
  await host.until(() => host.requests.some(({ params }) => params.writes?.some(({ type }) => type === 'session')));
  const draining = host.ask('drain', { deadlineMs: 5_000 });
  await assert.rejects(host.ask('send', textTo(BORIS, 'too late')), { code: 'draining' });
  assert.equal((await sending).outcome, 'accepted');
  assert.deepEqual(await draining, { unfinishedSends: 0 });
  assert.equal(await host.exited, 0);
  await gone();
});

test('numbers of the process are told', async () => {
  await paired();
  await host.ask('send', textTo(BORIS, 'one'));
  const metrics = await host.ask('metrics');
  assert.deepEqual(metrics.lines, { open: 1, connected: 1 });
  assert.deepEqual(metrics.sends, { running: 0, accepted: 1, ambiguous: 0, rejected: 0 });
  assert.ok(metrics.events.published >= host.mark - 1);
  assert.ok(metrics.memory.rssBytes > 50_000_000 && metrics.cpuMs > 0 && metrics.eventLoopLag.meanMs >= 0);
});

test('keys that the host cannot store end the line as failed', async () => {
  await paired();
  host.intercept = (method) => (method === 'keys.set' ? fault('internal', false) : undefined);
  void host.ask('send', textTo(BORIS, 'never'));
  await host.state('failed', 'engine_fault');
  await gone();
});

async function deviceOf(number) {
  const { phones } = await world.get('/state');
  return phones.find((one) => one.phone === number).devices[0];
}

function cloned(store) {
  const copy = Object.assign(Object.create(Object.getPrototypeOf(store)), structuredClone({ ...store }));
  return copy;
}
