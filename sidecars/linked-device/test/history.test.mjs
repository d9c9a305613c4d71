import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, describe, test } from 'node:test';
import { proto } from 'baileys';
import { historyEvents } from '../dist/history.js';
import { Device, startWorld } from './wire-world.mjs';

const OWN = { phoneNumber: '+34600000001', lid: '100000000000001@lid', deviceId: '34600000001:3@s.whatsapp.net' };
const { RECENT, FULL, INITIAL_BOOTSTRAP, PUSH_NAME, NON_BLOCKING_DATA } = proto.HistorySync.HistorySyncType;
const LID = '100000000000002@lid';
const NUMBER = '34600000002@s.whatsapp.net';
const CHAT = { phoneNumber: '+34600000002', lid: LID, groupId: null };
const GROUP = '120363000000000000@g.us';

const said = (id, at, more = {}) => ({
  key: { remoteJid: LID, fromMe: false, id },
  messageTimestamp: at,
  message: { conversation: id },
  ...more,
});
const setOf = (more = {}) => ({
  chats: [],
  contacts: [],
  messages: [],
  lidPnMappings: [{ lid: LID, pn: NUMBER }],
  syncType: RECENT,
  progress: 50,
  ...more,
});
const ofKind = (kind, set) => historyEvents(set, OWN).filter((event) => event.kind === kind);

test('who is who comes first, then names, then messages', () => {
  const events = historyEvents(setOf({ contacts: [{ id: LID, name: 'Ana' }], messages: [said('a', 1)] }), OWN);
  assert.deepEqual(
    events.map(({ kind }) => kind),
    ['identity_link', 'name', 'history'],
  );
  const [{ at, ...link }, name] = events;
  assert.ok(at > 0);
  assert.deepEqual(link, { kind: 'identity_link', phoneNumber: '+34600000002', lid: LID });
  assert.deepEqual([name.chat, name.name], [CHAT, 'Ana']);
});

test('messages come from old to new, with both addresses of the chat', () => {
  const [{ messages, progress, complete }] = ofKind('history', setOf({ messages: [said('new', 20), said('old', 10)] }));
  assert.deepEqual(
    messages.map(({ providerMessageId, at, chat }) => [providerMessageId, at, chat]),
    [
      ['old', 10_000, CHAT],
      ['new', 20_000, CHAT],
    ],
  );
  assert.deepEqual([progress, complete], [50, false]);
});

test('a message in a group names its sender, who stands beside the key', () => {
  const message = said('g', 1, { key: { remoteJid: GROUP, fromMe: false, id: 'g' }, participant: LID });
  const [{ messages }] = ofKind('history', setOf({ messages: [message] }));
  assert.deepEqual([messages[0].chat.groupId, messages[0].sender], [GROUP, CHAT]);
});

test('own messages are the owner’s; what is no message is left out', () => {
  const messages = [
    said('own', 1, { key: { remoteJid: LID, fromMe: true, id: 'own' } }),
    said('stub', 2, { message: undefined, messageStubType: 1 }),
    said('reaction', 3, { message: { reactionMessage: { key: { id: 'own' }, text: '👍' } } }),
    said('revoked', 4, { message: { protocolMessage: { type: 0, key: { id: 'own' } } } }),
    said('status', 5, { key: { remoteJid: 'status@broadcast', participant: LID, id: 'status' } }),
  ];
  const [history] = ofKind('history', setOf({ messages }));
  assert.deepEqual(
    history.messages.map(({ providerMessageId, fromMe, origin }) => [providerMessageId, fromMe, origin]),
    [['own', true, 'phone']],
  );
});

test('a number, whole or with a hidden middle, is no name', () => {
  const contacts = [
    { id: LID, name: '+34∙∙∙∙∙∙∙82' },
    { id: NUMBER, name: '+34 600 00 00 02' },
    { id: '34600000003@s.whatsapp.net', notify: 'Bo', name: 'Robert' },
    { id: GROUP, name: 'Hiking' },
  ];
  const names = ofKind('name', setOf({ contacts, syncType: PUSH_NAME }));
  assert.deepEqual(
    names.map(({ name, chat }) => [name, chat.phoneNumber ?? chat.groupId]),
    [
      ['Bo', '+34600000003'],
      ['Hiking', GROUP],
    ],
  );
});

test('only sets with messages tell progress, and only at the end it is complete', () => {
  assert.deepEqual(ofKind('history', setOf({ syncType: PUSH_NAME, progress: 100 })), []);
  assert.deepEqual(ofKind('history', setOf({ syncType: NON_BLOCKING_DATA })), []);
  const ends = (syncType, progress) => ofKind('history', setOf({ syncType, progress })).map(({ complete }) => complete);
  assert.deepEqual(
    [ends(INITIAL_BOOTSTRAP, 5), ends(RECENT, 100), ends(FULL, 99), ends(FULL, 100), ends(RECENT, undefined)],
    [[false], [true], [false], [true], [false]],
  );
});

test('sets that Baileys has put together lose nothing: neither messages nor who is who', () => {
  const set = setOf({
    syncType: PUSH_NAME,
    progress: 100,
    lidPnMappings: undefined,
    contacts: [{ id: LID, phoneNumber: NUMBER }],
    messages: [said('a', 1)],
  });
  const [link, history] = historyEvents(set, OWN);
  assert.deepEqual([link.kind, link.phoneNumber, link.lid], ['identity_link', '+34600000002', LID]);
  assert.deepEqual([history.messages[0].chat, history.progress, history.complete], [CHAT, null, false]);
  const fromChats = setOf({
    lidPnMappings: undefined,
    chats: [
      { id: LID, pnJid: NUMBER },
      { id: '34600000003@s.whatsapp.net', lidJid: '100000000000003@lid' },
    ],
  });
  assert.deepEqual(
    ofKind('identity_link', fromChats).map(({ lid }) => lid),
    [LID, '100000000000003@lid'],
  );
});

test('a large set comes in pieces that fit the channel, and is complete with the last one', () => {
  const many = Array.from({ length: 1_201 }, (_, index) => said(`m${index}`, index + 1));
  const pieces = ofKind('history', setOf({ messages: many, progress: 100 }));
  assert.deepEqual(
    pieces.map(({ messages, progress, complete }) => [messages.length, progress, complete]),
    [
      [500, 99, false],
      [500, 99, false],
      [201, 100, true],
    ],
  );
  const long = Array.from({ length: 10 }, (_, index) => said(`l${index}`, index + 1, { message: { conversation: '€'.repeat(150_000) } }));
  const lines = ofKind('history', setOf({ messages: long })).map((event) => Buffer.byteLength(JSON.stringify(event)));
  assert.ok(lines.length > 3 && lines.every((bytes) => bytes < 1_200_000), String(lines));
});

describe('the history of a phone', { timeout: 60_000 }, () => {
  let world;
  let device;
  before(async () => (world = await startWorld()));
  after(async () => {
    await device?.close();
    await world?.stop();
  });

  test('is told as it is handed over', async () => {
    const messages = Array.from({ length: 7 }, (_, index) => ({
      id: `H${index}`,
      fromMe: index % 2 === 1,
      text: `m${index}`,
      at: 1_700_000_000 + index,
    }));
    const chats = [{ with: '34600000002', name: 'Ana', messages }];
    await world.post('/phones', { phone: '34600000001', history: { chats, messagesABlob: 3 } });
    device = await Device.pair(world, '34600000001');
    while (device.histories.length < 3) await once(device, 'history', { signal: AbortSignal.timeout(20_000) });
    const events = device.histories.flatMap((set) => historyEvents(set, device.own));
    const told = events.filter(({ kind }) => kind === 'history');
    assert.deepEqual(
      told.flatMap((event) => event.messages.map(({ providerMessageId }) => providerMessageId)),
      messages.map(({ id }) => id),
    );
    assert.deepEqual(
      told.map(({ complete }) => complete),
      [false, false, true],
    );
    assert.ok(told.every((event) => event.messages.every(({ chat }) => chat.phoneNumber === '+34600000002' && chat.lid)));
    assert.ok(events.some((event) => event.kind === 'name' && event.name === 'Ana'));
    assert.ok(events.some((event) => event.kind === 'identity_link' && event.phoneNumber === '+34600000002'));
  });
});
