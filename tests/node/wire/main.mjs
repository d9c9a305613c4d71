// Starts the server, prints where everything is as one JSON line, and stops when standard input ends or on SIGTERM.
import './quiet.mjs';
import { AdminDoor } from './admin.mjs';
import { Contacts } from './contacts.mjs';
import { WireServer } from './server.mjs';

const server = await new WireServer().start();
const contacts = new Contacts(server);
const door = await new AdminDoor({ server, contacts }).start();

let stopping = false;
async function stop() {
  if (stopping) return;
  stopping = true;
  await Promise.all([contacts.stop(), door.stop(), server.stop()]);
  process.exit(0);
}

for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, stop);
process.stdin.on('end', stop).resume();
process.on('uncaughtException', (problem) => server.report('uncaught', problem));
process.on('unhandledRejection', (problem) => server.report('unhandled', problem));

const { media } = server;
process.stdout.write(`${JSON.stringify({ url: server.url, admin: door.url, media: media.host, authority: media.authorityFile })}\n`);
