import { Readable } from 'node:stream';
import { Controller, Delete, Get, HttpCode, Patch, Post } from '@nestjs/common';
import {
  acceptedAnswer,
  batchAnswer,
  type BatchAnswer,
  type BatchLineAnswer,
  batchRequest,
  type BatchRequest,
  deliveriesAnswer,
  type DeliveriesAnswer,
  dryRunAnswer,
  explanation,
  type Explanation,
  formatId,
  notificationEdit,
  type NotificationEdit,
  type NotificationReceipts,
  notificationReceipts,
  notificationRequest,
  type NotificationRequest,
  notificationView,
  type NotificationView,
  parseId,
  receiptsQuery,
  type Uuid,
} from '@signalbox/contracts';
import {
  allow,
  type BodyLine,
  BodyLines,
  cached,
  Caller,
  CallerApp,
  Endpoint,
  IdempotencyKey,
  type Principal,
  problems,
  ReplyHead,
  ValidBody,
  ValidParams,
} from '@signalbox/http';
import { z } from 'zod';
import { totalOf } from '../receipts/receipt-counts.js';
import { answerOf } from './accept-answer.js';
import { IDEMPOTENCY_HEADER } from './idempotency.js';
import { ingest } from './ingest.js';
import { checkLine, refuseIfNothingWasStored } from './batch.js';
import { explain } from './explain.js';
import type { NotificationHistory } from './notification-history.js';
import { viewDeliveries, viewNotification } from './notification-view.js';
import { Notifications, type RequestKey } from './notifications.js';

const byId = z.strictObject({ id: z.string() });
type ById = z.output<typeof byId>;

const NOT_FOUND = { description: 'No such notification in this app' };
const READ = allow.scope('notifications:read');
const WRITE = allow.scope('notifications:write');

/** The door of the push service: send, look up, explain, cancel. */
@Controller('/v1/notifications')
export class NotificationsController {
  constructor(private readonly notifications: Notifications) {}

  @Post()
  @Endpoint({
    allow: WRITE,
    summary: 'Send a notification. 202 means that it is stored: from then on it ends in a recorded outcome.',
    limit: 'send',
    body: notificationRequest,
    headers: IDEMPOTENCY_HEADER,
    responses: {
      200: { description: 'With options.dryRun: what would be sent to whom. Nothing is stored', schema: dryRunAnswer },
      202: { description: 'Stored', schema: acceptedAnswer },
      422: { description: 'Invalid, or the key stands for another request' },
    },
  })
  async send(
    @CallerApp() appId: Uuid,
    @ValidBody() request: NotificationRequest,
    @IdempotencyKey() key: string | undefined,
    @ReplyHead() reply: ReplyHead,
  ) {
    if (request.options.dryRun === true) return this.notifications.dryRun(appId, request);
    const status = request.options.sendAt === undefined ? 'accepted' : 'scheduled';
    const answer = answerOf(await this.notifications.send(appId, request, keyOfOne(key)), status);
    if (answer.replayed) reply.header('Idempotency-Replayed', 'true');
    reply.code(202);
    return answer.body;
  }

  @Post('/batch')
  @Endpoint({
    allow: WRITE,
    summary: 'Send up to 500 notifications, or any number line by line. Each line is accepted or refused for itself.',
    limit: 'send',
    body: batchRequest,
    bodyLimit: 2.5 * 1024 * 1024,
    lines:
      'One notification a line, answered by one line each, in order, while it is read. The last line of the answer has done, accepted, refused',
    headers: IDEMPOTENCY_HEADER,
    responses: { 202: { description: 'What became of each line, in order', schema: batchAnswer } },
  })
  async sendBatch(
    @CallerApp() appId: Uuid,
    @ValidBody() batch: BatchRequest,
    @IdempotencyKey() key: string | undefined,
    @BodyLines() inLines: AsyncIterable<BodyLine> | undefined,
    @ReplyHead() reply: ReplyHead,
  ): Promise<BatchAnswer | Readable> {
    if (inLines !== undefined) {
      reply.header('content-type', 'application/x-ndjson');
      return Readable.from(ingest(inLines, (line, index) => this.sendLine(appId, line, index, key)));
    }
    const lines = batch.notifications.map((line, index) => this.sendLine(appId, line, index, key));
    const results = await Promise.all(lines);
    refuseIfNothingWasStored(results);
    return { results };
  }

  @Get('/:id')
  @Endpoint({
    allow: READ,
    summary: 'A notification and how far it is',
    params: byId,
    cache: cached.revalidated,
    responses: { 200: { description: 'The notification', schema: notificationView }, 404: NOT_FOUND },
  })
  async get(@CallerApp() appId: Uuid, @ValidParams() { id }: ById): Promise<NotificationView> {
    return viewNotification(await this.history(appId, id));
  }

  @Get('/:id/deliveries')
  @Endpoint({
    allow: READ,
    summary: 'What became of it on each device, with the answer of the provider',
    params: byId,
    cache: cached.revalidated,
    responses: {
      200: { description: 'One per device', schema: deliveriesAnswer },
      404: NOT_FOUND,
    },
  })
  async deliveries(@CallerApp() appId: Uuid, @ValidParams() { id }: ById): Promise<DeliveriesAnswer> {
    return { deliveries: viewDeliveries(await this.history(appId, id)) };
  }

  @Get('/:id/receipts')
  @Endpoint({
    allow: READ,
    summary: 'How many phones have it, opened it, dismissed it, by day',
    params: byId,
    query: receiptsQuery,
    cache: cached.revalidated,
    responses: {
      200: { description: 'In all, and for each day with any', schema: notificationReceipts },
      404: NOT_FOUND,
    },
  })
  async receipts(@CallerApp() appId: Uuid, @ValidParams() { id }: ById): Promise<NotificationReceipts> {
    const days = await this.notifications.receipts(appId, parseNotificationId(id));
    if (days === undefined) throw unknownNotification(id);
    return { id, total: totalOf(days), days };
  }

  @Get('/:id/explain')
  @Endpoint({
    allow: allow.operatorOrScope('notifications:read'),
    summary: 'What was asked, decided, tried and answered, and what happens next',
    params: byId,
    cache: cached.revalidated,
    responses: { 200: { description: 'The whole story', schema: explanation }, 404: NOT_FOUND },
  })
  async explain(@Caller() caller: Principal, @ValidParams() { id }: ById): Promise<Explanation> {
    const appId = caller.kind === 'operator' ? await this.notifications.appOf(parseNotificationId(id)) : caller.appId;
    if (appId === undefined) throw unknownNotification(id);
    const history = await this.history(appId, id);
    return explain(history, await this.notifications.unreachedDevices(appId, history));
  }

  @Patch('/:id')
  @Endpoint({
    allow: WRITE,
    summary: 'Change a notification before it is routed',
    params: byId,
    body: notificationEdit,
    responses: {
      200: { description: 'Changed', schema: notificationView },
      404: NOT_FOUND,
      409: { description: 'Too late: it is already on its way to devices, or its recipient was erased' },
    },
  })
  async edit(
    @CallerApp() appId: Uuid,
    @ValidParams() { id }: ById,
    @ValidBody() edit: NotificationEdit,
  ): Promise<NotificationView> {
    const edited = await this.notifications.edit(appId, parseNotificationId(id), edit);
    if (edited === undefined) throw unknownNotification(id);
    if (edited.edit === 'erased')
      throw problems.conflict('content_erased', `what ${id} said was erased; send a new notification`);
    const view = viewNotification(await this.history(appId, id));
    if (edited.edit === 'edited') return view;
    throw problems.conflict(
      'already_routed',
      `${id} is already ${view.status}; only what is not yet routed can be changed`,
    );
  }

  @Delete('/:id')
  @HttpCode(200)
  @Endpoint({
    allow: WRITE,
    summary: 'Take a notification back before it is routed',
    params: byId,
    responses: {
      200: { description: 'Cancelled; nothing will be sent', schema: notificationView },
      404: NOT_FOUND,
      409: { description: 'Too late: it is already on its way to devices' },
    },
  })
  async cancel(@CallerApp() appId: Uuid, @ValidParams() { id }: ById): Promise<NotificationView> {
    const cancellation = await this.notifications.cancel(appId, parseNotificationId(id));
    if (cancellation === undefined) throw unknownNotification(id);
    const view = viewNotification(await this.history(appId, id));
    if (cancellation === 'too-late' && view.status !== 'cancelled') {
      throw problems.conflict(
        'already_routed',
        `${id} is already ${view.status}; only what is not yet routed can be cancelled`,
      );
    }
    return view;
  }

  private async sendLine(
    appId: Uuid,
    line: unknown,
    index: number,
    batchKey: string | undefined,
  ): Promise<BatchLineAnswer> {
    const checked = checkLine(line);
    if ('problem' in checked) return { index, status: 'refused', problem: checked.problem };
    const key = keyOfOne(checked.idempotencyKey) ?? keyOfLine(batchKey, index);
    return checked.answer(index, () => this.notifications.send(appId, checked.request, key));
  }

  private async history(appId: Uuid, id: string): Promise<NotificationHistory> {
    const history = await this.notifications.history(appId, parseNotificationId(id));
    if (history === undefined) throw unknownNotification(id);
    return history;
  }
}

function keyOfOne(key: string | undefined): RequestKey | undefined {
  return key === undefined ? undefined : { route: 'POST /v1/notifications', key };
}

function keyOfLine(batchKey: string | undefined, index: number): RequestKey | undefined {
  return batchKey === undefined ? undefined : { route: 'POST /v1/notifications/batch', key: `${batchKey}/${index}` };
}

function parseNotificationId(id: string): Uuid {
  const uuid = parseId('notification', id);
  if (uuid === undefined) throw unknownNotification(id);
  return uuid;
}

function unknownNotification(id: string) {
  return problems.notFound(
    `this app has no notification ${id}; ids look like ${formatId('notification', '00000000-0000-7000-8000-000000000000')}`,
  );
}
