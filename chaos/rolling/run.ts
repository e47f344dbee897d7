import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WAL_POSITION } from './books.queries.ts';
import { balance, type Books } from './books.ts';
import type { Restarts } from './deployment.ts';
import { flowsTo } from './flows.ts';
import type { RoleName } from './roles.ts';
import { type Failure, Sender } from './sender.ts';
import { openShop } from './shop.ts';
import { openStage, type Stage, type StageOptions } from './stage.ts';

export interface RollingOptions extends StageOptions {
  /** Rolling restarts of each role, both replicas one after the other. */
  readonly rounds: number;
  /** Roles that are rolled at once. */
  readonly atOnce: number;
  /** Milliseconds after which no other restart is begun, whether all of them were or not. */
  readonly lasting: number;
  /** Notifications accepted a second. */
  readonly perSecond: number;
  readonly tell: (line: string) => void;
  /** Hears of the running stage, so that whoever is interrupted can stop it. */
  readonly onStart?: (stage: Stage) => void;
}

export interface RollingResult {
  readonly seconds: number;
  readonly restarts: ReadonlyMap<RoleName, Restarts>;
  /** Requests that were answered 2xx, by what was asked. */
  readonly answered: ReadonlyMap<string, number>;
  readonly failures: readonly Failure[];
  readonly accepted: number;
  /** Bytes of write-ahead log from the first request until nothing was owed. */
  readonly walBytes: number;
  readonly books: Books;
}

/** Restarts each role again and again while clients that do not retry send at an even pace, and balances the books at the end. */
export async function runRolling(options: RollingOptions): Promise<RollingResult> {
  const stage = await openStage(options);
  options.onStart?.(stage);
  const webhook = await listenForWebhooks();
  try {
    const shop = await openShop(stage, webhook.url);
    const { flows, promised } = await flowsTo(stage, shop, options.roles, options.perSecond);
    const senders = flows.map((flow) => ({ flow, sender: new Sender(flow, stage.urlOf(flow.role)) }));
    const before = await walPosition(stage);
    for (const { sender } of senders) sender.start();
    const began = performance.now();
    await rollAll(stage, options);
    await Promise.all(senders.map(({ sender }) => sender.stop()));
    const seconds = (performance.now() - began) / 1_000;
    const heard = options.roles.includes('events') ? webhook.heard : undefined;
    const books = await balance(stage, promised, heard);
    return {
      seconds,
      restarts: new Map(stage.deployments.map(({ name, restarts }) => [name, restarts])),
      answered: new Map(senders.map(({ flow, sender }) => [flow.name, sender.answered])),
      failures: senders.flatMap(({ sender }) => sender.failures),
      accepted: promised.notifications.size,
      walBytes: (await walPosition(stage)) - before,
      books,
    };
  } finally {
    await stage.stop();
    webhook.close();
  }
}

async function walPosition({ database }: Stage): Promise<number> {
  return (await database.query<{ position: number }>(WAL_POSITION)).rows[0]!.position;
}

/** Whoever was rolled least is next, and nobody twice at once; so all have had the same when time is up. */
async function rollAll({ deployments }: Stage, { rounds, atOnce, lasting, tell }: RollingOptions): Promise<void> {
  const began = performance.now();
  const done = new Map(deployments.map((deployment) => [deployment, 0]));
  const idle = new Set(deployments);
  const roller = async (): Promise<void> => {
    while (performance.now() - began < lasting) {
      const [next] = [...idle].sort((one, another) => done.get(one)! - done.get(another)!);
      if (next === undefined || done.get(next)! >= rounds) return;
      idle.delete(next);
      await next.roll();
      done.set(next, done.get(next)! + 1);
      idle.add(next);
      tell(`${next.name}: ${done.get(next)} rolling restarts`);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, deployments.length) }, roller));
}

/** A web server that takes webhooks as an app's backend would. */
async function listenForWebhooks(): Promise<{ url: string; heard: Set<string>; close(): void }> {
  const heard = new Set<string>();
  const server = createServer((request, response) => {
    request.resume().once('end', () => {
      heard.add(String(request.headers['webhook-id']));
      response.writeHead(204).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`,
    heard,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** What ought not to have happened, a line for each; empty when all is well. */
export function whatBroke({ failures, books, restarts }: RollingResult): string[] {
  const bad = [...restarts].filter(([, { badEnds }]) => badEnds.length > 0);
  const inWords = failures.map(
    ({ flow, why, reused }) => `${flow}: ${why}${reused ? ' (over a connection that was kept)' : ''}`,
  );
  return [
    ...Array.from(
      Map.groupBy(inWords, (words) => words),
      ([words, { length }]) => `${length} times ${words}`,
    ),
    ...books.lost.map((id) => `lost: ${id}`),
    ...books.lostStripeEvents.map((id) => `lost: ${id}`),
    ...(books.unheard > 0 ? [`${books.unheard} notifications that nobody was promised`] : []),
    ...(books.untold > 0 ? [`${books.untold} events of which no webhook told`] : []),
    ...books.broken.map((row) => `invariant: ${JSON.stringify(row)}`),
    ...bad.map(([name, { badEnds }]) => `${name}: ended with ${JSON.stringify(badEnds)}`),
  ];
}
