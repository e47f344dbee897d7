import { randomUUID } from 'node:crypto';
import type {
  AcceptedAnswer,
  BatchAnswer,
  BatchLine,
  BatchLineAnswer,
  DeliveriesAnswer,
  DeliveryView,
  DryRunAnswer,
  Explanation,
  NotificationEdit,
  NotificationReceipts,
  NotificationRequestInput,
  NotificationView,
  UsageAnswer,
} from '@signalbox/contracts';
import type { Connection } from './connection.js';
import { BatchIncomplete, SignalboxError } from './errors.js';
import { CALL, waitBeforeRetry } from './retry-policy.js';
import { sendLines } from './send-lines.js';
import { splitBatch } from './split-batch.js';
import { pause } from './waiting.js';

export interface CallOptions {
  /** Ends the call, waits included; it then rejects with the signal's reason. `AbortSignal.timeout(5_000)` bounds it. */
  readonly signal?: AbortSignal;
}

export interface SendOptions extends CallOptions {
  /**
   * Names what is sent (1 to 255 visible ASCII characters): the same key and request within 72 hours send once. Give one
   * that you keep, such as the id of the order, and even a restart of your own process cannot send twice.
   */
  readonly idempotencyKey?: string;
}

/** A notification that is stored: from here on it ends in a recorded outcome. */
export interface Sent extends AcceptedAnswer {
  readonly idempotencyKey: string;
  /** The service had stored it before, under this key. */
  readonly replayed: boolean;
}

/** Sends notifications and says what became of them. Every method throws SignalboxErrors. */
export class Notifications {
  constructor(private readonly push: Connection) {}

  /** Resolves when the notification is stored. A key is made unless given, and stays the same over all attempts. */
  async send(request: NotificationRequestInput, options: SendOptions = {}): Promise<Sent> {
    const idempotencyKey = options.idempotencyKey ?? randomUUID();
    const { body, headers } = await this.push.call<AcceptedAnswer>({
      method: 'POST',
      path: ['notifications'],
      body: request,
      idempotencyKey,
      signal: options.signal,
    });
    return { ...body, idempotencyKey, replayed: headers.get('idempotency-replayed') === 'true' };
  }

  /** What `send` would send to whom at this moment, payloads and verdicts of the policy included. Nothing is stored or counted. */
  async dryRun(request: NotificationRequestInput, { signal }: CallOptions = {}): Promise<DryRunAnswer> {
    const body = { ...request, options: { ...request.options, dryRun: true } };
    return (await this.push.call<DryRunAnswer>({ method: 'POST', path: ['notifications'], body, signal })).body;
  }

  /** How many the app sent today and this month, and how many it may. */
  async usage({ signal }: CallOptions = {}): Promise<UsageAnswer['notifications']> {
    return (await this.push.call<UsageAnswer>({ method: 'GET', path: ['usage'], signal })).body.notifications;
  }

  /**
   * Sends any number of notifications, in requests of up to 500. Each line is accepted or refused for itself; the results
   * are in the order of the lines. A line without a key of its own gets `<idempotencyKey>/<index>`.
   *
   * @throws BatchIncomplete when lines got no answer.
   */
  async sendBatch(lines: readonly BatchLine[], options: SendOptions = {}): Promise<BatchLineAnswer[]> {
    const key = options.idempotencyKey ?? randomUUID();
    const keyed = lines.map((line, index) => ({ ...line, idempotencyKey: line.idempotencyKey ?? `${key}/${index}` }));
    const results: BatchLineAnswer[] = [];
    for (const part of splitBatch(keyed)) {
      try {
        const answers = await this.sendPart(part, options.signal);
        results.push(...answers.map((answer, index) => ({ ...answer, index: results.length + index })));
      } catch (error) {
        if (!(error instanceof SignalboxError)) throw error;
        throw new BatchIncomplete(results, lines.length, key, error);
      }
    }
    return results;
  }

  /**
   * Sends notifications as they come, however many, and yields what became of each, in order, while more are sent. Nothing more is
   * asked of `lines` while the service has not answered about a thousand, or nobody asks for the answers. A line without a key of its
   * own gets `<idempotencyKey>/<index>`.
   *
   * @throws LinesIncomplete when lines get no answer; whatever `lines` throws, after the answers to those before.
   */
  sendLines(
    lines: AsyncIterable<BatchLine> | Iterable<BatchLine>,
    { idempotencyKey = randomUUID(), signal }: SendOptions = {},
  ): AsyncGenerator<BatchLineAnswer, void, undefined> {
    return sendLines(this.push, lines, idempotencyKey, signal);
  }

  async get(id: string, { signal }: CallOptions = {}): Promise<NotificationView> {
    return (await this.push.call<NotificationView>({ method: 'GET', path: ['notifications', id], signal })).body;
  }

  /** What became of it on each device, with the answer of the provider. */
  async deliveries(id: string, { signal }: CallOptions = {}): Promise<DeliveryView[]> {
    const path = ['notifications', id, 'deliveries'];
    return (await this.push.call<DeliveriesAnswer>({ method: 'GET', path, signal })).body.deliveries;
  }

  /** How many phones have it, opened it and dismissed it, in all and by the day of UTC. */
  async receipts(id: string, { signal }: CallOptions = {}): Promise<NotificationReceipts> {
    const path = ['notifications', id, 'receipts'];
    return (await this.push.call<NotificationReceipts>({ method: 'GET', path, query: { by: 'day' }, signal })).body;
  }

  /** Why it is as it is: what was asked, decided, tried and answered, and what happens next. */
  async explain(id: string, { signal }: CallOptions = {}): Promise<Explanation> {
    const path = ['notifications', id, 'explain'];
    return (await this.push.call<Explanation>({ method: 'GET', path, signal })).body;
  }

  /**
   * Takes a notification back before it is routed.
   *
   * @throws RequestRefused 409 `already_routed` when it is too late.
   */
  async cancel(id: string, { signal }: CallOptions = {}): Promise<NotificationView> {
    return (await this.push.call<NotificationView>({ method: 'DELETE', path: ['notifications', id], signal })).body;
  }

  /**
   * Changes what waits to be routed; the content and options that are not told stay.
   *
   * @throws RequestRefused 409 `already_routed` when it is too late.
   */
  async edit(id: string, change: NotificationEdit, { signal }: CallOptions = {}): Promise<NotificationView> {
    const path = ['notifications', id];
    return (await this.push.call<NotificationView>({ method: 'PATCH', path, body: change, signal })).body;
  }

  /** A line that met a busy moment of the service is sent again, alone with its like, within the limits of a call. */
  private async sendPart(lines: readonly BatchLine[], signal: AbortSignal | undefined): Promise<BatchLineAnswer[]> {
    const answers = await this.postLines(lines, signal);
    for (let attempt = 1; ; attempt += 1) {
      const busy = answers.flatMap((answer, index) => (isBusy(answer) ? [index] : []));
      const waitMs = waitBeforeRetry(attempt, undefined, CALL);
      if (busy.length === 0 || waitMs === undefined) return answers;
      await pause(waitMs, signal);
      const left = busy.map((index) => lines[index]!);
      const again = await this.postLines(left, signal).catch((error: unknown) => {
        if (error instanceof SignalboxError) return undefined;
        throw error;
      });
      // The others of the part are settled: better to say so than to fail with them.
      if (again === undefined) return answers;
      busy.forEach((index, place) => (answers[index] = again[place]!));
    }
  }

  private async postLines(lines: readonly BatchLine[], signal: AbortSignal | undefined): Promise<BatchLineAnswer[]> {
    const path = ['notifications', 'batch'];
    const { body } = await this.push.call<BatchAnswer>({
      method: 'POST',
      path,
      body: { notifications: lines },
      signal,
    });
    return body.results;
  }
}

/** The line's own 503: nothing is wrong with it. */
function isBusy(answer: BatchLineAnswer): boolean {
  return answer.status === 'refused' && answer.problem.code === 'unavailable';
}
