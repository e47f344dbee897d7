import type { Lane, Uuid } from '@signalbox/contracts';
import { SealBroken, type ContentCipher, type Provider, type StoredCredential } from '@signalbox/credentials';
import type { Database, Sql } from '@signalbox/database';
import type { Flags } from '@signalbox/flags';
import type { Lease, LeasedWork, Publisher, WorkEnd, WorkHandler, WorkProgress } from '@signalbox/queues';
import { AllHeard, atCrashPoint } from '@signalbox/resilience';
import { heldByOwnFlag } from '../flags/own-flags.js';
import { endProbe, type Passage, passageFor, placeHold, type ProbeEnd } from '../holds/holds.js';
import type { AttemptOutcome, PushProvider } from '../providers/push-provider.js';
import type { TemplateReader } from '../templates/template-reader.js';
import { type JustRead, type ReadForSending, stillTrue } from '../work/just-read.js';
import { pushWork, type SendItem } from '../work/push-work.js';
import { providerQueueOf } from '../work/queue-of-lane.js';
import { askAgain } from './ask-again.js';
import { attempt, type AttemptDependencies, type Wait } from './attempt.js';
import type { Courtesy } from './courtesy.js';
import { CredentialSlots } from './credential-slots.js';
import { loadBatch } from './load-batch.js';
import type { CurrentCredential } from './opened-credentials.js';
import type { OutcomeRecorder } from './outcome-recorder.js';
import { RetryBudget } from './retry-budget.js';
import { waitApart, type Waiting } from './wait-apart.js';

export interface DeliverDependencies<Secret> extends Omit<AttemptDependencies, 'provider' | 'budget'> {
  readonly database: Database;
  readonly cipher: ContentCipher;
  readonly templates: TemplateReader;
  /** The credential that an app has with this provider now: `known`, if the caller has just read which one that is. */
  readonly credentialOf: (
    sql: Sql,
    appId: Uuid,
    known?: CurrentCredential,
  ) => Promise<StoredCredential<Secret> | undefined>;
  readonly provider: PushProvider<Secret>;
  readonly recorder: OutcomeRecorder;
  readonly publisher: Publisher;
  readonly courtesy: Courtesy;
  readonly justRead: JustRead;
  readonly flags: Flags;
}

/**
 * Rows at once, and of one credential. What somebody waits for mostly comes one by one, a row each, and each takes as long as the provider
 * and the commit of its outcome do: with four of a credential at once, 200 a second queued up on a slow machine.
 */
const CONCURRENCY: Record<Lane, number> = { transactional: 32, bulk: 16 };
const SLOTS_PER_CREDENTIAL: Record<Lane, number> = { transactional: 8, bulk: 4 };
const ITEMS_AT_ONCE = 250;
const BULKHEAD_PATIENCE_MS = 250;
/** Work is looked at again after this long, or twice. Calls that hang do so for seconds: looking sooner only takes from others. */
const STUCK_DELAY_MS = 3_000;
const RETRY_FLOORS = { perCredential: 100, perProvider: 500 };

/** Where routing has just seen that nothing holds the credential. */
const FREE: Passage = { passage: 'free' };

/** Sends the work of one provider and lane. A work row has one credential, so it has one session. */
export function deliverHandler<Secret>(lane: Lane, dependencies: DeliverDependencies<Secret>): WorkHandler<SendItem> {
  const slots = new CredentialSlots(SLOTS_PER_CREDENTIAL[lane], CONCURRENCY[lane] - SLOTS_PER_CREDENTIAL[lane]);
  const parts = { ...dependencies, budget: new RetryBudget(RETRY_FLOORS) };
  return {
    queue: providerQueueOf(dependencies.provider.name, lane),
    concurrency: CONCURRENCY[lane],
    async handle(work, lease) {
      const credentialId = work.credentialId!;
      if (lane === 'transactional') dependencies.courtesy.othersAreAbout();
      const read = stillTrue(dependencies.justRead.take(work.token));
      const { database, flags, provider } = dependencies;
      const passage =
        heldByOwnFlag(flags, provider.name, work.appId!) ??
        (read === undefined ? await passageFor(database, credentialId, lane) : FREE);
      if (passage.passage === 'wait') {
        dependencies.pace.held(credentialId);
        return { end: 'release', delay: passage.ms + Math.random() * 1_000, reason: passage.reason, held: true };
      }
      const probing = passage.passage === 'probe' ? passage.lane : undefined;
      const answer = await slots.take(credentialId, BULKHEAD_PATIENCE_MS);
      if (answer.slot !== 'taken') {
        if (probing !== undefined) await endProbe(database, credentialId, probing, 'undecided');
        const delay = answer.slot === 'busy' ? answer.ms : STUCK_DELAY_MS;
        return { end: 'release', delay: delay * (1 + Math.random()), reason: 'bulkhead' };
      }
      try {
        return await deliver(work, lease, read, probing, parts);
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

/** With `probing`, the lane of the hold to be probed: one message goes out, and all others wait for what comes of it. */
async function deliver<Secret>(
  work: LeasedWork<SendItem>,
  lease: Lease,
  justRead: ReadForSending | undefined,
  probing: string | undefined,
  dependencies: DeliverDependencies<Secret> & AttemptDependencies,
): Promise<WorkEnd> {
  const { database, cipher, templates, credentialOf, provider, recorder, publisher, courtesy } = dependencies;
  if (work.lane === 'bulk' && probing === undefined) {
    // Before anything is read: what is known of phones, and of a cancellation, must not be as old as the wait.
    await Promise.all(work.items.map(() => courtesy.turn(work.credentialId!)));
  }
  const { open, loaded, credential } = await atCrashPoint('send.load', async () => {
    const read = stillTrue(justRead);
    const [open, credential] = await Promise.all([
      loadBatch(database, cipher, templates, work, read),
      credentialOf(database, work.appId!, read?.credential),
    ]);
    return { open, loaded: await askAgain(database, publisher, work, open), credential };
  });
  if (loaded === 'lost' || loaded.length === 0) {
    if (probing !== undefined) await endProbe(database, work.credentialId!, probing, 'undecided');
    if (loaded === 'lost') return { end: 'lost' };
    if (open.length === 0) await pushWork.remove(database, work);
    return { end: 'settled', summary: { alreadySettled: work.items.length - open.length, askedAgain: open.length } };
  }
  const progress: WorkProgress<SendItem> = { work, remaining: loaded.length };
  const session = credential && provider.sessionFor(credential);
  const tally = new Map<string, number>();
  const recorded = new AllHeard();
  const waiting: Waiting[] = [];
  const holds: Extract<Wait, { step: 'hold' }>[] = [];
  let probed: AttemptOutcome | undefined;
  let next = 0;

  const sendUntilNoneIsLeft = async (): Promise<void> => {
    for (let each = loaded[next++]; each !== undefined; each = loaded[next++]) {
      const { item } = each;
      const why = holds[0] ?? (probed && AFTER_PROBE);
      if (why !== undefined) {
        if (why === AFTER_PROBE) waiting.push({ item, wait: why });
        continue;
      }
      const { end, outcome } = await attempt(
        each,
        work,
        session,
        { lease, probing: probing !== undefined },
        dependencies,
      );
      if (probing !== undefined) probed = outcome;
      if (end.step === 'hold') holds.push(end);
      else if (end.step !== 'settled') waiting.push({ item, wait: end });
      else {
        tally.set(end.state, (tally.get(end.state) ?? 0) + 1);
        recorder.recordOf(recorded, { ...end, progress, item, provider: provider.name });
      }
    }
  };
  const atOnce = Math.min(probing === undefined ? ITEMS_AT_ONCE : 1, loaded.length);
  const allTried = Promise.all(Array.from({ length: atOnce }, sendUntilNoneIsLeft)).then(() => recorded.close());
  await Promise.all([allTried, recorded.done]);

  const [hold] = holds;
  if (hold) {
    const { scope, forMs: ms, reason } = hold;
    dependencies.pace.held(work.credentialId!, scope === 'project');
    await placeHold(database, work.credentialId!, { scope, ms, reason });
    return { end: 'release', delay: ms + Math.random() * 1_000, reason, held: true };
  }
  if (probing !== undefined) await endProbe(database, work.credentialId!, probing, probeEnd(probed));
  if (waiting.length > 0) return waitApart(database, publisher, work, waiting);
  return { end: 'settled', summary: Object.fromEntries(tally) };
}

/** The rest of a work row whose first message was the probe. */
const AFTER_PROBE = { step: 'postpone', forMs: 0, reason: 'probed' } as const;

/** Whatever the provider says about a message or a device, it says to a credential that it takes. That it cannot just now decides nothing. */
export function probeEnd(outcome: AttemptOutcome | undefined): ProbeEnd {
  if (outcome === undefined || outcome.kind === 'ambiguous' || outcome.kind === 'expired') return 'undecided';
  return outcome.kind === 'retry' && (outcome.uncounted || outcome.trouble) ? 'undecided' : 'accepted';
}

/** The one item that is left of a row which killed its workers again and again becomes a dead letter. */
async function condemn(work: LeasedWork<SendItem>, recorder: OutcomeRecorder, provider: Provider): Promise<WorkEnd> {
  const progress: WorkProgress<SendItem> = { work, remaining: work.items.length };
  await Promise.all(
    work.items.map((item) => recorder.record({ progress, item, provider, state: 'dead', reason: 'crashes_worker' })),
  );
  return { end: 'settled', summary: { dead: work.items.length } };
}
