// A client in a process of its own, which a test can stop in its tracks: says its QR code, and its credentials once it is connected.
import '../quiet.mjs';
import { BufferJSON } from 'baileys';
import { Contact } from '../contact.mjs';

const [url, auth] = process.argv.slice(2);
const contact = new Contact(url, 'Frozen', (event, detail) => {
  if (event === 'qr') process.send(detail);
  if (event === 'connection' && detail.state === 'open') process.send({ creds: JSON.stringify(contact.credentials, BufferJSON.replacer) });
});
if (auth) Object.assign(contact.credentials, JSON.parse(JSON.parse(auth).creds, BufferJSON.reviver));
contact.connect();
