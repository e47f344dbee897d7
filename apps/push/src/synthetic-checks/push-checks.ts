import { newUuid, type Uuid } from '@signalbox/contracts';
import type { AnyCredential, CredentialReader, Provider } from '@signalbox/credentials';
import type { Database } from '@signalbox/database';
import type { Flags } from '@signalbox/flags';
import { type CheckEnd, type DueCheck, SyntheticChecks, type Tried, worstOf } from '@signalbox/synthetic-checks';
import type { Logger, Metrics } from '@signalbox/telemetry';
import type { Config } from '../config.js';
import type { CredentialChecks } from '../credential-checks/credential-checks.js';
import type { CredentialBreakers } from '../deliver/credential-breakers.js';
import { probeEnd } from '../deliver/deliver.handler.js';
import { heldByOwnFlag } from '../flags/own-flags.js';
import { endProbe, passageFor, placeHold, type ProbeEnd } from '../holds/holds.js';
import type { ApnsProvider } from '../providers/apns/apns-provider.js';
import type { FcmProvider } from '../providers/fcm/fcm-provider.js';
import { type AttemptOutcome, type ProviderSession, PROVIDERS, type PushMessage } from '../providers/push-provider.js';
import type { WebPushProvider } from '../providers/webpush/webpush-provider.js';
import { judgeCanary } from './judge-canary.js';
import { TEST_DEVICE, type TestDeviceRow } from './test-device.queries.js';

export interface PushChecksParts {
  readonly database: Database;
  readonly credentials: CredentialReader;
  readonly flags: Flags;
  readonly apns: ApnsProvider;
  readonly fcm: FcmProvider;
  readonly webpush: WebPushProvider;
  readonly breakers: Readonly<Record<Provider, CredentialBreakers>>;
  readonly credentialChecks: CredentialChecks;
  readonly config: Pick<Config, 'PUSH_ROLES' | 'SYNTHETIC_CHECK_SECONDS'>;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** A phone that is off for longer has nothing of an old check. Milliseconds. */
const LIFE_MS = 60_000;
/** An open breaker is met: it lets somebody through in about this time. Milliseconds. */
const BREAKER_OPEN_MS = 10_000;

/** Checks of the credentials that this process sends with; undefined where they are off. */
export function pushChecks(parts: PushChecksParts): SyntheticChecks | undefined {
  const { database, logger, metrics, config } = parts;
  const providers = PROVIDERS.filter((provider) => config.PUSH_ROLES.has(provider));
  const everySeconds = config.SYNTHETIC_CHECK_SECONDS;
  if (everySeconds === undefined || providers.length === 0) return undefined;
  const check = (due: DueCheck): Promise<CheckEnd> => checkOne(due, parts);
  return new SyntheticChecks({ database, logger, metrics, providers, everySeconds, check });
}

/** What one try came to: as people are told of it, and as the breaker and a hold's probe are. */
interface Told {
  readonly tried: Tried;
  /** Undefined when no provider was asked. */
  readonly outcome?: AttemptOutcome;
}

/**
 * Goes the way of a message: it waits for a hold, it is the probe of one that has come to its end, its answer counts for the breaker.
 * And it is none: it has no notification, no delivery and no event, and what is said of the test device changes nothing about it.
 */
async function checkOne(due: DueCheck, parts: PushChecksParts): Promise<CheckEnd> {
  const { database, credentials, flags } = parts;
  const { credentialId, appId, deviceId } = due;
  const credential = await credentials.open(database, credentialId);
  if (credential === undefined) return { kind: 'postponed', ms: LIFE_MS, reason: 'no_credential' };
  const own = heldByOwnFlag(flags, credential.provider, appId);
  const passage = own ?? (await passageFor(database, credentialId, 'transactional'));
  if (passage.passage === 'wait') return { kind: 'postponed', ms: passage.ms, reason: passage.reason };
  let end: ProbeEnd = 'undecided';
  let isHeldAgain = false;
  try {
    const device = deviceId === null ? undefined : await readDevice(database, deviceId, appId);
    const told = device === undefined ? await dryRun(credential, parts) : await canary(credential, device, parts);
    if (told === undefined) return { kind: 'postponed', ms: BREAKER_OPEN_MS, reason: 'breaker_open' };
    const { outcome } = told;
    isHeldAgain = await holdAsAsked(database, credentialId, outcome);
    end = probeEnd(outcome);
    const lost = deviceId !== null && device === undefined;
    return { kind: 'tried', tried: lost && told.tried.verdict === 'works' ? withoutDevice(told.tried) : told.tried };
  } finally {
    if (passage.passage === 'probe' && !isHeldAgain) await endProbe(database, credentialId, passage.lane, end);
  }
}

async function holdAsAsked(
  database: Database,
  credential: Uuid,
  outcome: AttemptOutcome | undefined,
): Promise<boolean> {
  if (outcome?.kind !== 'hold-credential' && outcome?.kind !== 'hold-project') return false;
  const scope = outcome.kind === 'hold-project' ? 'project' : 'credential';
  await placeHold(database, credential, { scope, ms: outcome.untilMs, reason: outcome.reason });
  return true;
}

/** A message that shows nothing, to the device that an operator named. Undefined: the breaker is open, and nothing was sent. */
async function canary(
  credential: AnyCredential,
  device: PushMessage['device'],
  parts: PushChecksParts,
): Promise<Told | undefined> {
  const message: PushMessage = {
    deliveryId: newUuid(),
    attempt: 1,
    device,
    content: { data: { sbx_check: 'synthetic' } },
    options: {
      priority: 'transactional',
      silent: true,
      collapseKey: 'signalbox-check',
      expiresAt: new Date(Date.now() + LIFE_MS),
    },
  };
  const session = sessionOf(credential, parts);
  const breaker = parts.breakers[credential.provider];
  const outcome = await breaker.call(credential.id, device, () => session.send(message));
  return outcome && { outcome, tried: judgeCanary(device.id, outcome) };
}

/**
 * Nothing is sent, and nothing is held by what is said: a bundle id may be a guess. That nobody answers is the provider's trouble, as it
 * is of a message. Of a browser's keys nobody is asked.
 */
async function dryRun(credential: AnyCredential, parts: PushChecksParts): Promise<Told | undefined> {
  const { breakers, credentialChecks } = parts;
  const trying = async (): Promise<Tried> => worstOf(await credentialChecks.dryRun(credential)) ?? NOTHING_TRIED;
  if (credential.provider === 'webpush') return { tried: await trying() };
  let tried: Tried | undefined;
  const outcome = await breakers[credential.provider].call(credential.id, NO_DEVICE, async () => {
    tried = await trying();
    return dryOutcome(tried);
  });
  return outcome && tried && { tried, outcome };
}

const NO_DEVICE = { target: '' };
const NOTHING_TRIED: Tried = { of: 'nothing', verdict: 'limited', said: 'there is nothing to try' };

function dryOutcome({ verdict, said }: Tried): AttemptOutcome {
  if (verdict === 'works' || verdict === 'limited') return { kind: 'sent', raw: {} };
  if (verdict === 'unreachable') return { kind: 'ambiguous', reason: said, afterMs: 0, raw: {} };
  // It answers, which is health to a breaker; a probe has learned nothing by it that would let messages out.
  return { kind: 'retry', reason: said, afterMs: 0, uncounted: true, raw: {} };
}

function withoutDevice(tried: Tried): Tried {
  const remedy = 'the test device was deleted: name another, or none';
  return { ...tried, verdict: 'limited', remedy };
}

async function readDevice(database: Database, device: Uuid, appId: Uuid): Promise<PushMessage['device'] | undefined> {
  const [row] = (await database.query<TestDeviceRow>(TEST_DEVICE, [device, appId])).rows;
  if (row === undefined) return undefined;
  const { bundleId, targetKeys, ...rest } = row;
  return { ...rest, ...(bundleId !== null && { bundleId }), ...(targetKeys !== null && { targetKeys }) };
}

function sessionOf(credential: AnyCredential, { apns, fcm, webpush }: PushChecksParts): ProviderSession {
  switch (credential.provider) {
    case 'apns':
      return apns.sessionFor(credential);
    case 'fcm':
      return fcm.sessionFor(credential);
    case 'webpush':
      return webpush.sessionFor(credential);
  }
}
