import '../quiet.mjs';
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { assertHas, isClosed, isOpen, pairedClient, startWorld } from './world.mjs';

const ANNA = '34600000001';
const BORIS = '34600000002';

let world;
/** Anna's linked device runs in this process, so that its socket can be looked into. */
let client;
before(async () => {
  world = await startWorld();
  await world.post('/contacts', { phone: BORIS, name: 'Boris' });
  client = await pairedClient(world, ANNA, 'Anna');
  await deliveredText('hello');
});
afterEach(async () => {
  await world.clearFaults();
  client.seen = client.seen.filter(({ event }) => event === 'qr');
});
after(async () => {
  await client.contact.disconnect();
  const { problems } = await world.get('/state');
  assert.equal(await world.stop(), 0);
  assert.deepEqual(problems, []);
});

let lastId = 0;
const nextId = () => `3EB0${String(++lastId).padStart(8, '0')}`;
const text = (body, id = nextId()) => client.contact.send({ to: `${BORIS}@s.whatsapp.net`, kind: 'text', text: body, id });
const atBoris = async (id) => (await world.get(`/contacts/${BORIS}/received?id=${id}`)).messages[0];
const ledger = async (id) => (await world.get(`/messages?id=${id}`)).messages[0];

async function deliveredText(body) {
  const id = await text(body);
  assertHas(await atBoris(id), { text: body, arrivals: 1 });
  return id;
}

/** The ack of one message as it comes over the wire; Baileys raises no event for good ones. */
const ackOf = (id) => {
  const { ws } = client.contact.socket;
  return new Promise((resolve) => ws.on(`CB:ack,id:${id}`, ({ attrs }) => resolve(attrs)));
};

test('an ack carries the time of the server', async () => {
  const id = nextId();
  const ack = ackOf(id);
  await text('acked', id);
  const { class: kind, t, error } = await ack;
  assert.deepEqual([kind, error], ['message', undefined]);
  assert.ok(Math.abs(Number(t) - Date.now() / 1000) < 5);
});

for (const code of [463, 479]) {
  test(`an ack may carry the error ${code}, and the message is not relayed`, async () => {
    await world.fault('ack-refused', { phone: ANNA, code });
    const id = await text('refused');
    assertHas(await client.first('status', (one) => one.id === id && one.status === 'error'), { code: String(code) });
    assertHas(await ledger(id), { arrived: 1, relayed: 0 });
    await deliveredText('the next one passes');
  });
}

test('a message to nobody is acked with an error', async () => {
  const id = nextId();
  const ack = ackOf(id);
  await client.contact.send({ to: '34699999999@s.whatsapp.net', kind: 'text', text: 'nobody', id });
  assertHas(await ack, { error: '404' });
});

test('an ack may get lost: the message arrives, and again under the same id when it is sent again', async () => {
  await world.fault('ack-lost', { phone: ANNA });
  const id = nextId();
  let acks = 0;
  client.contact.socket.ws.on(`CB:ack,id:${id}`, () => acks++);
  await text('maybe', id);
  assertHas(await atBoris(id), { arrivals: 1 });
  // What comes after it is acknowledged, so the first ack would have been there by now.
  await deliveredText('after');
  assert.equal(acks, 0);
  const ack = ackOf(id);
  await text('maybe', id);
  assertHas(await ack, { class: 'message' });
  assertHas(await ledger(id), { arrived: 2, relayed: 2 });
});

test('a message may disappear without a word', async () => {
  await world.fault('message-lost', { phone: ANNA });
  const id = await text('lost');
  await deliveredText('after');
  assertHas(await ledger(id), { arrived: 1, relayed: 0 });
});

test('an ack may be late', async () => {
  await world.fault('ack-delayed', { phone: ANNA, ms: 300 });
  const id = nextId();
  const ack = ackOf(id);
  const sentAt = performance.now();
  await text('late', id);
  await ack;
  assert.ok(performance.now() - sentAt >= 290);
});

for (const [kind, relayed] of [
  ['dropped-before-relay', 0],
  ['dropped-after-relay', 1],
]) {
  test(`a socket may be ${kind}, and the client comes back by itself`, async () => {
    await world.fault(kind, { phone: ANNA });
    const id = await text('cut');
    await client.first('connection', isClosed);
    await client.first('connection', isOpen);
    assertHas(await ledger(id), { arrived: 1, relayed });
    await deliveredText('after');
  });
}

test('a message may be delivered twice', async () => {
  await world.fault('delivered-twice', { phone: BORIS });
  const id = await text('twice');
  await deliveredText('after');
  // Both copies have the same ciphertext, and a ratchet opens it once: Baileys refuses the second without an event.
  assertHas(await atBoris(id), { arrivals: 1 });
  await world.get(`/phones/${BORIS}/connected?waiting=0`);
});

test('a message that cannot be read is asked for again, and read then', async () => {
  await world.fault('delivery-corrupted', { phone: BORIS });
  const id = await text('again, please');
  assertHas(await atBoris(id), { text: 'again, please' });
  const { failures } = await world.get(`/contacts/${BORIS}/failures?id=${id}`);
  assert.equal(failures.length, 1);
});

test('the phone answers a retry for what its owner wrote', async () => {
  await world.fault('delivery-corrupted', { phone: BORIS });
  const { id } = await world.post(`/phones/${ANNA}/send`, { to: BORIS, kind: 'text', text: 'from the phone' });
  assertHas(await atBoris(id), { text: 'from the phone' });
  await world.fault('delivery-corrupted', { phone: ANNA });
  const own = await world.post(`/phones/${ANNA}/send`, { to: BORIS, kind: 'text', text: 'to my device' });
  assertHas(await client.first('message', (one) => one.id === own.id), { text: 'to my device', fromMe: true });
});

test('the phone answers a retry in a group too', async () => {
  const { id: group } = await world.post('/groups', { subject: 'Team', members: [ANNA, BORIS] });
  await world.fault('delivery-corrupted', { phone: BORIS });
  const { id } = await world.post(`/phones/${ANNA}/send`, { to: group, kind: 'text', text: 'to all of you' });
  assertHas(await atBoris(id), { text: 'to all of you', chat: group });
});

test('a receipt may come twice', async () => {
  const fault = await world.fault('receipt-delivered-twice', { phone: ANNA });
  let receipts = 0;
  const id = nextId();
  const twice = new Promise((resolve) => client.contact.socket.ws.on(`CB:receipt,id:${id}`, () => ++receipts === 2 && resolve()));
  await text('confirmed twice', id);
  await twice;
  assertHas(await world.get(`/faults/${fault.id}`), { struck: 1 });
});

test('a login may be late', async () => {
  await world.fault('login-delayed', { phone: ANNA, ms: 300 });
  client.seen = [];
  const closedAt = performance.now();
  await world.post(`/phones/${ANNA}/close`, { code: 515 });
  await client.first('connection', isOpen);
  assert.ok(performance.now() - closedAt >= 290);
});

test('a receipt may get lost', async () => {
  const fault = await world.fault('receipt-lost', { phone: BORIS });
  const id = await deliveredText('read, but not told');
  await world.post(`/contacts/${BORIS}/read`, { ids: [id] });
  await world.get(`/faults/${fault.id}?struck=1`);
});

test('a message may come late', async () => {
  await world.fault('delivery-delayed', { phone: BORIS, ms: 300 });
  const sentAt = performance.now();
  await deliveredText('late');
  assert.ok(performance.now() - sentAt >= 290);
});

test('a query may stay without an answer', async () => {
  const fault = await world.fault('query-unanswered', { phone: ANNA, xmlns: 'usync' });
  let answered = false;
  client.contact.check([BORIS]).then(
    () => (answered = true),
    () => {},
  );
  await world.get(`/faults/${fault.id}?struck=1`);
  await deliveredText('everything else goes on');
  assert.equal(answered, false);
});

test('queries may be refused', async () => {
  await world.fault('query-refused', { phone: ANNA, xmlns: 'usync', code: 429 });
  await assert.rejects(client.contact.check([BORIS]), /ordered/);
  assert.deepEqual(await client.contact.check([BORIS]), [{ jid: `${BORIS}@s.whatsapp.net`, exists: true }]);
});

test('a device that confirms nothing gets everything again', async () => {
  const phone = '34600000003';
  const silent = await pairedClient(world, phone, 'Silent');
  await silent.first('history');
  await world.get(`/phones/${phone}/connected?count=1&waiting=0`);
  const reached = new Promise((resolve) =>
    silent.contact.socket.ws.once('CB:message', () => {
      silent.contact.disconnect();
      resolve();
    }),
  );
  const { id } = await world.post(`/contacts/${BORIS}/send`, { to: phone, kind: 'text', text: 'unconfirmed' });
  await reached;
  await world.get(`/phones/${phone}/connected?count=0&waiting=1`);
  const again = new Promise((resolve) => silent.contact.connect().ws.once('CB:message', resolve));
  assertHas((await again).attrs, { id, offline: '0' });
  await world.get(`/phones/${phone}/connected?count=1&waiting=0`);
  await silent.contact.disconnect();
});

test('a restriction is told to the devices, and only strangers cannot be written to', async () => {
  const { ev } = client.contact.socket;
  const told = new Promise((resolve) =>
    ev.on('connection.update', ({ reachoutTimeLock }) => reachoutTimeLock && resolve(reachoutTimeLock)),
  );
  const until = Math.floor(Date.now() / 1000) + 3600;
  await world.post('/phones', { phone: ANNA, restrictedUntil: until });
  const { isActive, timeEnforcementEnds } = await told;
  assert.deepEqual([isActive, timeEnforcementEnds.getTime()], [true, until * 1000]);
  await deliveredText('to an acquaintance');
  await world.post('/phones', { phone: '34600000004' });
  const id = nextId();
  const ack = ackOf(id);
  await client.contact.send({ to: '34600000004@s.whatsapp.net', kind: 'text', text: 'to a stranger', id });
  assertHas(await ack, { error: '463' });
  await world.post('/phones', { phone: ANNA, restrictedUntil: null });
});
