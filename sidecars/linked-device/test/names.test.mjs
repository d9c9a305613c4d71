import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Names } from '../dist/names.js';

const GROUP = '120363000000000001@g.us';
const ofGroup = (name) => ({ kind: 'name', at: 1, chat: { phoneNumber: null, lid: null, groupId: GROUP }, name });
const ofAna = (name) => ({ kind: 'name', at: 1, chat: { phoneNumber: '+34600000002', lid: null, groupId: null }, name });
const never = () => assert.fail('asked');

test('a name is news once, and again when it has changed', () => {
  const names = new Names();
  assert.deepEqual(['Ana', 'Ana', 'Ana María', 'Ana'].map((name) => names.isNews(ofAna(name))), [true, false, true, true]);
});

test('what is forgotten is told again', () => {
  const names = new Names();
  names.isNews(ofAna('Ana'));
  for (let number = 0; number < 2_000; number++) names.isNews({ ...ofAna('x'), chat: { phoneNumber: `+${number}` } });
  assert.equal(names.isNews(ofAna('Ana')), true);
});

test('a subject is asked for once, and not at all when it was told', async () => {
  const names = new Names();
  assert.equal(await names.subjectOf(GROUP, async () => 'Crew'), 'Crew');
  assert.equal(await names.subjectOf(GROUP, never), 'Crew');
  assert.equal(names.isNews(ofGroup('Crew')), false);
  assert.equal(names.isNews(ofGroup('Band')), true);
  assert.equal(await names.subjectOf(GROUP, never), 'Band');
});

test('a subject that changes while WhatsApp is asked is the new one', async () => {
  const names = new Names();
  const asked = names.subjectOf(GROUP, async () => {
    names.isNews(ofGroup('Band'));
    return 'Crew';
  });
  assert.equal(await asked, 'Band');
});

test('a group that does not tell its subject is left alone for a while, and the others are not', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: 1_000_000 });
  const names = new Names();
  const refuse = async () => {
    throw new Error('forbidden');
  };
  assert.equal(await names.subjectOf(GROUP, refuse), null);
  assert.equal(await names.subjectOf(GROUP, never), null);
  assert.equal(await names.subjectOf('120363000000000002@g.us', async () => 'Other'), 'Other');
  t.mock.timers.tick(60_000);
  assert.equal(await names.subjectOf(GROUP, async () => 'Crew'), 'Crew');
});

test('a message does not wait long for an answer, nor does the next; one that comes late counts', async () => {
  const names = new Names();
  let answer;
  const late = new Promise((resolve) => (answer = resolve));
  // Holds the process, which a pause of ours does not.
  const alive = setInterval(() => undefined, 1_000);
  assert.equal(await names.subjectOf(GROUP, () => late), null);
  assert.equal(await names.subjectOf('120363000000000002@g.us', never), null);
  clearInterval(alive);
  answer('Crew');
  await late;
  assert.equal(await names.subjectOf(GROUP, never), 'Crew');
});
