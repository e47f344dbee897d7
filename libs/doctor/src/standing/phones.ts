import { formatId, type Uuid } from '@signalbox/contracts';
import { databaseCheck } from '../database-check.js';
import { type Finding, teller } from '../finding.js';
import { APPS_AND_PHONES } from './phones.queries.js';
import { remedyOf } from './remedy-of.js';

interface Devices {
  readonly kind: string;
  readonly environment: string;
  readonly status: 'active' | 'suspect' | 'deleted';
  readonly reason: string | null;
  readonly count: number;
}

/** What stands between an app and its phones. */
export interface AppPhones {
  readonly app: Uuid;
  readonly name: string;
  /** Those that it has a credential for. */
  readonly providers: readonly string[];
  readonly devices: readonly Devices[];
  /** The newest attempt; all null: there was none in the days that were looked at. */
  readonly notification: Uuid | null;
  readonly provider: string | null;
  readonly state: string | null;
  readonly reason: string | null;
  readonly at: Date | null;
}

const NEWEST_DELIVERIES = 20_000;
const DEVICES_OF_AN_APP = 5_000;
const MOST_APPS = 20;
const ARRIVED: ReadonlySet<string> = new Set(['sent', 'delivered', 'opened']);
/** Neither has ended yet. */
const UNDER_WAY: ReadonlySet<string> = new Set(['sending', 'retrying']);
const WRONG_ENVIRONMENT = 'BadDeviceToken';

const told = teller('phones');

export const phonesCheck = databaseCheck({
  name: 'phones',
  read: async (sql, { since }) =>
    (await sql.query<AppPhones>(APPS_AND_PHONES, [since, NEWEST_DELIVERIES, DEVICES_OF_AN_APP, MOST_APPS])).rows,
  judge: (apps) => judgePhones(apps),
});

/** The steps behind a credential: a phone that is registered, with the right kind of token, and what its provider said last. */
export function judgePhones(apps: readonly AppPhones[]): Finding[] {
  if (apps.length === 0) return [told.ok('no app has a credential to send with, nor a device')];
  return apps.flatMap((app) => [...judgeDevices(app), ...judgeTokens(app), ...judgeAttempt(app)]);
}

function judgeDevices({ app, name, providers, devices }: AppPhones): Finding[] {
  const called = `${name} (${formatId('app', app)})`;
  const active = devices.filter(({ status }) => status === 'active');
  const orphans = [...new Set(active.map(({ kind }) => kind))].filter((kind) => !providers.includes(kind));
  const findings = orphans.map((kind) =>
    told.warning(
      `${called}: ${counted(countOf(active, kind))} of ${kind}, and no credential for it`,
      `put it: signalbox credential put ${kind} (docs/first-push.md)`,
    ),
  );
  if (active.length > 0) {
    const kinds = [...new Set(active.map(({ kind }) => kind))].map((kind) => `${countOf(active, kind)} of ${kind}`);
    return [...findings, told.ok(`${called}: active devices: ${kinds.join(', ')}`)];
  }
  const seen = devices.length === 0 ? 'no device has been registered' : 'none of its devices is active';
  return [...findings, told.warning(`${called}: ${seen}`, 'have the app register its token (docs/first-push.md)')];
}

/** Apple says the same of a token of the other environment as of one that never was. */
function judgeTokens({ app, name, devices }: AppPhones): Finding[] {
  const doubted = devices.filter(({ status, reason }) => status === 'suspect' && reason === WRONG_ENVIRONMENT);
  return doubted.map(({ environment, count }) =>
    told.warning(
      `${name} (${formatId('app', app)}): Apple knows no ${environment} token of ${counted(count)} (BadDeviceToken)`,
      `a build of Xcode has tokens of sandbox, TestFlight and the App Store have production's: register with "environment": "${environment === 'sandbox' ? 'production' : 'sandbox'}" if it is one of those`,
      'apns-refuses.md',
    ),
  );
}

function judgeAttempt({ app, name, notification, provider, state, reason, at }: AppPhones): Finding[] {
  if (notification === null || provider === null || state === null || at === null) return [];
  const id = formatId('notification', notification);
  const seen = `${name} (${formatId('app', app)}): the last attempt, by ${provider} at ${at.toISOString()}, is ${state}`;
  if (ARRIVED.has(state)) return [told.ok(seen)];
  const why = reason === null ? seen : `${seen}: ${reason}`;
  if (UNDER_WAY.has(state)) return [told.ok(`${why} (${id})`)];
  return [told.warning(`${why} (${id})`, remedyOf(provider, reason ?? state, id))];
}

const counted = (count: number): string => `${count} ${count === 1 ? 'device' : 'devices'}`;

function countOf(devices: readonly Devices[], kind: string): number {
  return devices.filter((each) => each.kind === kind).reduce((sum, { count }) => sum + count, 0);
}
