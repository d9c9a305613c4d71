// The server's books in one answer.

/** @param {{ server: import('./server.mjs').WireServer, contacts: import('./contacts.mjs').Contacts }} world */
export function stateOf({ server, contacts }) {
  return {
    phones: server.directory.accounts.map((account) => ({
      phone: account.number,
      lid: account.lid,
      name: account.name,
      reachable: account.phone.reachable,
      devices: account.companions.map((device) => deviceView(server, account, device)),
    })),
    longestOverlapMs: Math.max(0, ...devicesOf(server).map(({ overlapMs }) => overlapMs)),
    contacts: contacts.books.map(({ account, state, closeCode }) => ({ phone: account.number, state, closeCode })),
    media: { files: server.media.files.size, uploads: server.media.uploads, downloads: server.media.downloads },
    faults: server.faults.ordered,
    problems: server.problems,
  };
}

const devicesOf = (server) =>
  server.directory.accounts.flatMap((account) => [...account.devices.keys()].map((id) => server.sessions.of(account.number, id)));

function deviceView(server, account, device) {
  const sessions = server.sessions.of(account.number, device.id);
  return {
    device: device.id,
    connected: sessions.current !== undefined,
    openSockets: sessions.open.size,
    mostOpenSockets: sessions.mostOpen,
    longestOverlapMs: sessions.overlapMs,
    logins: sessions.logins,
    replaced: sessions.replaced,
    staleStanzas: sessions.staleStanzas,
    available: device.available,
    waiting: sessions.outbox.waiting.length,
    waitingMessages: sessions.outbox.waiting.filter(({ tag }) => tag === 'message').map(({ attrs }) => attrs.id),
    preKeys: device.preKeys.length,
  };
}
