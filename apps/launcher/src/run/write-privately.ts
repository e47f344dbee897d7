import { renameSync, writeFileSync } from 'node:fs';

/** Writes a file for our eyes only, whole or not at all. */
export function writePrivately(path: string, content: string): void {
  const making = `${path}.${process.pid}`;
  writeFileSync(making, content, { mode: 0o600 });
  renameSync(making, path);
}
