// What this is, for the host.
import { readFileSync } from 'node:fs';

interface Package {
  version: string;
  dependencies: { baileys: string };
}

const own = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as Package;

export const SIDECAR_VERSION = own.version;
/** Pinned exactly, so it is what is installed. */
export const ENGINE_VERSION = own.dependencies.baileys;
