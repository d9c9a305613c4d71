import '../quiet.mjs';
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertHas, isOpen, pairedClient, startWorld } from './world.mjs';

const ANNA = '34600000001';
const BORIS = '34600000002';
const numberOf = (phone) => `${phone}@s.whatsapp.net`;

let world;
before(async () => {
  world = await startWorld();
  await world.post('/contacts', { phone: ANNA, name: 'Anna' });
  await world.post('/contacts', { phone: BORIS, name: 'Boris' });
});
after(async () => {
  const { problems } = await world.get('/state');
  assert.equal(await world.stop(), 0);
  assert.deepEqual(problems, []);
});

const write = (from, wanted) => world.post(`/contacts/${from}/send`, wanted);

async function received(by, id) {
  const { messages } = await world.get(`/contacts/${by}/received?id=${id}`);
  assert.equal(messages.length, 1);
  return messages[0];
}

test('texts arrive decrypted, both ways, addressed by number and by LID', async () => {
  const { id } = await write(ANNA, { to: BORIS, kind: 'text', text: 'hola' });
  const first = await received(BORIS, id);
  assert.deepEqual([first.text, first.from, first.arrivals, first.chat], ['hola', ANNA, 1, numberOf(ANNA)]);
  const answer = await write(BORIS, { to: first.chatAlternative, kind: 'text', text: 'buenas' });
  const second = await received(ANNA, answer.id);
  assert.deepEqual([second.text, second.from, second.chatAlternative], ['buenas', BORIS, numberOf(BORIS)]);
  assert.match(second.chat, /@lid$/);
});

test('what was relayed can be waited for until it is shown', async () => {
  const ids = [];
  for (const text of ['one', 'two', 'three']) ids.push((await write(ANNA, { to: BORIS, kind: 'text', text })).id);
  await world.get(`/messages?id=${ids[2]}&arrived=1`);
  const { messages } = await world.get(`/contacts/${BORIS}/received?all=1`);
  assert.deepEqual(messages.slice(-3).map(({ id }) => id), ids);
  await world.post(`/contacts/${BORIS}/disconnect`);
  const { id } = await write(ANNA, { to: BORIS, kind: 'text', text: 'later' });
  await world.get(`/messages?id=${id}&arrived=1`);
  await assert.rejects(world.get(`/contacts/${BORIS}/received?all=1&timeout_ms=50`), { status: 408, code: 'timed_out' });
  await world.post(`/contacts/${BORIS}/connect`);
  const { messages: now } = await world.get(`/contacts/${BORIS}/received?all=1`);
  assert.equal(now.at(-1).id, id);
});

test('who hides the number is known by LID only, until the number is shown', async () => {
  const phone = '34600000006';
  const { lid } = await world.post('/phones', { phone, name: 'Hidden', hidesNumber: true });
  await world.post('/contacts', { phone });
  const client = await pairedClient(world, '34600000007', 'Line');
  const letter = { to: '34600000007', addressing: 'lid', kind: 'text', text: 'guess who' };
  const { id } = await write(phone, letter);
  assertHas(await client.first('message', (one) => one.id === id), { chat: lid, chatAlternative: undefined });
  await world.post('/phones', { phone, hidesNumber: false });
  const { id: next } = await world.post(`/phones/${phone}/send`, letter);
  assertHas(await client.first('message', (one) => one.id === next), { chat: lid, chatAlternative: numberOf(phone) });
  await client.contact.disconnect();
});

test('a message sent twice under one id is one message at the contact, and the ledger shows two', async () => {
  const wanted = { to: BORIS, kind: 'text', text: 'once', id: '3EB0AAAA' };
  await write(ANNA, wanted);
  await received(BORIS, wanted.id);
  await write(ANNA, wanted);
  const { id: last } = await write(ANNA, { to: BORIS, kind: 'text', text: 'after' });
  await received(BORIS, last);
  const message = await received(BORIS, wanted.id);
  assert.deepEqual([message.arrivals, message.altered], [2, undefined]);
  const { messages } = await world.get(`/messages?id=${wanted.id}`);
  assert.deepEqual(messages, [{ phone: ANNA, device: 1, to: BORIS, message: wanted.id, arrived: 2, relayed: 2 }]);
});

test('receipts come back: accepted by the phone that was reached, read, played', async () => {
  const { id } = await write(ANNA, { to: BORIS, kind: 'voice' });
  await received(BORIS, id);
  await until(ANNA, id, 'delivered');
  await world.post(`/contacts/${BORIS}/read`, { ids: [id] });
  await until(ANNA, id, 'read');
  await world.post(`/contacts/${BORIS}/played`, { ids: [id] });
  await until(ANNA, id, 'played');
});

async function until(by, id, status) {
  for (let count = 1; ; count++) {
    const { statuses } = await world.get(`/contacts/${by}/statuses?id=${id}&count=${count}`);
    if (statuses.some((one) => one.status === status)) return;
  }
}

test('a contact that is away gets everything when it is back, in order and once', async () => {
  await world.post(`/contacts/${BORIS}/disconnect`);
  await world.get(`/phones/${BORIS}/connected?count=0`);
  const ids = [];
  for (const text of ['one', 'two', 'three']) ids.push((await write(ANNA, { to: BORIS, kind: 'text', text })).id);
  await world.post(`/contacts/${BORIS}/connect`);
  for (const id of ids) assert.equal((await received(BORIS, id)).arrivals, 1);
  const { messages } = await world.get(`/contacts/${BORIS}/received`);
  assert.deepEqual(
    messages.filter(({ id }) => ids.includes(id)).map(({ text }) => text),
    ['one', 'two', 'three'],
  );
});

test('every kind of content arrives as what it is', async () => {
  const { id } = await write(ANNA, { to: BORIS, kind: 'text', text: 'Anchor' });
  await received(BORIS, id);
  const cases = [
    [
      { kind: 'quote', text: 'quoting', quoted: id },
      { kind: 'text', text: 'quoting', quoted: id },
    ],
    [
      { kind: 'reaction', target: id, emoji: '👍' },
      { kind: 'reaction', target: id, emoji: '👍' },
    ],
    [
      { kind: 'edit', target: id, text: 'edited' },
      { kind: 'edit', target: id, text: 'edited' },
    ],
    [
      { kind: 'location', latitude: 40.4, longitude: -3.7, name: 'Sol' },
      { kind: 'location', latitude: 40.4, longitude: -3.7, name: 'Sol' },
    ],
    [
      { kind: 'location', live: true, latitude: 1.5, longitude: 2.5 },
      { kind: 'location', live: true, latitude: 1.5, longitude: 2.5 },
    ],
    [
      { kind: 'poll', question: 'When?', options: ['Now', 'Later'], choices: 1 },
      { kind: 'poll', question: 'When?', options: ['Now', 'Later'], choices: 1 },
    ],
    [
      { kind: 'raw', message: { groupInviteMessage: { groupJid: '1@g.us', inviteCode: 'x' } }, quoted: id },
      { kind: 'other', type: 'groupInviteMessage' },
    ],
    [
      { kind: 'delete', target: id },
      { kind: 'delete', target: id },
    ],
  ];
  for (const [wanted, expected] of cases) {
    const { id: sent } = await write(ANNA, { to: BORIS, ...wanted });
    assertHas(await received(BORIS, sent), expected);
  }
  const { id: card } = await write(ANNA, { to: BORIS, kind: 'contact', name: 'Carla', phone: '34600000003' });
  const { contacts } = await received(BORIS, card);
  assert.match(contacts[0].vcard, /waid=34600000003/);
});

test('typing reaches a device that is available, and presence its watchers', async () => {
  await world.post(`/contacts/${ANNA}/watch`, { to: BORIS });
  await world.post(`/contacts/${ANNA}/presence`, { state: 'available' });
  await world.post(`/contacts/${BORIS}/presence`, { to: ANNA, state: 'composing' });
  for (let count = 1; ; count++) {
    const { presences } = await world.get(`/contacts/${ANNA}/presences?count=${count}`);
    const last = Object.values(presences.at(-1).presences)[0];
    assert.equal(presences.at(-1).from, BORIS);
    if (last.lastKnownPresence === 'composing') break;
  }
});

test('numbers are checked', async () => {
  const { numbers } = await world.post(`/contacts/${ANNA}/check`, { numbers: [BORIS, '34699999999'] });
  assert.deepEqual(numbers, [{ jid: numberOf(BORIS), exists: true }]);
});

test('what the owner writes on the phone reaches the contact, and the linked device as an own message', async () => {
  const { id } = await world.post(`/phones/${ANNA}/send`, { to: BORIS, kind: 'text', text: 'from the phone' });
  assertHas(await received(BORIS, id), { text: 'from the phone', from: ANNA, arrivals: 1 });
  const { messages } = await world.get(`/contacts/${ANNA}/own?id=${id}`);
  assertHas(messages[0], { text: 'from the phone', fromMe: true, chat: numberOf(BORIS) });
  const reaction = await world.post(`/phones/${ANNA}/send`, { to: BORIS, kind: 'reaction', target: id, emoji: '🎉' });
  assertHas(await received(BORIS, reaction.id), { kind: 'reaction', target: id, emoji: '🎉' });
});

test('the phone reads what its linked device writes, and what the contact writes', async () => {
  const { id } = await write(ANNA, { to: BORIS, kind: 'text', text: 'from the device' });
  const { id: answer } = await write(BORIS, { to: ANNA, kind: 'text', text: 'to all' });
  await received(ANNA, answer);
  await received(BORIS, id);
  const { messages } = await world.get(`/phones/${ANNA}/messages`);
  assertHas(
    messages.find((one) => one.id === id),
    { text: 'from the device', fromMe: true, chat: BORIS },
  );
  assertHas(
    messages.find((one) => one.id === answer),
    { text: 'to all', fromMe: false, from: BORIS },
  );
});

test('a second device of an account gets its own copy of everything', async () => {
  const client = await pairedClient(world, ANNA, 'Anna again');
  assert.match((await client.first('connection', isOpen)).jid, new RegExp(`^${ANNA}:2@`));
  const { id } = await write(BORIS, { to: ANNA, kind: 'text', text: 'to both' });
  await received(ANNA, id);
  assertHas(await client.first('message', (one) => one.id === id), { text: 'to both', fromMe: false });
  await client.contact.disconnect();
});

test('a group message is read by every member, by sender keys', async () => {
  const { id: group } = await world.post('/groups', { subject: 'Team', members: [ANNA, BORIS] });
  for (const text of ['first, with the key', 'second, without']) {
    const { id } = await write(ANNA, { to: group, kind: 'text', text });
    assertHas(await received(BORIS, id), { text, chat: group, from: ANNA });
    await until(ANNA, id, 'delivered');
  }
  const { id } = await world.post(`/phones/${ANNA}/send`, { to: group, kind: 'text', text: 'from the phone' });
  assertHas(await received(BORIS, id), { text: 'from the phone', chat: group, from: ANNA });
  const { messages } = await world.get(`/contacts/${ANNA}/own?id=${id}`);
  assertHas(messages[0], { text: 'from the phone', chat: group, fromMe: true });
  const answer = await write(BORIS, { to: group, kind: 'reaction', target: id, emoji: '🌞' });
  assertHas(await received(ANNA, answer.id), { kind: 'reaction', target: id, chat: group, from: BORIS });
  await world.post(`/phones/${ANNA}/send`, { to: group, kind: 'reaction', target: id, emoji: '🌚' });
  await world.post(`/phones/${BORIS}/read`, { chat: group });
  await until(ANNA, id, 'read');
});

test('a group is announced to its members, and so is its new name; others can neither ask about it nor write to it', async () => {
  const client = await pairedClient(world, '34600000004', 'Dora');
  const told = [];
  client.contact.socket.ws.on('CB:notification,type:w:gp2', ({ content: [change] }) => told.push(change));
  const next = (tag) => new Promise((resolve) => client.contact.socket.ws.on(`CB:notification,,${tag}`, resolve));
  const created = next('create');
  const { id: group } = await world.post('/groups', { subject: 'Trip', members: [BORIS, '34600000004'] });
  await created;
  const renamed = next('subject');
  await world.post(`/groups/${encodeURIComponent(group)}`, { subject: 'Journey' });
  assert.equal((await renamed).content[0].attrs.subject, 'Journey');
  const { subject, participants } = await client.contact.socket.groupMetadata(group);
  assert.deepEqual([subject, participants.map(({ phoneNumber }) => phoneNumber)], ['Journey', [numberOf(BORIS), numberOf('34600000004')]]);
  await assert.rejects(write(ANNA, { to: group, kind: 'text', text: 'let me in' }), { code: 'contact_failed', message: 'forbidden' });
  await client.contact.disconnect();
});

test('what is sent twice is one message that arrived twice', async () => {
  await world.fault('sent-twice', { phone: ANNA });
  const { id } = await write(ANNA, { to: BORIS, kind: 'text', text: 'twice' });
  const { id: last } = await write(ANNA, { to: BORIS, kind: 'text', text: 'after' });
  await received(BORIS, last);
  assertHas(await received(BORIS, id), { arrivals: 2, altered: undefined });
});

test('a number that left WhatsApp is not found any more', async () => {
  await world.post('/contacts', { phone: '34600000005' });
  const { numbers } = await world.post(`/contacts/${ANNA}/check`, { numbers: ['34600000005'] });
  assert.equal(numbers.length, 1);
  const response = await fetch(`${world.admin}/phones/34600000005`, { method: 'DELETE' });
  assert.equal(response.status, 200);
  const after = await world.post(`/contacts/${ANNA}/check`, { numbers: ['34600000005'] });
  assert.deepEqual(after.numbers, []);
});

test('the owner who reads on the phone tells the contact', async () => {
  const { id } = await write(BORIS, { to: ANNA, kind: 'text', text: 'read me' });
  await received(ANNA, id);
  await world.post(`/phones/${ANNA}/read`, { chat: BORIS, ids: [id] });
  await until(BORIS, id, 'read');
});

test('a phone that is switched off confirms nothing until it is back', async () => {
  await world.post(`/phones/${BORIS}/reachable`, { reachable: false });
  await world.post(`/contacts/${BORIS}/disconnect`);
  await world.get(`/phones/${BORIS}/connected?count=0`);
  const { id } = await write(ANNA, { to: BORIS, kind: 'text', text: 'nobody there' });
  await world.get(`/phones/${BORIS}/connected?waiting=1`);
  await assert.rejects(world.get(`/contacts/${ANNA}/statuses?id=${id}&timeout_ms=100`), { code: 'timed_out' });
  await world.post(`/phones/${BORIS}/reachable`, { reachable: true });
  await until(ANNA, id, 'delivered');
  await world.post(`/contacts/${BORIS}/connect`);
  await received(BORIS, id);
});

for (const [phone, files] of [
  ['34600000009', false],
  ['34600000010', true],
]) {
  test(`a new device is given the history of its phone, in ${files ? 'files' : 'messages'}`, async () => {
    const messages = Array.from({ length: 5 }, (_, index) => ({
      id: `OLD${index}`,
      fromMe: index % 2 === 1,
      text: `old ${index}`,
      at: 1_700_000_000,
    }));
    await world.post('/phones', { phone, name: 'Carla', history: { chats: [{ with: BORIS, messages }], messagesABlob: 2, files } });
    await world.post('/contacts', { phone });
    // Baileys may show several blobs as one.
    const given = [];
    for (let count = 1; given.at(-1)?.progress !== 100; count++) {
      const { history } = await world.get(`/contacts/${phone}/history?count=${count}`);
      given.splice(0, given.length, ...history);
    }
    const texts = given.flatMap((blob) => blob.messages.map(({ id, text }) => [id, text]));
    assert.deepEqual(
      texts.sort(),
      messages.map(({ id, text }) => [id, text]),
    );
  });
}
