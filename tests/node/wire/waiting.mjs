import { Refusal } from './refusal.mjs';

/**
 * Waits until a condition holds, looking whenever the emitter says that something changed.
 * @param {import('node:events').EventEmitter} emitter
 */
export function waitFor(emitter, event, holds, timeoutMs, complaint) {
  if (holds()) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const finish = (settle, value) => {
      clearTimeout(timeout);
      emitter.off(event, look);
      settle(value);
    };
    const look = () => holds() && finish(resolve);
    const timeout = setTimeout(
      () => finish(reject, new Refusal(408, 'timed_out', typeof complaint === 'function' ? complaint() : complaint)),
      timeoutMs,
    );
    emitter.on(event, look);
  });
}
