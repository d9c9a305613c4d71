import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Progress, receiptEvents } from '../dist/receipts.js';

const OWN = { phoneNumber: '+34600000001', lid: '100000000000001@lid', deviceId: '34600000001:3@s.whatsapp.net' };
const ANA = '34600000002@s.whatsapp.net';

const receipt = (kind, ...providerMessageIds) => ({ kind: 'receipt', at: 1_000, providerMessageIds, receipt: kind });

test('a receipt names its messages, and those that came with it', () => {
  const list = { tag: 'list', attrs: {}, content: [{ tag: 'item', attrs: { id: 'B' } }, { tag: 'item', attrs: { id: 'A' } }] };
  const node = { tag: 'receipt', attrs: { from: ANA, id: 'A', type: 'read', t: '1' }, content: [list] };
  assert.deepEqual(receiptEvents(node, OWN), [receipt('read', 'A', 'B')]);
});

test('talk between devices is no receipt, and an own device that reads is the owner reading a chat', () => {
  const own = '34600000001@s.whatsapp.net';
  assert.deepEqual(receiptEvents({ tag: 'receipt', attrs: { from: ANA, id: 'A', type: 'retry' } }, OWN), []);
  assert.deepEqual(receiptEvents({ tag: 'receipt', attrs: { from: own, id: 'A', t: '1' } }, OWN), []);
  const read = { tag: 'receipt', attrs: { from: own, recipient: ANA, id: 'A', type: 'read-self', t: '1' } };
  assert.deepEqual(receiptEvents(read, OWN), [
    { kind: 'chat_read', at: 1_000, chat: { phoneNumber: '+34600000002', lid: null, groupId: null } },
  ]);
});

test('progress is news once, and what lies behind it is none', () => {
  const progress = new Progress();
  const news = [receipt('delivered', 'A'), receipt('delivered', 'A'), receipt('read', 'A'), receipt('delivered', 'A'), receipt('played', 'A')];
  assert.deepEqual(news.map((one) => progress.news(one)?.receipt), ['delivered', undefined, 'read', undefined, 'played']);
});

test('of several messages those are told that came further', () => {
  const progress = new Progress();
  progress.news(receipt('read', 'B'));
  assert.deepEqual(progress.news(receipt('delivered', 'A', 'B', 'C')), receipt('delivered', 'A', 'C'));
  for (let number = 0; number < 2_000; number++) progress.news(receipt('read', `${number}`));
  assert.deepEqual(progress.news(receipt('delivered', 'B')), receipt('delivered', 'B'), 'what is forgotten is told again');
});
