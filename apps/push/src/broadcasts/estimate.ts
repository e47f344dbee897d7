import {
  type BroadcastEstimate,
  type BroadcastRequest,
  newUuid,
  type NotificationAccepted,
  type Uuid,
} from '@signalbox/contracts';
import type { CredentialReader } from '@signalbox/credentials';
import type { Database } from '@signalbox/database';
import { countWithin } from '../audiences/counting.js';
import { type AudienceDevice, sampleAudience, sizeOfAudience } from '../audiences/walk-audience.js';
import { acceptedData } from '../notify/accepted-data.js';
import type { Composer } from '../notify/composer.js';
import { timingOf } from '../notify/timing.js';
import { judge } from '../policy/judge.js';
import type { Verdict } from '../policy/verdict.js';
import { providerOf } from '../route/provider-of.js';
import type { BroadcastRow } from './broadcast-row.js';
import { LAST_OF_APP } from './broadcast.queries.js';
import { endOf } from './pacing.js';
import { isTelling, rateOf, shownRate } from './rate.js';
import { audienceOf, recipientsOf, sayingOf } from './start-broadcast.js';

const SAMPLE = 5_000;
/** The meters of so many users are locked at once, and for a moment. */
const AT_ONCE = 250;
const RULES_TOLD = 20;

type Said = { readonly kind: Verdict['verdict']; readonly reason?: string; readonly rule?: string };

export interface EstimateDependencies {
  readonly database: Database;
  readonly credentials: CredentialReader;
  readonly composer: Composer;
}

/**
 * What a broadcast would come to if it were started: phones exactly, what the policy says of them from a sample that is asked as
 * routing asks, and how long it takes. Nothing is written.
 *
 * @throws Problem 422 as starting it would, 503 when its phones cannot be counted in time.
 */
export async function estimateBroadcast(
  { database, credentials, composer }: EstimateDependencies,
  appId: Uuid,
  request: BroadcastRequest,
): Promise<BroadcastEstimate> {
  const composed = await composer.compose(appId, sayingOf(request));
  const audience = await audienceOf(database, appId, request.to);
  const { size, sample } = await countWithin(database, async (tx) => {
    const size = await sizeOfAudience(tx, appId, audience);
    return { size, sample: await sampleAudience(tx, appId, audience, size.devices, SAMPLE) };
  });
  const id = newUuid();
  const now = Date.now();
  const timing = timingOf(now, request.options);
  const at = Math.max(now, timing.dueAt ?? now);
  const payload = { root: id, ...acceptedData(recipientsOf(request.to), composed, timing) };
  const notification = { id, appId, payload };
  const said: Said[] = [];
  for (let from = 0; from < sample.length; from += AT_ONCE) {
    said.push(...(await ask(database, credentials, notification, sample.slice(from, from + AT_ONCE), at)));
  }
  const scaled = (of: (each: Said) => string | undefined): Record<string, number> => {
    const groups = Map.groupBy(
      said.filter((each) => of(each) !== undefined),
      (each) => of(each)!,
    );
    const counts = [...groups].map(
      ([name, all]) => [name, Math.round((all.length / said.length) * size.devices)] as const,
    );
    return Object.fromEntries(counts.toSorted(([, one], [, other]) => other - one).slice(0, RULES_TOLD));
  };
  const measured = await lastRate(database, appId);
  const endsAt = endOf(request.pacing, at, size.devices, measured);
  return {
    ...size,
    sample: { devices: said.length, exact: said.length >= size.devices },
    sent: scaled(({ kind }) => kind)['send'] ?? 0,
    refused: scaled(({ kind, reason }) => (kind === 'refuse' ? reason : undefined)),
    refusedBy: scaled(({ kind, rule }) => (kind === 'refuse' ? rule : undefined)),
    delayed: scaled(({ kind, reason }) => (kind === 'delay' ? reason : undefined)),
    seconds: endsAt === undefined ? null : Math.round((endsAt - at) / 1_000),
    ratePerSecond: shownRate(measured),
    endsAt: endsAt === undefined ? null : new Date(endsAt).toISOString(),
  };
}

/** Asks the policy as routing does, and takes back what that counted. */
async function ask(
  database: Database,
  credentials: CredentialReader,
  notification: { readonly id: Uuid; readonly appId: Uuid; readonly payload: NotificationAccepted },
  devices: readonly AudienceDevice[],
  at: number,
): Promise<Said[]> {
  let said: Said[] = [];
  await database
    .transaction(async (tx) => {
      const current = await credentials.forPush(tx, [notification.appId]);
      const candidates = devices.map((device) => ({ notification, device }));
      const reachable = candidates.filter(({ device }) => current[providerOf(device)].has(notification.appId));
      const judged = await judge(tx, reachable, at);
      said = candidates.map((candidate): Said => {
        const verdict = judged.get(candidate)?.verdict;
        if (verdict === undefined) return { kind: 'refuse', reason: 'no_credential' };
        if (verdict.verdict === 'send') return { kind: 'send' };
        return { kind: verdict.verdict, reason: verdict.reason, rule: verdict.rule };
      });
      throw new OnlyAsked();
    })
    .catch((error: unknown) => {
      if (!(error instanceof OnlyAsked)) throw error;
    });
  return said;
}

/** Rolls back what asking counted. */
class OnlyAsked extends Error {
  override readonly name = 'OnlyAsked';
}

/** What is as fast as its pace lets it be says nothing of how fast it could be. */
const CLEARLY_SLOWER = 0.8;

/** How fast the last broadcast was, if it went on for long enough and something else than its own pace held it up. */
async function lastRate(database: Database, appId: Uuid): Promise<number | undefined> {
  const [last] = (await database.query<BroadcastRow>(LAST_OF_APP, [appId])).rows;
  const measured = last?.counted.measured;
  if (last === undefined || measured === undefined || !isTelling(measured, last.pacing)) return undefined;
  const rate = rateOf(measured);
  return rate < CLEARLY_SLOWER * last.pacing.maxPerSecond ? rate : undefined;
}
