import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const APPS_FOLDER = join(import.meta.dirname, '../../apps');

/** Variables without which an app refuses to start, or would silently use another store than its neighbours. */
const NEVER_FORGOTTEN = ['DATABASE_URL', 'REDIS_URL', 'OPERATOR_TOKEN', 'OPERATOR_PASSWORD', 'MASTER_KEY', 'PUSH_URL'];

/** Read by Node and by the exporter of traces, and by no config.ts. */
export const NOT_OURS = ['NODE_OPTIONS', 'OTEL_EXPORTER_OTLP_HEADERS'];

/** The names of the variables in an app's environment schema. */
export function variablesOf(app: string): string[] {
  const source = readFileSync(join(APPS_FOLDER, app, 'src/config.ts'), 'utf8');
  return [...source.matchAll(/(?<!const)[{ ]([A-Z][A-Z0-9_]+): /g)].map((match) => match[1]!);
}

/** Those that an app would not read. */
export function unknownTo(app: string, given: readonly string[]): string[] {
  const known = [...variablesOf(app), ...NOT_OURS];
  return given.filter((name) => !known.includes(name));
}

/** Those that an app has to be given and was not. */
export function forgottenOf(app: string, given: readonly string[]): string[] {
  return variablesOf(app).filter((name) => NEVER_FORGOTTEN.includes(name) && !given.includes(name));
}
