// Verifies deliveries as a customer would, with the package of Standard Webhooks.
// Reads {secret, headers, body (base64), now?} a line; writes {ok, reason?} a line. now, in milliseconds, is the receiver's clock.
import { Webhook } from 'standardwebhooks';
import { answer, lines } from './lines.mjs';

const clock = Date.now;
for await (const { secret, headers, body, now } of lines()) {
  Date.now = () => now ?? clock();
  try {
    new Webhook(secret).verify(Buffer.from(body, 'base64').toString('utf8'), headers);
    answer({ ok: true });
  } catch (refusal) {
    answer({ ok: false, reason: refusal.message });
  }
}
