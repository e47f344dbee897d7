import { expect } from '@jest/globals';
import { QUEUES, timeOfUuid } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import { eventually } from '@signalbox/testing';
import { openRows, violations } from '../invariant.js';
import { goodToken, type Stack, startStack } from '../stack.js';
import type { PlainBooks } from './plain-bullmq.js';
import { SteadyLoad } from './steady-load.js';

export const PATIENCE = { within: 60_000, every: 50 } as const;

/** Milliseconds that the provider takes for each: work is under way at any moment. */
const LATENCY = 200;

/** Signalbox under a steady load, and what is seen of it while its Redis fails. */
export class Scene {
  /** Milliseconds from each failure until something that was accepted after it was delivered. */
  private readonly flow: number[] = [];
  /** Arrivals beyond the first. */
  private again = 0;

  private constructor(
    private readonly database: Database,
    private readonly stack: Stack,
    private readonly load: SteadyLoad,
  ) {}

  static async begin(database: Database, databaseUrl: string, redisUrl: string): Promise<Scene> {
    const stack = await startStack({ databaseUrl, redisUrl });
    await stack.registerDevice(stack.app, { installation: 'phone', user: 'ann', token: goodToken() });
    await stack.call('PUT', `${stack.urls.control}/v1/apns/behaviour`, { body: { latencyMs: LATENCY } });
    return new Scene(database, stack, new SteadyLoad(stack, 'ann'));
  }

  /** The beginning of the keys of the queue where every notification waits first, in a cluster. */
  get firstQueueInCluster(): string {
    return `${this.stack.env['QUEUE_PREFIX']!.slice(0, -1)}:${QUEUES.routeTransactional}}`;
  }

  /** So many more are accepted. */
  async accepts(more: number): Promise<void> {
    const before = this.load.accepted;
    await eventually(() => this.load.accepted >= before + more, PATIENCE);
  }

  /** Something is delivered that is accepted from now on: a delivery's id begins with its notification's time. */
  async flowIsBack(): Promise<void> {
    const [from, since] = [performance.now(), Date.now()];
    await eventually(
      () => this.stack.received().some((push) => timeOfUuid(push.headers['apns-id']!) > since),
      PATIENCE,
    );
    this.flow.push(performance.now() - from);
  }

  /** Nothing is owed any more, and the phone got everything that was accepted. */
  async settles(): Promise<void> {
    await this.load.stop();
    await this.stack.call('DELETE', `${this.stack.urls.control}/v1/apns/behaviour`);
    await eventually(async () => expect(await openRows(this.database)).toEqual([]), PATIENCE);
    expect(await violations(this.database)).toEqual([]);
    const received = this.stack.received().map((push) => push.headers['apns-id']);
    expect([this.load.refused, new Set(received).size]).toEqual([[], this.load.accepted]);
    this.again = received.length - this.load.accepted;
  }

  say(what: string, plain: PlainBooks): void {
    const seconds = this.flow.map((ms) => (ms / 1_000).toFixed(1)).join(', ');
    process.stdout.write(
      `${what}: ${this.load.accepted} accepted, 0 lost, ${this.again} sent again under their first id, flow back after ${seconds} s; ` +
        `plain BullMQ beside it: ${plain.acknowledged} acknowledged, ${plain.lost} lost, ${plain.again} done again\n`,
    );
  }

  async end(): Promise<void> {
    await this.load.stop();
    await this.stack.stop();
  }
}
