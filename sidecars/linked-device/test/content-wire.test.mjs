import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { eventsOf } from '../dist/content-in.js';
import { Device, startWorld } from './wire-world.mjs';

const OWNER = '34600000001';
const ANA = '34600000002';

describe('what contacts and the owner write, as it comes through Baileys', { timeout: 60_000 }, () => {
  let world;
  let device;
  before(async () => {
    world = await startWorld();
    await world.post('/contacts', { phone: ANA, name: 'Ana' });
    device = await Device.pair(world, OWNER);
  });
  after(async () => {
    await device?.close();
    await world?.stop();
  });

  async function eventOf(path, body) {
    const { id } = await world.post(path, body);
    const events = eventsOf(await device.message(id), device.own);
    assert.equal(events.length, 1);
    return events[0];
  }
  const fromAna = (body) => eventOf(`/contacts/${ANA}/send`, { to: OWNER, ...body });
  const fromPhone = (body) => eventOf(`/phones/${OWNER}/send`, { to: ANA, ...body });

  test('a text and its answer', async () => {
    const first = await fromAna({ kind: 'text', text: 'hello' });
    assert.deepEqual([first.content, first.fromMe, first.senderName], [{ kind: 'text', body: 'hello' }, false, 'Ana']);
    assert.deepEqual([first.chat.phoneNumber, first.chat.groupId], [`+${ANA}`, null]);
    const answer = await fromAna({ kind: 'quote', text: 'anybody?', quoted: first.providerMessageId });
    assert.deepEqual([answer.content.body, answer.quotedProviderMessageId], ['anybody?', first.providerMessageId]);
  });

  test('a location, contacts, a poll', async () => {
    const place = await fromAna({ kind: 'location', latitude: 41.5, longitude: 2.25, name: 'Office', address: 'Carrer 1' });
    assert.deepEqual(place.content, {
      kind: 'location',
      latitude: 41.5,
      longitude: 2.25,
      name: 'Office',
      address: 'Carrer 1',
      live: false,
    });
    const contact = await fromAna({ kind: 'contact', name: 'Bo', phone: '34600000003' });
    assert.deepEqual([contact.content.cards[0].name, contact.content.cards[0].phoneNumbers], ['Bo', ['+34600000003']]);
    const poll = await fromAna({ kind: 'poll', question: 'When?', options: ['Mon', 'Tue'], choices: 1 });
    assert.deepEqual(poll.content, { kind: 'poll', question: 'When?', options: ['Mon', 'Tue'], choices: 1 });
  });

  test('a reaction to a message of either side, an edit, a deletion', async () => {
    const [theirs, ours] = [await fromAna({ kind: 'text', text: 'theirs' }), await fromPhone({ kind: 'text', text: 'ours' })];
    assert.deepEqual([ours.fromMe, ours.origin, ours.chat.phoneNumber], [true, 'phone', `+${ANA}`]);
    await world.get(`/contacts/${ANA}/received?id=${ours.providerMessageId}`);
    for (const [target, fromMe] of [
      [theirs, false],
      [ours, true],
    ]) {
      const reaction = await fromAna({ kind: 'reaction', target: target.providerMessageId, emoji: '👍' });
      assert.deepEqual([reaction.kind, reaction.emoji, reaction.fromMe], ['reaction', '👍', false]);
      assert.deepEqual([reaction.target.providerMessageId, reaction.target.fromMe], [target.providerMessageId, fromMe]);
    }
    const own = await fromPhone({ kind: 'reaction', target: theirs.providerMessageId, emoji: '' });
    assert.deepEqual([own.emoji, own.fromMe, own.target.fromMe], [null, true, false]);
    const edit = await fromAna({ kind: 'edit', target: theirs.providerMessageId, text: 'better' });
    assert.deepEqual(
      [edit.kind, edit.body, edit.target.providerMessageId, edit.target.fromMe],
      ['edit', 'better', theirs.providerMessageId, false],
    );
    const deleted = await fromPhone({ kind: 'delete', target: ours.providerMessageId });
    assert.deepEqual([deleted.kind, deleted.target.providerMessageId, deleted.target.fromMe], ['delete', ours.providerMessageId, true]);
  });

  test('somebody who hides their number is a LID and no number', async () => {
    await world.post('/contacts', { phone: '34600000004', name: 'Hidden' });
    await world.post('/phones', { phone: '34600000004', hidesNumber: true });
    const event = await eventOf('/contacts/34600000004/send', { to: OWNER, kind: 'text', text: 'guess who', addressing: 'lid' });
    assert.equal(event.chat.phoneNumber, null);
    assert.match(event.chat.lid, /@lid$/);
  });

  test('a message in a group, and a reaction to one of ours there', async () => {
    const { id: group } = await world.post('/groups', { subject: 'Hiking', members: [ANA, OWNER] });
    const theirs = await eventOf(`/contacts/${ANA}/send`, { to: group, kind: 'text', text: 'hello all' });
    assert.deepEqual(
      [theirs.chat.groupId, theirs.content.body, theirs.sender.phoneNumber ?? theirs.sender.lid !== null],
      [group, 'hello all', `+${ANA}`],
    );
    const ours = await eventOf(`/phones/${OWNER}/send`, { to: group, kind: 'text', text: 'ours' });
    await world.get(`/contacts/${ANA}/received?id=${ours.providerMessageId}`);
    const reaction = await eventOf(`/contacts/${ANA}/send`, { to: group, kind: 'reaction', target: ours.providerMessageId, emoji: '👍' });
    assert.deepEqual([reaction.target.fromMe, reaction.target.chat.groupId], [true, group]);
    const other = await eventOf(`/contacts/${ANA}/send`, { to: group, kind: 'reaction', target: theirs.providerMessageId, emoji: '👍' });
    assert.equal(other.target.fromMe, false);
  });

  test('nothing else that came was a message', async () => {
    const told = device.messages.flatMap((message) => eventsOf(message, device.own));
    assert.deepEqual(
      told.filter(({ content }) => content?.kind === 'unsupported'),
      [],
    );
  });
});
