import type { ServiceSelf } from '@signalbox/contracts';
import { type Finding, teller } from '../finding.js';

/** What came of asking one service. */
export interface ServiceReading {
  readonly name: string;
  readonly url: string;
  /** Whether it said at all that it lives, and what it said of its progress. */
  readonly live: boolean;
  readonly ready: { readonly is: true } | { readonly is: false; readonly because: string };
  /** What it told the operator; or why it did not: it does not take the token, there is none, it has no such route. */
  readonly self: ServiceSelf | 'token refused' | 'no token' | 'not told';
}

const told = teller('services');

/** Whether each answers, makes progress and takes the operator token. */
export function judgeServices(readings: readonly ServiceReading[]): Finding[] {
  return readings.map(judgeService);
}

function judgeService({ name, url, live, ready, self }: ServiceReading): Finding {
  if (!live)
    return told.wrong(
      `${name} does not answer at ${url}`,
      'start it, or correct its address; its log says why it ended',
    );
  if (!ready.is) {
    const runbook = ready.because.includes('database') ? 'postgres-down.md' : undefined;
    return told.wrong(`${name} lives and is not ready: ${ready.because}`, 'see its log', runbook);
  }
  if (self === 'token refused') {
    return told.wrong(
      `${name} does not take this OPERATOR_TOKEN`,
      'give all services and the console the same, and restart them',
    );
  }
  return told.ok(`${name} is ready at ${url}`);
}

/** Settings of different processes that have to be the same. */
const SHARED = {
  version: ['versions', 'roll out one version to all'],
  contracts: ['builds of the code they share', 'roll out one build to all'],
  database: ['databases', 'give all the same DATABASE_URL'],
  queues: ['queue backends', 'give all the same REDIS_URL, or none'],
  queuePrefix: ['queue prefixes', 'give all the same QUEUE_PREFIX'],
} as const satisfies Partial<Record<keyof ServiceSelf, readonly [string, string]>>;

const config = teller('configuration');

/** Whether processes belong together, and nothing stands open that production keeps closed. `hasLiveApps`: somebody's phones depend on it. */
export function judgeConfiguration(selves: readonly ServiceSelf[], hasLiveApps: boolean): Finding[] {
  if (selves.length === 0) {
    return [
      config.notChecked(
        'no service told of itself',
        'set OPERATOR_TOKEN, or run this where npm start keeps .signalbox/local.json',
      ),
    ];
  }
  const findings: Finding[] = [];
  for (const [name, [what, remedy]] of Object.entries(SHARED) as [keyof typeof SHARED, readonly [string, string]][]) {
    const values = new Set(selves.map((self) => self[name]));
    if (values.size < 2) continue;
    const seen = `different ${what}: ${selves.map((self) => `${self.service} ${self[name]}`).join(', ')}`;
    findings.push(name === 'contracts' ? config.warning(seen, remedy) : config.wrong(seen, remedy));
  }
  const sealing = new Set(selves.map((self) => self.masterKeys[0]));
  const known = selves.map((self) => new Set(self.masterKeys));
  if ([...sealing].some((key) => key !== undefined && known.some((keys) => !keys.has(key)))) {
    const seen = `some cannot open what others seal: ${selves.map(({ service, masterKeys }) => `${service} ${masterKeys.join('+')}`).join(', ')}`;
    findings.push(config.wrong(seen, 'give all the same MASTER_KEY (while rotating: both keys, the new one in front)'));
  }
  findings.push(...judgeOpens(selves, hasLiveApps));
  if (findings.length > 0) return findings;
  return [config.ok(`${selves.map(({ service }) => service).join(', ')} are of one version and one configuration`)];
}

/** Test apps may use what is on this machine; where there are live ones, it ought to be closed. */
function judgeOpens(selves: readonly ServiceSelf[], hasLiveApps: boolean): Finding[] {
  if (!hasLiveApps) return [];
  return selves
    .filter(({ opens }) => opens.length > 0)
    .map(({ service, opens }) =>
      config.warning(`there are live apps, and ${service} has ${opens.join(', ')}`, 'unset it: it is for development'),
    );
}

/** Modes of files that hold secrets: only their owner may read them. */
export function judgeSecretFiles(files: readonly { readonly path: string; readonly mode: number }[]): Finding[] {
  const open = files.filter(({ mode }) => (mode & 0o077) !== 0);
  if (open.length > 0) {
    return open.map(({ path }) => config.wrong(`${path} can be read by others`, `chmod 600 ${path}`));
  }
  return files.length === 0
    ? []
    : [config.ok(`only their owner reads ${files.map(({ path }) => path.split('/').at(-1)!).join(', ')}`)];
}
