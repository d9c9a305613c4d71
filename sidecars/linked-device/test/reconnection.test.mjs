import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Reconnection } from '../dist/reconnection.js';

test('pauses grow from one second to five minutes, each by chance, and begin anew after success', () => {
  const again = new Reconnection();
  for (let attempt = 1; attempt <= 40; attempt++) {
    const next = again.next();
    assert.equal(next.attempt, attempt);
    assert.ok(next.waitMs >= 1_000 && next.waitMs <= Math.min(300_000, 1_000 * 2 ** attempt), `${next.waitMs} ms`);
  }
  const late = new Set(Array.from({ length: 20 }, () => again.next().waitMs));
  assert.ok(late.size > 10, 'the pauses are not by chance');
  again.succeeded();
  assert.equal(again.next().attempt, 1);
});
