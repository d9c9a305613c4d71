// The sidecar's process. It lives as long as its host: when standard input ends, so do all its sockets.
import './quiet.js';
import { writeProtocol } from './quiet.js';
import type { Channel as ChannelType } from './channel.js';
import { Log, textOfFault } from './log.js';
import type { Sidecar as SidecarType } from './sidecar.js';

const VIOLATION = 2;
const FAULT = 3;
/** Answers of errors leave before the process does. */
const LAST_WRITE_MS = 2_000;

const log = new Log();

// Imported only now: everything else is loaded in silence.
const { Channel } = await import('./channel.js');
const { Sidecar } = await import('./sidecar.js');

let exiting = false;

function exit(code: number): void {
  if (exiting) return;
  exiting = true;
  sidecar.terminate();
  // The answer that is being made is written in this turn of the event loop.
  setImmediate(() => {
    void channel.flushed().then(() => process.exit(code));
    setTimeout(() => process.exit(code), LAST_WRITE_MS);
  });
}

const channel: ChannelType = new Channel(
  process.stdin,
  { write: writeProtocol, onDrain: (drained) => process.stdout.on('drain', drained) },
  {
    answer: (method, params) => sidecar.answer(method, params),
    violated: (what) => {
      log.error('protocol_violation', { what });
      exit(VIOLATION);
    },
    ended: () => {
      sidecar.terminate();
      process.exit(0);
    },
  },
);
const sidecar: SidecarType = new Sidecar(channel, log, exit);

process.on('uncaughtException', (fault) => {
  log.error('uncaught', { fault: textOfFault(fault) });
  exit(FAULT);
});
// Baileys leaves rejections behind when a connection ends while it waits for an answer.
process.on('unhandledRejection', (fault) => log.warn('unhandled_rejection', { fault: textOfFault(fault) }));
process.stdout.on('error', () => process.exit(0));
process.on('SIGINT', () => undefined);

channel.listen();
