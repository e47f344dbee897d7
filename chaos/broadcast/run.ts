import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as lasting } from 'node:timers/promises';
import { firstUuidAt, parseId, type BroadcastView } from '@signalbox/contracts';
import { type Database, openDatabase } from '@signalbox/database';
import { Traffic, type Message, type Recipient } from '../isolation/traffic.ts';
import { post } from '../load/door.ts';
import { MemoryWatch, type MemoryTrend } from '../oracle/memory.ts';
import { percentile } from '../oracle/percentile.ts';
import { tokenOf } from '../product/product.ts';
import { createApp, registerAndroid, registerIphone } from '../product/set-up.ts';
import type { Backend } from '../schedule/fault.ts';
import { Journal } from '../system/journal.ts';
import type { Guard } from '../system/service.ts';
import { startSystem, type System } from '../system/system.ts';
import { ANALYSE, APP_NAMED, END_LEASES, MAKE_PHONES, OUTCOMES, PHONES_WITH_OUTCOME } from './phones.queries.ts';
import { readReceived } from './received.ts';

export interface BroadcastRunOptions {
  readonly devices: number;
  /** How often everybody who works is killed on the way. */
  readonly kills: number;
  /** Does not wait until the leases of the dead run out: what follows is the same, and comes sooner. */
  readonly hurried: boolean;
  /** Transactional notifications a second to others, before it and meanwhile; 0: none. */
  readonly others: number;
  /** Phones a second that the broadcast may reach. */
  readonly rate: number;
  /** Milliseconds for which the others are measured before it begins. */
  readonly idle: number;
  /** Milliseconds after which it counts as stuck. */
  readonly patience: number;
  readonly backend: Backend;
  readonly folder: string;
  readonly tell: (line: string) => void;
  readonly guard: Guard;
  readonly onStart?: (system: System) => void;
}

export interface Waits {
  readonly messages: number;
  readonly p50: number;
  readonly p99: number;
}

export interface BroadcastResult {
  readonly devices: number;
  readonly view: BroadcastView;
  readonly seconds: number;
  readonly states: readonly { readonly state: string; readonly deliveries: number; readonly phones: number }[];
  readonly phonesWithOutcome: number;
  readonly received: number;
  readonly repeated: number;
  readonly violations: readonly unknown[];
  readonly memory: readonly MemoryTrend[];
  /** From the call to the provider, in milliseconds: before it, and meanwhile but for half a minute after each kill. */
  readonly others: { readonly idle: Waits; readonly during: Waits } | undefined;
}

const BODY = 'to everybody';
const AT_A_TIME = 50_000;
const RECIPIENTS = 20;
const KILL_IS_FELT_MS = 30_000;
const INVARIANT = readFileSync(join(import.meta.dirname, '../../prisma/invariants/accepted-work.sql'), 'utf8');

interface Span {
  readonly from: number;
  readonly to: number;
}

/** One broadcast to everybody, while others get theirs, and while everybody who works on it is killed now and then. */
export async function runBroadcast(options: BroadcastRunOptions): Promise<BroadcastResult> {
  const { folder, backend, guard, tell } = options;
  await mkdir(folder, { recursive: true });
  const journal = new Journal(tell);
  const common = { folder, backend, seed: 1, ownDisk: false, journal, guard };
  const system = await startSystem({
    ...common,
    product: 'signalbox',
    providers: 'apns,fcm',
    direct: true,
    lanesApart: true,
  });
  options.onStart?.(system);
  const url = system.postgres.url();
  const database = openDatabase({ url, name: 'broadcast', maxConnections: 1, onIdleError: () => undefined });
  try {
    return await play(system, database, journal, options);
  } finally {
    await database.close();
    await system.stop();
  }
}

async function play(
  system: System,
  database: Database,
  journal: Journal,
  options: BroadcastRunOptions,
): Promise<BroadcastResult> {
  const { devices, kills, others, idle, patience } = options;
  const key = await createApp(system, 'everybody', ['apns', 'fcm']);
  await makePhones(database, devices, journal);
  const recipients = others === 0 ? [] : await makeRecipients(system);
  const memory = new MemoryWatch();
  memory.start(Object.values(system.services), 1_000);
  journal.begin();
  const traffic = others === 0 ? undefined : new Traffic(system.urls.api, recipients, others);
  // Connections, keys and plans are made once and are not what is measured.
  if (traffic) await lasting(5_000);
  const before = await pass(traffic ? idle : 0);

  const door = openDoor(system, key);
  const began = Date.now();
  const { id } = await door<{ id: string }>('POST', '/v1/broadcasts', {
    to: { everyone: true },
    content: { body: BODY },
    options: { category: 'news' },
    pacing: { maxPerSecond: options.rate, rampSeconds: 0, avoidQuarterHours: false },
  });
  const struck: Span[] = [];
  let view = await door<BroadcastView>('GET', `/v1/broadcasts/${id}`);
  for (let killed = 0; view.state !== 'completed';) {
    assert.ok(Date.now() - began < patience, `stuck: ${JSON.stringify(view)}`);
    await lasting(250);
    view = await door<BroadcastView>('GET', `/v1/broadcasts/${id}`);
    if (killed < kills && view.devices.reached > (devices * (killed + 1)) / (kills + 1)) {
      killed += 1;
      struck.push({ from: Date.now(), to: Date.now() + KILL_IS_FELT_MS });
      journal.add('kill', { reached: view.devices.reached, rate: view.ratePerSecond });
      await Promise.all([system.services['worker-1'].kill(), system.services['worker-2'].kill()]);
      if (options.hurried) await database.query(END_LEASES);
      await pauseFor(door, id, 1_000);
    }
  }
  const ended = Date.now();
  journal.add('completed', { outcomes: view.outcomes, refused: view.refused });
  await traffic?.stop();
  return {
    devices,
    view,
    seconds: (ended - began) / 1_000,
    ...(await account(system, database, id)),
    memory: memory.stop(),
    others: traffic && (await waitsOf(system, traffic.messages, before, { from: began, to: ended }, struck)),
  };
}

/** Somebody looks into it while nobody works. */
async function pauseFor(door: Call, id: string, ms: number): Promise<void> {
  const paused = await door<BroadcastView>('POST', `/v1/broadcasts/${id}/pause`).catch(() => undefined);
  if (paused === undefined) return;
  await lasting(ms);
  await door('POST', `/v1/broadcasts/${id}/resume`);
}

async function makePhones(database: Database, devices: number, journal: Journal): Promise<void> {
  const [app] = (await database.query<{ id: string }>(APP_NAMED, ['everybody'])).rows;
  const since = Date.now() - devices;
  for (let from = 1; from <= devices; from += AT_A_TIME) {
    await database.query(MAKE_PHONES, [app!.id, from, Math.min(devices, from + AT_A_TIME - 1), since]);
  }
  await database.query(ANALYSE);
  journal.add('registered', { devices });
}

async function makeRecipients(system: System): Promise<Recipient[]> {
  const secretKey = await createApp(system, 'others', ['apns', 'fcm']);
  const recipients: Recipient[] = [];
  for (let user = 0; user < RECIPIENTS; user += 1) {
    const userId = `other-${user}`;
    if (user % 2 === 0) await registerIphone(system, secretKey, userId, tokenOf(user));
    else await registerAndroid(system, secretKey, userId);
    recipients.push({ userId, secretKey, group: 'others' });
  }
  return recipients;
}

async function account(system: System, database: Database, id: string) {
  const notification = parseId('broadcast', id)!;
  const { rows: states } = await database.query<BroadcastResult['states'][number]>(OUTCOMES, [notification]);
  const { rows } = await database.query<{ n: number }>(PHONES_WITH_OUTCOME, [notification]);
  const { rows: violations } = await database.query(INVARIANT, [firstUuidAt(0)]);
  const { phones: received, repeated } = await readReceived(system.oracleLog, BODY);
  return { states, phonesWithOutcome: rows[0]!.n, violations, received, repeated };
}

async function waitsOf(
  system: System,
  messages: readonly Message[],
  before: Span,
  during: Span,
  struck: readonly Span[],
): Promise<{ idle: Waits; during: Waits }> {
  const { at } = await readReceived(system.oracleLog, BODY);
  const waits = (span: Span): Waits => {
    const sorted = messages
      .filter(({ priority, sentAt }) => priority === 'transactional' && isIn(span, sentAt))
      .filter(({ sentAt }) => !struck.some((each) => isIn(each, sentAt)))
      .map(({ key, sentAt }) => (at.get(key) ?? Infinity) - sentAt)
      .toSorted((one, other) => one - other);
    return { messages: sorted.length, p50: percentile(sorted, 0.5), p99: percentile(sorted, 0.99) };
  };
  return { idle: waits(before), during: waits(during) };
}

function isIn({ from, to }: Span, moment: number): boolean {
  return from <= moment && moment < to;
}

async function pass(ms: number): Promise<Span> {
  const from = Date.now();
  await lasting(ms);
  return { from, to: Date.now() };
}

type Call = <Body>(method: 'GET' | 'POST', path: string, body?: object) => Promise<Body>;

/** @throws when a call is refused or not answered. */
function openDoor(system: System, key: string): Call {
  return async <Body>(method: 'GET' | 'POST', path: string, body: object = {}) => {
    const url = `${system.urls.api}${path}`;
    const headers = { authorization: `Bearer ${key}` };
    if (method === 'GET') return (await (await fetch(url, { headers })).json()) as Body;
    const answer = await post(url, body, headers);
    assert.ok('status' in answer && answer.status < 300, `${method} ${path}: ${JSON.stringify(answer)}`);
    return answer.body as Body;
  };
}
