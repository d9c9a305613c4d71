// What a log line may say, whatever it is given.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { Log, redacted, textOfFault } from '../dist/log.js';

const KEY = randomBytes(32);

/** The forms in which six bytes of the key, or more, can be read in the text. */
function tellsOf(text) {
  const plain = text.replace(/\s/g, '');
  const parts = Array.from({ length: KEY.length - 5 }, (_, at) => ({ at, bytes: KEY.subarray(at, at + 6) }));
  const forms = ({ at, bytes }) => [
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
    bytes.toString('base64'),
    bytes.toString('base64url'),
    [...bytes].join(),
    [...bytes].map((byte, index) => `"${at + index}":${byte}`).join(),
  ];
  return parts.flatMap(forms).filter((form) => plain.includes(form));
}

for (const [form, text] of [
  ['base64', KEY.toString('base64')],
  ['base64url', KEY.toString('base64url')],
  ['hexadecimal', KEY.toString('hex')],
  ['upper hexadecimal', KEY.toString('hex').toUpperCase()],
  ['a Buffer', inspect(KEY)],
  ['an array of bytes', inspect(new Uint8Array(KEY))],
  ['a Buffer as JSON', JSON.stringify(KEY)],
  ['an array as JSON', JSON.stringify(new Uint8Array(KEY))],
  ['a key in an object', inspect({ privKey: KEY.toString('base64'), chain: { key: KEY } }, { depth: 5 })],
]) {
  test(`a key is not told as ${form}, also where a line is cut`, () => {
    assert.deepEqual(tellsOf(redacted(`Closing session: ${text}, closed`)), []);
    for (let before = 200; before < 300; before++) {
      const cut = redacted(`${'word '.repeat(before / 5)}${'x'.repeat(before % 5)} ${text}`);
      assert.deepEqual(tellsOf(cut), [], cut);
    }
  });
}

test('numbers of people are cut to their last digits, names of lines and short words stay', () => {
  const line = '0199b0de-7a52-7d3f-8a53-0c8a4c8f0b11';
  const rest = `wrote to ${line} at 2026-11-29 11:18:15 (3, 2, 1)`;
  assert.equal(redacted(`+34600000001 ${rest}`), `…01 ${rest}`);
});

test('of a fault its name and message are told, masked, and of a line its fields', () => {
  assert.equal(textOfFault(Object.assign(new TypeError(`bad key ${KEY.toString('hex')}`), { KEY })), 'TypeError: bad key …');
  assert.equal(textOfFault({ KEY }), 'object');
  let written = '';
  new Log((text) => (written += text)).warn('engine', { text: KEY.toString('base64'), count: 3 });
  const { at, ...line } = JSON.parse(written);
  assert.deepEqual(line, { level: 'warn', event: 'engine', text: '…', count: 3 });
  assert.ok(Number.isInteger(at));
});
