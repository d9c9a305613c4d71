// Imported before anything else. Baileys' cryptography prints sessions with their keys through console.*, and standard output belongs to
// the protocol: whatever writes there by another way writes nowhere.
type Write = typeof process.stdout.write;

const writeOut = process.stdout.write.bind(process.stdout) as Write;
const writeError = process.stderr.write.bind(process.stderr) as Write;

/** Writes a line of the protocol. False when the reader does not keep up; `drain` of standard output then says that it did. */
export function writeProtocol(text: string, written?: () => void): boolean {
  return writeOut(text, 'utf8', written);
}

export function writeLog(text: string): void {
  writeError(text, 'utf8');
}

const nowhere: Write = (...parameters: unknown[]): boolean => {
  const written = parameters.at(-1);
  if (typeof written === 'function') queueMicrotask(written as () => void);
  return true;
};

for (const [name, value] of Object.entries(console)) {
  if (typeof value === 'function') (console as unknown as Record<string, unknown>)[name] = () => undefined;
}
process.stdout.write = nowhere;
process.stderr.write = nowhere;
process.removeAllListeners('warning');
process.on('warning', () => undefined);
