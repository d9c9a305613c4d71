// The channel itself: whatever comes over it, each request has one answer, and what is no request ends the process.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startWorld } from '../../../tests/node/wire/test/world.mjs';
import { Host, LINE } from './host.mjs';

let world;
before(async () => (world = await startWorld()));
after(() => world.stop());

test('hello says what the sidecar is and can do', async () => {
  const host = new Host(world);
  await assert.rejects(host.ask('metrics'), { code: 'hello_required' });
  const { protocol, engine, engineVersion, limits, capabilities } = await host.hello({ ctaUrlNative: true });
  assert.deepEqual([protocol, engine, engineVersion], [1, 'baileys', '7.0.0-rc14']);
  assert.deepEqual(limits, { lines: 100, lineBytes: 4_194_304, chunkBytes: 262_144 });
  assert.equal(capabilities.ctaUrl, 'native');
  assert.equal(await host.end(), 0);
});

test('another version of the protocol is refused, and the process ends', async () => {
  const host = new Host(world);
  await assert.rejects(host.ask('hello', { protocol: 2 }), { code: 'unsupported_protocol' });
  assert.equal(await host.exited, 1);
});

test('wrong requests are answered, each with its code', async () => {
  const host = new Host(world);
  await host.hello();
  await assert.rejects(host.ask('dance'), { code: 'unknown_method', retryable: false });
  await assert.rejects(host.ask('line.open', { lineId: 'x', epoch: 1 }), { code: 'invalid_params' });
  await assert.rejects(host.ask('line.open', { lineId: LINE, epoch: 'one' }), { code: 'invalid_params' });
  await assert.rejects(host.ask('line.start', { lineId: LINE }), { code: 'unknown_line' });
  await assert.rejects(host.ask('constructor'), { code: 'unknown_method' });
  await assert.rejects(host.ask('media.pull', { streamId: 's-1', maxBytes: 1 }), { code: 'media_unavailable' });
  await host.end();
});

test('a process carries at most one hundred lines', async () => {
  const host = new Host(world);
  await host.hello();
  const id = (number) => `0199b0de-7a52-7d3f-8a53-${String(number).padStart(12, '0')}`;
  for (let number = 0; number < 100; number++) await host.ask('line.open', { lineId: id(number), epoch: 1 });
  await assert.rejects(host.ask('line.open', { lineId: id(100), epoch: 1 }), { code: 'line_limit' });
  await host.ask('line.close', { lineId: id(0) });
  await host.ask('line.open', { lineId: id(100), epoch: 1 });
  assert.equal((await host.ask('metrics')).lines.open, 100);
  await host.end();
});

for (const [what, text] of [
  ['no JSON', 'hello\n'],
  ['no request and no answer', '{"type":"shout","id":1}\n'],
  ['an answer to nothing', '{"type":"answer","id":99,"result":{}}\n'],
  ['longer than a line may be', `{"type":"request","id":1,"method":"hello","params":{"x":"${'x'.repeat(4_194_304)}"}}\n`],
  ['endless', 'x'.repeat(4_194_304 + 65_536)],
]) {
  test(`a line that is ${what} ends the process`, async () => {
    const host = new Host(world);
    await host.hello();
    host.writeRaw(text);
    assert.equal(await host.exited, 2);
    assert.match(host.log, /protocol_violation/);
  });
}
