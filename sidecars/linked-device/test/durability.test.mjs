// What a crash, or the loss of the line to another process, must not lose.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { startWorld } from '../../../tests/node/wire/test/world.mjs';
import { fault, LINE, pairedHost, restartedHost, textTo } from './host.mjs';

const OWN = '34600000201';
const BORIS = '34600000202';

let world;
let host;
let epoch = 1;
before(async () => {
  world = await startWorld();
  await world.post('/contacts', { phone: BORIS, name: 'Boris' });
  host = await pairedHost(world, OWN);
});
afterEach(async () => {
  if (host.child.exitCode === null && host.child.signalCode === null) await host.kill();
  await world.get(`/phones/${OWN}/connected?count=0&sockets=0`);
  host = await restartedHost(world, host.store, { epoch: ++epoch });
});
after(async () => {
  await host.end();
  await world.stop();
});

const fromBoris = (text) => world.post(`/contacts/${BORIS}/send`, { to: OWN, kind: 'text', text });
const times = (id) => host.store.events.filter(({ event }) => event.providerMessageId === id).length;
const isMessage = (method, { event }) => method === 'event' && event.kind === 'message';
const emptyQueue = () => world.get(`/phones/${OWN}/connected?count=1&waiting=0`);

async function restart(intercept) {
  await host.kill();
  await world.get(`/phones/${OWN}/connected?count=0&sockets=0`);
  host = await restartedHost(world, host.store, { epoch: ++epoch, intercept });
}

test('killed between decryption and commit, the message comes again', async () => {
  const asked = [];
  host.intercept = (method, params) => (isMessage(method, params) ? (asked.push(params.event.providerMessageId), null) : undefined);
  const { id } = await fromBoris('do not lose me');
  await host.until(() => asked.includes(id));
  assert.equal(times(id), 0);
  await restart();
  await host.event('message', (event) => event.providerMessageId === id);
  assert.equal(times(id), 1);
  await emptyQueue();
  assert.deepEqual((await world.get(`/contacts/${BORIS}/failures`)).failures ?? [], []);
});

test('killed after the commit and before the answer, the message is confirmed without being told again', async () => {
  host.intercept = (method, params) => {
    if (!isMessage(method, params)) return undefined;
    const { lineId, seq, event, keys } = params;
    host.store.events.push({ lineId, seq, event, keys });
    host.store.write(lineId, keys);
    host.store.messages.set(event.providerMessageId, { fromMe: false, content: event.content });
    return null;
  };
  const { id } = await fromBoris('committed');
  await host.until(() => times(id) === 1);
  await restart();
  await emptyQueue();
  assert.equal(times(id), 1);
  const { id: next } = await fromBoris('and on it goes');
  await host.event('message', (event) => event.providerMessageId === next);
});

test('killed when the event was committed and its keys were not, the message is told again', async () => {
  host.intercept = (method, params) => {
    if (!isMessage(method, params)) return undefined;
    const { lineId, seq, event } = params;
    host.store.events.push({ lineId, seq, event });
    return null;
  };
  const { id } = await fromBoris('half');
  await host.until(() => times(id) === 1);
  await restart();
  await host.until(() => times(id) === 2);
  await emptyQueue();
});

test('a message does not leave before the keys that encrypted it are stored', async () => {
  const warmUp = textTo(BORIS, 'a session first');
  assert.equal((await host.ask('send', warmUp)).outcome, 'accepted');
  let held = false;
  host.intercept = (method, { writes }) => {
    if (method !== 'keys.set' || !writes.some(({ type }) => type === 'session')) return undefined;
    held = true;
    return null;
  };
  const sent = textTo(BORIS, 'not yet');
  void host.ask('send', sent);
  await host.until(() => held);
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.equal((await world.get(`/messages?id=${sent.providerMessageId}`)).arrived ?? 0, 0);
  await restart();
  assert.equal((await host.ask('send', { ...sent, attempt: 2 })).outcome, 'accepted');
  const { messages } = await world.get(`/contacts/${BORIS}/received?id=${sent.providerMessageId}`);
  assert.equal(messages[0].text, 'not yet');
});

test('a stale epoch for an event closes the line, and WhatsApp keeps the message for the new owner', async () => {
  host.intercept = (method, params) => (isMessage(method, params) ? fault('stale_epoch') : undefined);
  const { id } = await fromBoris('for the new owner');
  await world.get(`/phones/${OWN}/connected?count=0&sockets=0`);
  await assert.rejects(host.ask('probe', { lineId: LINE }), { code: 'unknown_line' });
  host.intercept = () => undefined;
  const asked = host.requests.length;
  await host.ask('line.open', { lineId: LINE, epoch: ++epoch, identity: null });
  await host.ask('line.start', { lineId: LINE });
  await host.event('message', (event) => event.providerMessageId === id);
  assert.ok(host.requests.slice(asked).every(({ params }) => params.epoch === epoch));
});

test('a stale epoch for keys closes the line before anything is sent with them', async () => {
  host.intercept = (method) => (method === 'keys.set' ? fault('stale_epoch') : undefined);
  const sent = textTo(BORIS, 'not mine any more');
  await assert.rejects(host.ask('send', sent), { code: 'stale_epoch' });
  await world.get(`/phones/${OWN}/connected?count=0&sockets=0`);
  assert.equal((await world.get(`/messages?id=${sent.providerMessageId}`)).arrived ?? 0, 0);
});

test('when standard input ends, the sockets are closed and the process exits', async () => {
  const began = Date.now();
  assert.equal(await host.end(), 0);
  assert.ok(Date.now() - began < 2_000);
  await world.get(`/phones/${OWN}/connected?count=0&sockets=0`);
});

test('a newer epoch closes the older link, an older one is refused', async () => {
  await assert.rejects(host.ask('line.open', { lineId: LINE, epoch: epoch - 1, identity: null }), { code: 'stale_epoch' });
  await host.ask('line.open', { lineId: LINE, epoch, identity: null });
  assert.equal((await host.ask('metrics')).lines.connected, 1);
  await host.ask('line.open', { lineId: LINE, epoch: ++epoch, identity: null });
  await world.get(`/phones/${OWN}/connected?count=0&sockets=0`);
  assert.equal((await host.ask('metrics')).lines.connected, 0);
});
