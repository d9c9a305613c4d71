import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextAfter } from '../dist/connection-end.js';

const NOW = 1_764_400_000_000;
const said = (code, more = {}, badSessions = 0) => nextAfter({ code, source: 'server', ...more }, badSessions, NOW);
const summary = ({ do: what, state, reason }) => [what, state ?? reason, state && reason].filter(Boolean).join(' ');

test('what WhatsApp says decides what the line does', () => {
  const decided = [401, 403, 405, 406, 408, 409, 411, 428, 440, 503, 515, 599].map((code) => [code, summary(said(code))]);
  assert.deepEqual(decided, [
    [401, 'stay logged_out removed_on_phone'],
    [403, 'stay logged_out account_locked'],
    [405, 'renew_version'],
    [406, 'stay logged_out account_banned'],
    [408, 'reconnect timed_out'],
    [409, 'renew_version'],
    [411, 'stay logged_out removed_on_phone'],
    [428, 'reconnect connection_lost'],
    [440, 'stay conflict replaced'],
    [503, 'reconnect server_unavailable'],
    [515, 'restart'],
    [599, 'reconnect server_error'],
  ]);
});

test('what the network did is no word of WhatsApp', () => {
  for (const code of [401, 403, 440, 500]) {
    assert.equal(summary(nextAfter({ code, source: 'network' }, 9, NOW)), 'reconnect connection_lost');
  }
  assert.equal(summary(nextAfter({ code: 503, source: 'network', reason: 'unreachable' }, 0, NOW)), 'reconnect unreachable');
});

test('a session is bad after five refusals in a row', () => {
  assert.equal(summary(said(500, {}, 4)), 'reconnect server_error');
  assert.equal(summary(said(500, {}, 5)), 'stay failed bad_session');
});

test('a ban lasts as long as WhatsApp says, or an hour', () => {
  assert.equal(said(402, { expires: 90 }).untilAt, NOW + 90_000);
  assert.equal(said(402).untilAt, NOW + 3_600_000);
});
