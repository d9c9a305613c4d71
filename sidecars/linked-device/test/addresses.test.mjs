import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chatOf, findChat, isOwn, jidOf, phoneOf, plainJid, senderOf } from '../dist/addresses.js';

const OWN = { phoneNumber: '+34600000001', lid: '100000000000001@lid', deviceId: '34600000001:3@s.whatsapp.net' };

test('a phone number is read from a number’s address, with device, agent or old server', () => {
  for (const jid of [
    '34600000002@s.whatsapp.net',
    '34600000002:7@s.whatsapp.net',
    '34600000002_1:7@s.whatsapp.net',
    '34600000002@c.us',
    '34600000002:99@hosted',
  ])
    assert.equal(phoneOf(jid), '+34600000002', jid);
});

test('nothing else is a phone number: a LID, a group, a service, nonsense', () => {
  for (const jid of [
    '34600000002@lid',
    '34600000002@hosted.lid',
    '120363000000000000@g.us',
    '0@s.whatsapp.net',
    'status@broadcast',
    '34600000002',
    '@s.whatsapp.net',
    '',
    null,
    undefined,
  ])
    assert.equal(phoneOf(jid), null, String(jid));
});

test('a chat has both addresses of a person when the key names both, whichever comes first', () => {
  const both = { phoneNumber: '+34600000002', lid: '100000000000002@lid', groupId: null };
  assert.deepEqual(chatOf({ remoteJid: '100000000000002@lid', remoteJidAlt: '34600000002@s.whatsapp.net' }), both);
  assert.deepEqual(chatOf({ remoteJid: '34600000002@s.whatsapp.net', remoteJidAlt: '100000000000002:4@lid' }), both);
});

test('a chat known by its LID only has no phone number', () => {
  assert.deepEqual(chatOf({ remoteJid: '100000000000002@lid' }), { phoneNumber: null, lid: '100000000000002@lid', groupId: null });
});

test('the owner’s other address, which comes with own messages, is not taken for the chat’s', () => {
  const key = { remoteJid: '100000000000002@lid', remoteJidAlt: '34600000001@s.whatsapp.net', fromMe: true };
  assert.deepEqual(chatOf(key, OWN), { phoneNumber: null, lid: '100000000000002@lid', groupId: null });
});

test('the chat with oneself keeps both addresses', () => {
  const key = { remoteJid: '100000000000001@lid', remoteJidAlt: '34600000001@s.whatsapp.net', fromMe: true };
  assert.deepEqual(chatOf(key, OWN), { phoneNumber: '+34600000001', lid: '100000000000001@lid', groupId: null });
});

test('a group is its id alone, and names the sender of others’ messages', () => {
  const key = { remoteJid: '120363000000000000@g.us', participant: '100000000000002:1@lid', participantAlt: '34600000002@s.whatsapp.net' };
  assert.deepEqual(chatOf(key), { phoneNumber: null, lid: null, groupId: '120363000000000000@g.us' });
  assert.deepEqual(senderOf(key), { phoneNumber: '+34600000002', lid: '100000000000002@lid', groupId: null });
  assert.equal(senderOf({ ...key, fromMe: true }), null);
  assert.equal(senderOf({ remoteJid: '34600000002@s.whatsapp.net' }), null);
});

test('what comes by a broadcast list is a message of its author; status updates and channels are in no chat', () => {
  assert.equal(chatOf({ remoteJid: '1700000000@broadcast', participant: '34600000002@s.whatsapp.net' }).phoneNumber, '+34600000002');
  assert.equal(findChat({ remoteJid: '1700000000@broadcast', participant: '34600000001@s.whatsapp.net', fromMe: true }), null);
  assert.equal(findChat({ remoteJid: 'status@broadcast', participant: '34600000002@s.whatsapp.net' }), null);
  assert.equal(findChat({ remoteJid: '120363000000000000@newsletter' }), null);
  assert.throws(() => chatOf({ remoteJid: '0@c.us' }), TypeError);
});

test('a message goes to the LID where it is known, else to the number, in a group to the group', () => {
  assert.equal(jidOf({ phoneNumber: '+34600000002', lid: '100000000000002@lid', groupId: null }), '100000000000002@lid');
  assert.equal(jidOf({ phoneNumber: '+34600000002' }), '34600000002@s.whatsapp.net');
  assert.equal(jidOf({ groupId: '120363000000000000@g.us' }), '120363000000000000@g.us');
  assert.throws(() => jidOf({ phoneNumber: null, lid: null, groupId: null }), TypeError);
  assert.throws(() => jidOf({ phoneNumber: '+1@evil' }), TypeError);
});

test('an account knows itself by both of its addresses, and nobody else', () => {
  assert.ok(isOwn('34600000001:9@s.whatsapp.net', OWN));
  assert.ok(isOwn('100000000000001:2@lid', OWN));
  assert.ok(isOwn('34600000001@s.whatsapp.net', { ...OWN, phoneNumber: null }));
  assert.ok(!isOwn('34600000001@lid', OWN));
  assert.ok(!isOwn('34600000002@s.whatsapp.net', OWN));
  assert.ok(!isOwn(null, { phoneNumber: null, lid: null, deviceId: '' }));
  assert.equal(plainJid('100000000000001:2@hosted.lid'), '100000000000001@lid');
});
