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
