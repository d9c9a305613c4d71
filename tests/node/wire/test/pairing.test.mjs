import '../quiet.mjs';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { Curve } from 'baileys';
import WebSocket from 'ws';
import { Pairings } from '../pairing.mjs';
import { Client, isClosed, isOpen, pairedClient, startWorld } from './world.mjs';

let world;
before(async () => (world = await startWorld()));
after(() => world.stop());

test('a QR code that a phone scans links the device, after the restart that WhatsApp demands', async () => {
  const client = new Client(world);
  client.contact.connect();
  const { qr } = await client.first('qr');
  assert.match(qr, /^https:\/\/wa\.me\/settings\/linked_devices#2@/);
  const linked = await world.post('/scan', { qr, phone: '34600000001' });
  assert.equal(linked.jid, '34600000001:1@s.whatsapp.net');
  assert.equal((await client.first('connection', isClosed)).code, 515);
  const open = await client.first('connection', isOpen);
  assert.equal(open.jid, linked.jid);
  assert.equal(open.lid, linked.lid);
  const { preKeys, logins } = await deviceState('34600000001', 1);
  assert.equal(logins, 1);
  // The phone takes one of the 812 keys when it hands over its history.
  assert.ok(preKeys === 812 || preKeys === 811, `${preKeys} keys`);
  await client.contact.disconnect();
});

test('a code that the owner types on the phone links the device', async () => {
  const client = new Client(world);
  client.contact.connect();
  await client.first('qr');
  const code = await client.contact.requestCode('34600000002');
  const linked = await world.post('/enter-code', { code: `${code.slice(0, 4)}-${code.slice(4)}`, phone: '34600000002' });
  assert.equal((await client.first('connection', isOpen)).jid, linked.jid);
  await client.contact.disconnect();
});

test('a wrong code is refused, and the right one still works afterwards', async () => {
  const client = new Client(world);
  client.contact.connect();
  await client.first('qr');
  const code = await client.contact.requestCode('34600000003');
  await assert.rejects(world.post('/enter-code', { code: 'AAAAAAAA', phone: '34600000003' }), { status: 409, code: 'wrong_code' });
  await world.post('/enter-code', { code, phone: '34600000003' });
  await client.first('connection', isOpen);
  await client.contact.disconnect();
});

test('a QR code that nobody shows, and a number that is none, are refused', async () => {
  await assert.rejects(world.post('/scan', { qr: '2@nothing,a,b,c', phone: '34600000004' }), { status: 404, code: 'unknown_qr' });
  await assert.rejects(world.post('/enter-code', { code: 'ABCDEFGH', phone: '34600000004' }), { status: 404, code: 'no_code_expected' });
  const client = new Client(world);
  client.contact.connect();
  const { qr } = await client.first('qr');
  await assert.rejects(world.post('/scan', { qr, phone: 'Alice' }), { status: 400, code: 'invalid_number' });
  await client.contact.disconnect();
});

test('a QR code pairs no more once the next one is shown', () => {
  let now = 0;
  const pairings = new Pairings({}, () => now);
  const sent = [];
  pairings.offer({ clientKey: Buffer.alloc(32), send: (node) => sent.push(node) }, { eIdent: Buffer.alloc(32) });
  const references = sent[0].content[0].content.map(({ content }) => content.toString());
  const codeOfScan = (reference) => {
    try {
      return pairings.scan(`${reference},key,identity,secret`, '34600000001');
    } catch (refusal) {
      return refusal.code;
    }
  };
  // What is not expired is read on, up to the key that is not the device's.
  const good = () => references.filter((reference) => codeOfScan(reference) === 'wrong_qr').length;
  const seen = [59_999, 60_000, 79_999, 80_000, 159_999, 160_000].map((time) => ((now = time), good()));
  assert.deepEqual(seen, [6, 5, 5, 4, 1, 0]);
  assert.equal(codeOfScan(references[5]), 'expired_qr');
});

test('a retired registration pairs only with a secret that the device made anew', async () => {
  await world.fault('registration-refresh');
  const client = new Client(world);
  const socket = client.contact.connect();
  const refreshed = new Promise((resolve) => socket.ws.on('CB:notification,type:companion_reg_refresh', resolve));
  const { qr } = await client.first('qr');
  await assert.rejects(world.post('/scan', { qr, phone: '34600000005' }), { status: 409, code: 'retired_qr' });
  await refreshed;
  await assert.rejects(world.post('/scan', { qr, phone: '34600000005' }), { status: 409, code: 'retired_qr' });
  // What a client has to do by itself: Baileys ignores the notification.
  const advSecretKey = Buffer.alloc(32, 7).toString('base64');
  socket.authState.creds.advSecretKey = advSecretKey;
  const fields = qr.split(',');
  fields[3] = advSecretKey;
  await world.post('/scan', { qr: fields.join(','), phone: '34600000005' });
  await client.first('connection', isOpen);
  await client.contact.disconnect();
});

test('an account that wants a passkey links no device without', async () => {
  await world.fault('passkey-required');
  const client = new Client(world);
  const { ws } = client.contact.connect();
  const asked = new Promise((resolve) => ws.on('CB:notification,type:passkey_prologue_request', resolve));
  const { qr } = await client.first('qr');
  await assert.rejects(world.post('/scan', { qr, phone: '34600000009' }), { status: 409, code: 'passkey_required' });
  assert.equal((await asked).content[0].tag, 'passkey_request_options');
  await client.contact.disconnect();
});

test('an unknown device is told 401, and so is one that the phone unlinked while it was connected', async () => {
  const client = await pairedClient(world, '34600000006');
  await world.post('/phones/34600000006/unlink', { device: 1 });
  const { code } = await client.first('connection', ({ state, code: reason }) => isClosed({ state }) && reason !== 515);
  assert.equal(code, 401);
  await client.forget(() => client.contact.connect());
  assert.equal((await client.first('connection', isClosed)).code, 401);
});

test('a device that lost the key of its pairing is told 401', async () => {
  const client = await pairedClient(world, '34600000011');
  await client.contact.disconnect();
  client.seen = [];
  client.contact.credentials.noiseKey = Curve.generateKeyPair();
  client.contact.connect();
  assert.equal((await client.first('connection', isClosed)).code, 401);
});

test('a device is asked for keys before it has none left', async () => {
  const phone = '34600000012';
  const client = await pairedClient(world, phone);
  const reader = await pairedClient(world, '34600000013');
  await client.first('history');
  const asked = new Promise((resolve) => client.contact.socket.ws.once('CB:notification,type:encrypt', resolve));
  const before = await deviceState(phone, 1);
  for (let left = before.preKeys; left > 4; left--) await takeKeys(reader, `${phone}:1@s.whatsapp.net`);
  await asked;
  await world.get(`/phones/${phone}/connected?waiting=0`);
  assert.ok((await deviceState(phone, 1)).preKeys > 4);
  for (const one of [client, reader]) await one.contact.disconnect();
});

const takeKeys = ({ contact }, jid) =>
  contact.socket.query({
    tag: 'iq',
    attrs: { xmlns: 'encrypt', type: 'get', to: 's.whatsapp.net' },
    content: [{ tag: 'key', attrs: {}, content: [{ tag: 'user', attrs: { jid } }] }],
  });

test('a websocket may be refused by HTTP', async () => {
  await world.fault('connection-refused', { status: 429 });
  const socket = new WebSocket(world.url);
  const [, response] = await once(socket, 'unexpected-response');
  assert.equal(response.statusCode, 429);
});

test('after a connection-stalled a client comes again', async () => {
  const client = new Client(world);
  await world.fault('connection-stalled');
  client.contact.connect({ connectTimeoutMs: 300 });
  assert.equal((await client.first('connection', isClosed)).code, 408);
  await client.first('qr');
  await client.contact.disconnect();
});

test('the second login of one device replaces the first, whose socket is closed', async () => {
  const client = await pairedClient(world, '34600000007');
  client.contact.connect();
  const { code } = await client.first('connection', ({ state, code: reason }) => isClosed({ state }) && reason === 440);
  assert.equal(code, 440);
  await world.get('/phones/34600000007/connected?count=1&sockets=1');
  const state = await deviceState('34600000007', 1);
  assert.deepEqual(
    { connected: state.connected, openSockets: state.openSockets, mostOpenSockets: state.mostOpenSockets, replaced: state.replaced },
    { connected: true, openSockets: 1, mostOpenSockets: 2, replaced: 1 },
  );
  assert.ok(state.longestOverlapMs > 0 && state.longestOverlapMs < 2_000, `overlapped for ${state.longestOverlapMs} ms`);
  await client.contact.disconnect();
});

for (const [kind, details, code] of [
  ['login-refused', { reason: 403 }, 403],
  ['login-refused', { reason: 402, code: 101, expire: 3600 }, 402],
  ['client-outdated', { below: 9_999_999_999 }, 405],
  ['login-dropped', {}, 428],
]) {
  test(`${kind} ${JSON.stringify(details)} ends a login with ${code}`, async () => {
    const phone = '34600000008';
    const client = await pairedClient(world, phone);
    await client.contact.disconnect();
    await world.get(`/phones/${phone}/connected?count=0`);
    const { id } = await world.fault(kind, { phone, ...details });
    client.seen = [];
    client.contact.connect();
    assert.equal((await client.first('connection', isClosed)).code, code);
    await client.contact.disconnect();
    const { faults } = await world.get('/faults');
    assert.equal(faults.find((fault) => fault.id === id).struck, 1);
  });
}

for (const code of [500, 503, 515]) {
  test(`a stream error ${code} ends the socket with that code`, async () => {
    const phone = `346000001${code % 100}0`;
    const client = await pairedClient(world, phone);
    client.seen = [];
    assert.equal((await world.post(`/phones/${phone}/close`, { code })).closed, 1);
    assert.equal((await client.first('connection', isClosed)).code, code);
    await client.contact.disconnect();
  });
}

async function deviceState(phone, id) {
  const { phones } = await world.get('/state');
  return phones.find((one) => one.phone === phone).devices.find(({ device }) => device === id);
}
