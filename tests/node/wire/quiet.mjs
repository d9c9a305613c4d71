// Imported before anything else: libsignal prints sessions with their keys through console.*, and standard output carries one JSON line.
for (const name of ['log', 'info', 'debug', 'warn', 'error', 'trace', 'dir']) console[name] = () => {};

/** The logger that Baileys is given: it never writes. */
export const silentLogger = {
  level: 'silent',
  child: () => silentLogger,
  trace() {},
  debug() {},
  info() {},
  warn() {},
  error() {},
};
