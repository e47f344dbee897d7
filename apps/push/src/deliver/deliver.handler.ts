import type { Lane, Uuid } from '@signalbox/contracts';
import { SealBroken, type ContentCipher, type Provider, type StoredCredential } from '@signalbox/credentials';
import type { Database, Sql } from '@signalbox/database';
import type { Lease, LeasedWork, WorkEnd, WorkHandler } from '@signalbox/queues';
import { atCrashPoint, Semaphore } from '@signalbox/resilience';
import type { AttemptOutcome, ProviderSession, PushMessage, PushProvider } from '../providers/push-provider.js';
import { pushWork, type SendItem } from '../work/push-work.js';
import { providerQueueOf } from '../work/queue-of-lane.js';
import type { AttemptLog } from './attempt-log.js';
import { CredentialSlots } from './credential-slots.js';
import { dueBucket } from './due-bucket.js';
import { heldFor, placeHold } from './holds.js';
import { loadBatch, type LoadedItem } from './load-batch.js';
import { nextStep, type NextStep } from './next-step.js';
import type { OutcomeRecorder } from './outcome-recorder.js';
import { storableText, type Settlement, type WorkProgress } from './settlement.js';

export interface DeliverDependencies<Secret> {
  readonly database: Database;
  readonly cipher: ContentCipher;
  /** The credential that an app has with this provider now. */
  readonly credentialOf: (sql: Sql, appId: Uuid) => Promise<StoredCredential<Secret> | undefined>;
  readonly provider: PushProvider<Secret>;
  readonly recorder: OutcomeRecorder;
  readonly attempts: AttemptLog;
}

const CONCURRENCY = 16;
const SLOTS_PER_CREDENTIAL = 4;
const ITEMS_AT_ONCE = 250;
const BULKHEAD_PATIENCE_MS = 250;

/** Sends the work of one provider and lane. A work row has one credential, so it has one session. */
export function deliverHandler<Secret>(lane: Lane, dependencies: DeliverDependencies<Secret>): WorkHandler<SendItem> {
  const slots = new CredentialSlots(SLOTS_PER_CREDENTIAL, CONCURRENCY - SLOTS_PER_CREDENTIAL);
  return {
    queue: providerQueueOf(dependencies.provider.name, lane),
    concurrency: CONCURRENCY,
    async handle(work, lease) {
      const credentialId = work.credentialId!;
      const held = await heldFor(dependencies.database, credentialId, lane);
      if (held) return { end: 'release', delay: held.ms + Math.random() * 1_000, reason: held.reason };
      if (!(await slots.take(credentialId, BULKHEAD_PATIENCE_MS)))
        return { end: 'release', delay: 500 + Math.random() * 500, reason: 'bulkhead' };
      try {
        return await deliver(work, lease, dependencies);
      } catch (error) {
        // This process has another master key than the one that sealed: a fault of its configuration, not of the work.
        if (error instanceof SealBroken) return { end: 'release', delay: 30_000, reason: error.message };
        throw error;
      } finally {
        slots.giveBack(credentialId);
      }
    },
    handlePoison: (work) => condemn(work, dependencies.recorder, dependencies.provider.name),
  };
}

async function deliver<Secret>(
  work: LeasedWork<SendItem>,
  lease: Lease,
  dependencies: DeliverDependencies<Secret>,
): Promise<WorkEnd> {
  const { database, cipher, credentialOf, provider, recorder } = dependencies;
  const [loaded, credential] = await atCrashPoint('send.load', () =>
    Promise.all([loadBatch(database, cipher, work), credentialOf(database, work.appId!)]),
  );
  if (loaded.length === 0) {
    await pushWork.remove(database, work);
    return { end: 'settled', summary: { alreadySettled: work.items.length } };
  }
  const progress: WorkProgress = { work, remaining: loaded.length };
  const session = credential && provider.sessionFor(credential);
  const tally = new Map<string, number>();
  const atOnce = new Semaphore(ITEMS_AT_ONCE);
  const waits: Wait[] = [];

  await Promise.all(
    loaded.map(async (each) => {
      const attempted = await atOnce.use(() => {
        const held = waits.find((wait) => wait.step === 'hold');
        return held ? Promise.resolve(held) : attempt(each, session, lease, dependencies);
      });
      if (attempted.step !== 'settled') {
        waits.push(attempted);
        return;
      }
      tally.set(attempted.state, (tally.get(attempted.state) ?? 0) + 1);
      await recorder.record({ ...attempted, progress, item: each.item, provider: provider.name });
    }),
  );

  const hold = waits.find((wait) => wait.step === 'hold');
  if (hold && credential) await placeHold(database, credential.appId, credential.id, hold.forMs, hold.reason);
  const wait = hold ?? waits.find((each) => each.step === 'postpone');
  if (wait) return { end: 'release', delay: wait.forMs + Math.random() * 1_000, reason: wait.reason };
  return waits.length > 0 ? { end: 'lost' } : { end: 'settled', summary: Object.fromEntries(tally) };
}

type Attempted = { readonly step: 'settled' } & Omit<Settlement, 'progress' | 'item' | 'provider'>;

/** Why an item stays in its work row: not now, or not by this worker because its lease is about to end. */
type Wait = Extract<NextStep, { step: 'hold' | 'postpone' }> | { readonly step: 'lease-ending' };

/** One device, one attempt. */
async function attempt(
  { item, message }: LoadedItem,
  session: ProviderSession | undefined,
  lease: Lease,
  { attempts, provider }: { readonly attempts: AttemptLog; readonly provider: { readonly name: Provider } },
): Promise<Attempted | Wait> {
  if ('refused' in message) return { step: 'settled', state: 'refused', reason: message.refused };
  if (session === undefined) return { step: 'settled', state: 'refused', reason: 'no_credential' };
  if (!lease.mayBegin()) return { step: 'lease-ending' };
  const startedAt = performance.now();
  const outcome = await atCrashPoint('send.call', () => session.send(message));
  attempts.tell(provider.name, item, message, outcome, performance.now() - startedAt);
  return settle(item, message, outcome);
}

function settle(item: SendItem, message: PushMessage, outcome: AttemptOutcome): Attempted | Wait {
  const now = new Date();
  const { priority: lane, expiresAt } = message.options;
  const said = 'reason' in outcome ? { ...outcome, reason: storableText(outcome.reason) } : outcome;
  const step = nextStep(said, { attempt: item.a, lane, expiresAt, now });
  const answer = { raw: outcome.raw, target: message.device.target };
  switch (step.step) {
    case 'hold':
    case 'postpone':
      return step;
    case 'retry':
      return { step: 'settled', state: 'retrying', reason: step.reason, dueAt: dueBucket(step.dueAt, now), ...answer };
    case 'settle':
      return {
        step: 'settled',
        state: step.state,
        ...(step.reason === undefined ? {} : { reason: step.reason }),
        ...answer,
      };
  }
}

/** The one item that is left of a row which killed its workers again and again becomes a dead letter. */
async function condemn(work: LeasedWork<SendItem>, recorder: OutcomeRecorder, provider: Provider): Promise<WorkEnd> {
  const progress: WorkProgress = { work, remaining: work.items.length };
  await Promise.all(
    work.items.map((item) => recorder.record({ progress, item, provider, state: 'dead', reason: 'crashes_worker' })),
  );
  return { end: 'settled', summary: { dead: work.items.length } };
}
