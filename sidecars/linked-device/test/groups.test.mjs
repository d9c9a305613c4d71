// What a group is called, which its messages do not say.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startWorld } from '../../../tests/node/wire/test/world.mjs';
import { pairedHost, restartedHost } from './host.mjs';

const OWN = '34600000301';
const BORIS = '34600000302';

let world;
let host;
let group;
let epoch = 1;
before(async () => {
  world = await startWorld();
  await world.post('/contacts', { phone: BORIS, name: 'Boris' });
  host = await pairedHost(world, OWN);
  ({ id: group } = await world.post('/groups', { subject: 'Old friends', members: [BORIS, OWN] }));
  await host.event('name', ({ name }) => name === 'Old friends');
});
after(async () => {
  await host.end();
  await world.stop();
});

/** A new process has heard of no group. */
async function restart() {
  await host.end();
  await world.get(`/phones/${OWN}/connected?count=0&sockets=0`);
  host = await restartedHost(world, host.store, { epoch: ++epoch });
}

async function fromBoris(text) {
  const { id } = await world.post(`/contacts/${BORIS}/send`, { to: group, kind: 'text', text });
  return host.event('message', (event) => event.providerMessageId === id);
}

test('the subject of a group from before is asked for once', async () => {
  await restart();
  assert.equal((await fromBoris('remember me?')).chatName, 'Old friends');
  await world.fault('query-refused', { phone: OWN, xmlns: 'w:g2', code: 403, times: null });
  assert.equal((await fromBoris('surely')).chatName, 'Old friends');
  await world.clearFaults();
});

test('a new subject is told once, and stands with what is written after it', async () => {
  await world.post(`/groups/${group}`, { subject: 'Older friends' });
  await host.event('name', ({ name }) => name === 'Older friends');
  assert.equal((await fromBoris('older')).chatName, 'Older friends');
  assert.equal(host.store.events.filter(({ event }) => event.kind === 'name' && event.name === 'Older friends').length, 1);
});

for (const [fault, details] of [['query-refused', { code: 403 }], ['query-unanswered', {}]])
  test(`messages of a group arrive without its subject when WhatsApp does not tell it: ${fault}`, async () => {
    await world.fault(fault, { phone: OWN, xmlns: 'w:g2', times: null, ...details });
    await restart();
    const first = await fromBoris('anybody?');
    assert.deepEqual([first.chat.groupId, first.chatName], [group, null]);
    assert.equal((await fromBoris('hello?')).chatName, null);
    await world.clearFaults();
  });
