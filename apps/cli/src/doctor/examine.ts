import { stat } from 'node:fs/promises';
import type { ServiceSelf } from '@signalbox/contracts';
import {
  type Finding,
  type FindingState,
  inOrder,
  judgeClocks,
  judgeConfiguration,
  judgeMismatches,
  judgeSecretFiles,
  judgeServices,
  readMismatches,
  teller,
} from '@signalbox/doctor';
import { QUEUE_CONNECTIONS } from '@signalbox/queues';
import { CredentialMissing } from '../api-client.js';
import type { Settings } from '../config.js';
import { type AppFacts, readApps, tryCredentials } from './read-credentials.js';
import { type AskedService, readServices } from './read-services.js';
import { readQueues, readStore } from './read-stores.js';

export interface Examination {
  readonly findings: readonly Finding[];
  readonly count: Readonly<Record<FindingState, number>>;
  /** 0 nothing is wrong, 1 something is, 2 there was nothing to check. */
  readonly exitCode: 0 | 1 | 2;
}

/** The console tells nothing of itself: it knows no operator token. */
const CONSOLE_CONNECTIONS = 2;

interface Asked {
  readonly settings: Settings;
  readonly app: string | undefined;
  readonly offline: boolean;
  readonly days: number;
  readonly patience: number;
  readonly signal: AbortSignal;
}

/** Looks at everything within reach. Changes nothing; what a service tries with a provider is sent to nobody. */
export async function examine({ settings, app, offline, days, patience, signal }: Asked): Promise<Examination> {
  const services = await readServices(settings, signal);
  const selves = services.flatMap(({ reading }) => (typeof reading.self === 'string' ? [] : [reading.self]));
  const apps = await readApps(settings, app, signal).catch((error: unknown) => whyNot(error));
  const [store, queues, files, mismatches, credentials] = await Promise.all([
    readStore(settings.operate, { days, patience, connections: connectionsOf(services, selves) }),
    readQueues(settings.operate, selves[0]?.queues),
    readModes(settings.operate.secretFiles),
    readSignatures(settings, signal),
    credentialFindings(settings, apps, offline, signal),
  ]);
  const clocks = [...(store.clock === undefined ? [] : [store.clock]), ...services.flatMap(({ clock }) => clock ?? [])];
  const hasLiveApps = typeof apps !== 'string' && apps.some(({ mode }) => mode === 'live');
  const findings = inOrder([
    ...judgeServices(services.map(({ reading }) => reading)),
    ...judgeConfiguration(selves, hasLiveApps),
    ...judgeSecretFiles(files),
    ...judgeClocks(clocks),
    ...store.findings,
    ...queues,
    ...mismatches,
    ...credentials,
  ]);
  const answered = store.answered || services.some(({ reading }) => reading.live);
  return { findings, count: countOf(findings), exitCode: exitCodeOf(findings, answered) };
}

function exitCodeOf(findings: readonly Finding[], answered: boolean): Examination['exitCode'] {
  if (!answered) return 2;
  return findings.some(({ state }) => state === 'wrong') ? 1 : 0;
}

function countOf(findings: readonly Finding[]): Examination['count'] {
  const of = (state: FindingState): number => findings.filter((finding) => finding.state === state).length;
  return { ok: of('ok'), warning: of('warning'), wrong: of('wrong'), 'not checked': of('not checked') };
}

/** Each process may be there more than once: this is what those behind one address each open. */
function connectionsOf(services: readonly AskedService[], selves: readonly ServiceSelf[]): number | undefined {
  const told = services.filter(({ reading }) => reading.name !== 'console');
  if (selves.length < told.length) return undefined;
  const ofConsole = CONSOLE_CONNECTIONS + (selves.some(({ queues }) => queues === 'postgres') ? QUEUE_CONNECTIONS : 0);
  return selves.reduce((sum, { connections }) => sum + connections, ofConsole);
}

async function credentialFindings(
  settings: Settings,
  apps: readonly AppFacts[] | string,
  offline: boolean,
  signal: AbortSignal,
): Promise<Finding[]> {
  const told = teller('credentials');
  if (offline) return [told.notChecked('not tried with the providers (--offline)', 'run it without --offline')];
  if (typeof apps === 'string')
    return [told.notChecked(apps, 'auth tells which apps there are: see that it answers, and set OPERATOR_TOKEN')];
  return tryCredentials(settings, apps, signal);
}

function whyNot(error: unknown): string {
  if (error instanceof CredentialMissing) return 'no operator token';
  return error instanceof Error ? error.message : String(error);
}

/** What is not there, or not for this user to look at, is no finding. */
async function readModes(paths: readonly string[]): Promise<{ path: string; mode: number }[]> {
  if (process.platform === 'win32') return [];
  const read = paths.map((path) =>
    stat(path).then(
      ({ mode }) => [{ path, mode }],
      () => [],
    ),
  );
  return (await Promise.all(read)).flat();
}

async function readSignatures({ services }: Settings, signal: AbortSignal): Promise<Finding[]> {
  try {
    const timely = AbortSignal.any([signal, AbortSignal.timeout(5_000)]);
    const response = await fetch(new URL('/metrics', services.payments.url), { signal: timely });
    return response.ok ? [judgeMismatches(readMismatches(await response.text()))] : [];
  } catch {
    return [];
  }
}

const SIGNS: Readonly<Record<FindingState, string>> = { ok: '✓', warning: '!', wrong: '✗', 'not checked': '?' };

/** For people: a line for each finding, and below whatever is not in order what to do. */
export function report({ findings, count }: Examination): string {
  const width = Math.max(...findings.map(({ check }) => check.length));
  const lines = findings.flatMap((finding) => {
    const { check, state, seen } = finding;
    const line = `${SIGNS[state]}  ${check.padEnd(width)}  ${seen}`;
    if (finding.state === 'ok') return [line];
    const page = finding.runbook === undefined ? '' : ` (docs/runbooks/${finding.runbook})`;
    return [line, `${' '.repeat(width + 5)}→ ${finding.remedy}${page}`];
  });
  const { ok, warning, wrong, 'not checked': notChecked } = count;
  return [...lines, '', `${wrong} wrong, ${warning} warnings, ${notChecked} not checked, ${ok} ok`].join('\n');
}
