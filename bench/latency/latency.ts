import { mkdtempSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { percentile, type Post, steady } from '../load/post-load.ts';
import type { Machine } from '../machine/machine.ts';
import { startSandbox } from '../machine/start-sandbox.ts';
import type { Bound } from '../measure/bound.ts';
import { spreadOf } from '../measure/spread.ts';
import { until } from '../measure/until.ts';
import { type PushUnderLoad, startPush } from '../push/push-under-load.ts';

const PER_SECOND = 200;
const SECONDS = 6;
const ROUNDS = 5;
const USERS = 1_000;

/** From the moment a request was due until its message was received: accepting, routing and sending, with everything recorded. */
export async function latency(machine: Machine): Promise<Bound[]> {
  const directory = mkdtempSync(join(tmpdir(), 'signalbox-bench-latency-'));
  const sandbox = await startSandbox(machine, directory);
  const push = await startPush(machine, {
    ...{ name: 'latency', redis: 1, roles: ['api', 'route,apns'] },
    apple: { secret: sandbox.key, phones: USERS },
  });
  await waitsOfRound(push, sandbox.log, 'warm');
  const rounds: number[][] = [];
  for (let round = 1; round <= ROUNDS; round += 1) rounds.push(await waitsOfRound(push, sandbox.log, `round ${round}`));
  const about = `POST to arrival at the sandbox, ${PER_SECOND} a second for ${SECONDS} s, open loop, ${ROUNDS} rounds, API and worker as processes of their own`;
  const at = (share: number) => spreadOf(rounds.map((waits) => percentile(waits, share)));
  return [
    { name: 'sent to received, p50', about, unit: 'ms', measured: at(0.5) },
    { name: 'sent to received, p99', about, unit: 'ms', measured: at(0.99), atMost: 50, aim: 20 },
  ];
}

/** Sorted, in milliseconds. */
async function waitsOfRound(push: PushUnderLoad, log: string, name: string): Promise<number[]> {
  const dueAt = new Map<string, number>();
  const makePost = (due: number): Post => {
    const words = `${name}, ${dueAt.size}`;
    dueAt.set(words, performance.timeOrigin + due);
    const body = { to: { userId: `user-${dueAt.size % USERS}` }, content: { body: words } };
    const headers = {
      authorization: `Bearer ${push.apiKey}`,
      'content-type': 'application/json',
      'idempotency-key': words.replaceAll(' ', ''),
    };
    return { path: '/v1/notifications', headers, body: Buffer.from(JSON.stringify(body)) };
  };
  await steady(push.origin, makePost, { perSecond: PER_SECOND, seconds: SECONDS });
  await until(async () => (await push.open()) === 0);
  const arrived = await arrivals(log);
  return [...dueAt].map(([words, due]) => arrived.get(words)! - due).sort((one, other) => one - other);
}

async function arrivals(log: string): Promise<Map<string, number>> {
  const lines = (await readFile(log, 'utf8')).split('\n').filter((line) => line.endsWith('}'));
  return new Map(
    lines.map((line) => {
      const { receivedAt, payload } = JSON.parse(line) as {
        receivedAt: string;
        payload: { aps: { alert: { body: string } } };
      };
      return [payload.aps.alert.body, Date.parse(receivedAt)];
    }),
  );
}
