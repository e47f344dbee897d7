import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { setTimeout as lasting } from 'node:timers/promises';
import { openDatabase } from '@signalbox/database';
import { eventually } from '@signalbox/process-control';
import { answeredAt, readArrivals } from '../oracle/arrivals.ts';
import { openItems } from '../oracle/read-system.ts';
import type { Backend } from '../schedule/fault.ts';
import { Journal } from '../system/journal.ts';
import type { Guard } from '../system/service.ts';
import { startSystem, type System } from '../system/system.ts';
import { compare, windowOf, type Comparison, type Round } from './compare.ts';
import { OTHERS, STRUCK, type Experiment } from './experiment.ts';
import { comeBack, type Return } from './come-back.ts';
import { Traffic, type Message, type Recipient } from './traffic.ts';

export interface IsolationOptions {
  readonly experiment: Experiment;
  readonly backend: Backend;
  readonly rounds: number;
  /** Milliseconds of a window. */
  readonly window: number;
  /** Milliseconds of the one long fault after the rounds, whose end is looked at; 0: none. */
  readonly longFault: number;
  readonly folder: string;
  readonly tell: (line: string) => void;
  readonly guard: Guard;
  readonly onStart: (system: System) => void;
}

export interface IsolationResult {
  readonly experiment: string;
  readonly backend: Backend;
  /** Messages a second that the system keeps up with. */
  readonly capacity: number;
  readonly perSecond: number;
  readonly rounds: { readonly accept: readonly Round[]; readonly deliver: readonly Round[] };
  readonly accept: Comparison;
  readonly deliver: Comparison;
  /** The windows of the long fault, one after the other. */
  readonly longFault: { readonly accept: readonly number[]; readonly deliver: readonly number[] };
  readonly comeBack: Return | undefined;
  readonly neverAccepted: number;
}

/** The load: well below half of what the system can do, so that the fault is what is measured. */
const SHARE_OF_CAPACITY = 0.4;
const FIRST_RATE = 40;
const CAPACITY_STEP_MS = 5_000;
/** Whoever keeps up has less under way than comes in this time. */
const MOST_BEHIND_SECONDS = 0.5;
const SETTLE_MS = 5_000;
const RECOVERY_PATIENCE_MS = 240_000;

/** A stretch of time in which windows are counted by what was sent in them. */
interface Span {
  readonly from: number;
  readonly to: number;
}

/** Plays calm, calm, fault, over and over under an even load, and then one long fault. */
export async function runIsolation(options: IsolationOptions): Promise<IsolationResult> {
  const { folder, backend, guard, tell } = options;
  await mkdir(folder, { recursive: true });
  const journal = new Journal(tell);
  const common = { folder, backend, seed: 1, ownDisk: false, journal, guard };
  const system = await startSystem({ ...common, product: 'signalbox', providers: 'apns,fcm', direct: true });
  options.onStart(system);
  const database = openDatabase({
    url: system.postgres.url(),
    name: 'isolation',
    maxConnections: 1,
    onIdleError: () => undefined,
  });
  try {
    return await play(system, options, journal, () => openItems(database));
  } finally {
    await database.close();
    await system.stop();
  }
}

async function play(
  system: System,
  options: IsolationOptions,
  journal: Journal,
  owed: () => Promise<number>,
): Promise<IsolationResult> {
  const { experiment, rounds: count, window, longFault } = options;
  const recipients = await experiment.prepare(system);
  await experiment.soothe(system);
  await warmUp(system.urls.api, recipients, owed);
  const capacity = await measureCapacity(system.urls.api, recipients, owed, journal);
  const perSecond = Math.floor(capacity * SHARE_OF_CAPACITY);
  journal.begin();
  journal.add('even load', { capacity: Math.round(capacity), perSecond });
  const traffic = new Traffic(system.urls.api, recipients, perSecond);
  const calmAgain = async (): Promise<void> => {
    // What is under way at any moment of an even load is less than a second's worth.
    await until(async () => (await owed()) < perSecond);
    await lasting(SETTLE_MS);
  };
  const spans: { calm: [Span, Span]; struck: Span }[] = [];
  for (let round = 1; round <= count; round += 1) {
    await calmAgain();
    const calm: [Span, Span] = [await pass(window), await pass(window)];
    await experiment.strike(system);
    journal.add(experiment.name, { round });
    spans.push({ calm, struck: await pass(window) });
    await experiment.soothe(system);
    journal.add(`${experiment.name} is over`, { round, owed: await owed() });
  }
  const long: Span[] = [];
  let returned: number | undefined;
  if (longFault > 0) {
    await calmAgain();
    await experiment.strike(system);
    journal.add(experiment.name, { ms: longFault });
    for (let past = 0; past < longFault; past += window) long.push(await pass(window));
    await experiment.soothe(system);
    returned = now();
    journal.add(`${experiment.name} is over`, { owed: await owed() });
    await calmAgain();
    journal.add('nothing is late any more');
  }
  await traffic.stop();
  await until(async () => (await owed()) === 0);

  const answered = answeredAt(await readArrivals(system.oracleLog));
  const others = traffic.messages.filter(({ group }) => group === OTHERS);
  const accepting = (message: Message): number | undefined => message.acceptedIn;
  const delivering = ({ key, sentAt }: Message): number | undefined => {
    const at = answered.get(key);
    return at === undefined ? undefined : Math.max(0, at - sentAt);
  };
  const roundsOf = (wait: typeof accepting, messages: readonly Message[]): Round[] =>
    spans.map(({ calm: [one, other], struck }) => {
      const at = (span: Span) => windowOf(waitsIn(span, messages, wait));
      return { calm: [at(one), at(other)], struck: at(struck) };
    });
  const rounds = { accept: roundsOf(accepting, traffic.messages), deliver: roundsOf(delivering, others) };
  return {
    experiment: experiment.name,
    backend: options.backend,
    capacity,
    perSecond,
    rounds,
    accept: compare(rounds.accept),
    deliver: compare(rounds.deliver),
    longFault: {
      accept: long.map((span) => windowOf(waitsIn(span, traffic.messages, accepting)).p99),
      deliver: long.map((span) => windowOf(waitsIn(span, others, delivering)).p99),
    },
    comeBack:
      returned === undefined
        ? undefined
        : comeBack(
            traffic.messages.filter(({ group }) => group === STRUCK),
            answered,
            long[0]!.from,
            returned,
          ),
    neverAccepted: traffic.messages.filter(({ acceptedIn }) => acceptedIn === undefined).length,
  };
}

/** Everybody gets one message: connections, keys and plans are made once, and are not what is measured. */
async function warmUp(api: string, recipients: readonly Recipient[], owed: () => Promise<number>): Promise<void> {
  const traffic = new Traffic(api, recipients, FIRST_RATE);
  await lasting((recipients.length / FIRST_RATE) * 1_000);
  await traffic.stop();
  await until(async () => (await owed()) === 0);
}

/** The highest even rate, in steps of a quarter, that it keeps up with: what is owed does not grow. @throws Error when it is less than the first. */
async function measureCapacity(
  api: string,
  recipients: readonly Recipient[],
  owed: () => Promise<number>,
  journal: Journal,
): Promise<number> {
  for (let perSecond = FIRST_RATE, kept = 0; ; perSecond *= 1.25) {
    const traffic = new Traffic(api, recipients, perSecond);
    await lasting(CAPACITY_STEP_MS);
    const behind = await owed();
    await traffic.stop();
    await until(async () => (await owed()) === 0);
    const keepsUp = behind < perSecond * MOST_BEHIND_SECONDS;
    journal.add('capacity', { perSecond: Math.round(perSecond), behind, keepsUp });
    if (keepsUp) kept = perSecond;
    else if (kept > 0) return kept;
    else throw new Error(`the machine does not keep up with ${perSecond} a second`);
  }
}

async function pass(ms: number): Promise<Span> {
  const from = now();
  await lasting(ms);
  return { from, to: now() };
}

function now(): number {
  return Date.now();
}

/** @throws Error when it does not calm down. */
async function until(isTrue: () => Promise<boolean>): Promise<void> {
  const check = async (): Promise<void> => assert(await isTrue(), 'it did not calm down');
  await eventually(check, { within: RECOVERY_PATIENCE_MS, every: 100 });
}

/** Whoever was sent in the span and never got there counts as the longest wait that could be seen. */
function waitsIn(
  { from, to }: Span,
  messages: readonly Message[],
  wait: (message: Message) => number | undefined,
): number[] {
  return messages
    .filter(({ sentAt }) => sentAt >= from && sentAt < to)
    .map((message) => wait(message) ?? RECOVERY_PATIENCE_MS);
}
