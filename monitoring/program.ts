import { existsSync } from 'node:fs';

const FOLDERS = ['/usr/bin', '/usr/local/bin', '/opt/homebrew/bin'];

/** Where a program of Prometheus' is; Debian has both in its package `prometheus`. */
export function programOf(name: 'prometheus' | 'promtool'): string | undefined {
  return FOLDERS.map((folder) => `${folder}/${name}`).find((path) => existsSync(path));
}
