import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startWorld } from '../../../tests/node/wire/test/world.mjs';
import { Host, LINE, pairedHost, textTo } from './host.mjs';

let world;
before(async () => (world = await startWorld()));
after(() => world.stop());

test('a line is paired by QR code, writes and is written to', async () => {
  const host = await pairedHost(world, '34600000001');
  await world.post('/contacts', { phone: '34600000002', name: 'Boris' });
  const { identity } = await host.event('paired');
  assert.equal(identity.phoneNumber, '+34600000001');
  assert.match(identity.deviceId, /^34600000001:\d+@s\.whatsapp\.net$/);
  assert.match(identity.lid, /^\d+@lid$/);

  const sent = textTo('34600000002', 'Hola');
  const result = await host.ask('send', sent);
  assert.equal(result.outcome, 'accepted', JSON.stringify(result));
  const { messages } = await world.get(`/contacts/34600000002/received?id=${sent.providerMessageId}`);
  assert.equal(messages[0].text, 'Hola');

  const { id } = await world.post('/contacts/34600000002/send', { to: '34600000001', kind: 'text', text: 'Buenas' });
  const seen = await host.event('message', (event) => event.providerMessageId === id);
  assert.deepEqual(seen.content, { kind: 'text', body: 'Buenas' });
  assert.equal(seen.chat.phoneNumber, '+34600000002');
  assert.equal(seen.fromMe, false);
  assert.equal(seen.senderName, 'Boris');
  assert.equal(await host.end(), 0);
});

async function opened(options) {
  const host = new Host(world);
  await host.hello(options);
  await host.ask('line.open', { lineId: LINE, epoch: 1, identity: null });
  return host;
}

test('a line is paired by a code that the owner types', async () => {
  const host = await opened();
  await host.ask('pairing.begin', { lineId: LINE, method: 'code', phoneNumber: '+34600000003' });
  const { code, expiresAt, at } = await host.event('pairing_code');
  assert.match(code, /^[A-Z0-9]{8}$/);
  assert.equal(expiresAt - at, 180_000);
  await world.post('/enter-code', { code, phone: '34600000003' });
  assert.equal((await host.event('paired')).identity.phoneNumber, '+34600000003');
  await host.state('connected', 'in_sync');
  assert.ok(!host.store.events.some(({ event }) => event.kind === 'qr'), 'a QR code was offered');
  await assert.rejects(host.ask('pairing.begin', { lineId: LINE, method: 'qr' }), { code: 'already_paired' });
  await host.end();
});

test('a QR code whose secret WhatsApp retires is offered anew, and pairs', async () => {
  await world.fault('registration-refresh', { phone: '34600000004' });
  const host = await opened();
  await host.ask('pairing.begin', { lineId: LINE, method: 'qr' });
  const { payload } = await host.event('qr');
  await assert.rejects(world.post('/scan', { qr: payload, phone: '34600000004' }), { code: 'retired_qr' });
  const renewed = await host.event('qr', (event) => event.payload !== payload);
  await world.post('/scan', { qr: renewed.payload, phone: '34600000004' });
  await host.state('connected', 'in_sync');
  await host.end();
});

test('an account that needs a passkey is refused with a reason', async () => {
  await world.fault('passkey-required', { phone: '34600000005' });
  const host = await opened();
  await host.ask('pairing.begin', { lineId: LINE, method: 'qr' });
  const { payload } = await host.event('qr');
  await assert.rejects(world.post('/scan', { qr: payload, phone: '34600000005' }), { code: 'passkey_required' });
  await host.state('failed', 'passkey_required');
  assert.equal((await host.event('pairing_ended')).reason, 'refused');
  assert.equal(host.store.events.at(-1).event.kind, 'pairing_ended');
  await host.end();
});

test('a canceled pairing ends once, and the next one begins with cleared keys', async () => {
  const host = await opened();
  await host.ask('pairing.begin', { lineId: LINE, method: 'qr' });
  await host.event('qr');
  await host.ask('pairing.cancel', { lineId: LINE });
  assert.equal((await host.event('pairing_ended')).reason, 'canceled');
  await host.state('stopped', 'pairing_ended');
  await host.ask('pairing.cancel', { lineId: LINE });
  const { mark } = host;
  await host.ask('pairing.begin', { lineId: LINE, method: 'qr' });
  await host.event('qr', () => true, mark);
  assert.equal(host.requests.filter(({ method }) => method === 'keys.clear').length, 2);
  assert.equal(host.store.events.filter(({ event }) => event.kind === 'pairing_ended').length, 1);
  await host.end();
});

test('a pairing without WhatsApp ends as unreachable', async () => {
  const { id } = await world.fault('connection-refused', { status: 503, times: null });
  const host = await opened();
  await host.ask('pairing.begin', { lineId: LINE, method: 'qr' });
  assert.equal((await host.event('pairing_ended')).reason, 'unreachable');
  await world.clearFaults();
  assert.ok(id);
  await host.end();
});

test('a line that was never paired says so', async () => {
  const host = await opened();
  await host.ask('line.start', { lineId: LINE });
  await host.state('logged_out', 'not_paired');
  await host.end();
});
