import { Controller, Get, Module, Post, Put } from '@nestjs/common';
import type { Scope, Uuid } from '@signalbox/contracts';
import { createLogger, createMetrics } from '@signalbox/telemetry';
import { z } from 'zod';
import {
  Caller,
  CallerApp,
  Endpoint,
  IdempotencyKey,
  type Principal,
  Problem,
  ReplyHead,
  type RunningService,
  type ServiceOptions,
  ValidBody,
  ValidParams,
  ValidQuery,
  allow,
  problems,
  startService,
} from '../src/index.js';

export const APP_ID: Uuid = '01890000-0000-7000-8000-000000000001';

const parcel = z.strictObject({
  to: z.union([z.strictObject({ userId: z.string().min(1) }), z.strictObject({ userIds: z.array(z.string()).min(1) })]),
  content: z.strictObject({
    title: z.string().max(50).optional(),
    data: z.record(z.string().max(100), z.string()).optional(),
  }),
  priority: z.enum(['transactional', 'bulk']).default('transactional'),
  ttlSeconds: z.int().min(0).max(2_419_200).optional(),
  extra: z.unknown().optional(),
});

/** Everything a handler of the tiny service was given, so that tests can say that nothing reached one. */
export const handled: unknown[] = [];

@Controller('/v1/parcels')
class ParcelsController {
  @Put('/:parcelId')
  @Endpoint({
    allow: allow.scope('notifications:write'),
    summary: 'Take a parcel',
    params: z.strictObject({ parcelId: z.string().regex(/^[\w-]{1,20}$/, 'must be 1 to 20 letters, digits, - or _') }),
    query: z.strictObject({ dryRun: z.stringbool().optional() }),
    body: parcel,
    notAvailable: { '/to/topic': 'Topics' },
    headers: { 'Idempotency-Key': { description: 'Makes a retry safe' } },
    responses: { 202: { description: 'Taken', schema: z.object({ id: z.string() }) } },
  })
  take(
    @CallerApp() appId: Uuid,
    @ValidParams() { parcelId }: { parcelId: string },
    @ValidQuery() query: { dryRun?: boolean },
    @ValidBody() body: z.output<typeof parcel>,
    @IdempotencyKey() key: string | undefined,
    @ReplyHead() reply: ReplyHead,
  ): object {
    handled.push(body);
    reply.header('Idempotency-Replayed', 'true');
    if (query.dryRun === true) reply.code(200);
    return { id: parcelId, appId, key: key ?? null, priority: body.priority };
  }

  @Get()
  @Endpoint({
    allow: allow.operatorOrScope('notifications:read'),
    summary: 'List parcels',
    query: z.strictObject({ limit: z.coerce.number().int().min(1).max(100).default(20), after: z.string().optional() }),
    responses: { 200: { description: 'A page' } },
  })
  list(@Caller() caller: Principal, @ValidQuery() query: { limit: number }): object {
    return { caller: caller.kind, limit: query.limit };
  }

  @Post('/purge')
  @Endpoint({ allow: allow.operator(), summary: 'Forget all', responses: { 204: { description: 'Forgotten' } } })
  purge(): void {
    handled.length = 0;
  }

  @Post('/claim')
  @Endpoint({
    allow: allow.anyScope('devices:write', 'devices:register-own'),
    summary: 'Claim one',
    responses: { 200: { description: 'Claimed' } },
  })
  claim(): object {
    return { claimed: true };
  }

  @Get('/broken')
  @Endpoint({ allow: allow.publicly('a test'), summary: 'Fail', responses: { 200: { description: 'Never' } } })
  broken(): never {
    throw new Error('password=hunter2 refused by 10.0.0.7');
  }

  @Get('/busy')
  @Endpoint({ allow: allow.publicly('a test'), summary: 'Be busy', responses: { 200: { description: 'Never' } } })
  busy(): never {
    throw problems.unavailable('Too much at once; nothing was stored.', 2, new Error('queue full'));
  }

  @Get('/taken')
  @Endpoint({ allow: allow.publicly('a test'), summary: 'Conflict', responses: { 200: { description: 'Never' } } })
  taken(): never {
    throw new Problem({ status: 409, code: 'parcel_taken', detail: 'Somebody else has it.', headers: { etag: '"1"' } });
  }
}

@Module({ controllers: [ParcelsController] })
class ParcelsModule {}

/** What each token of the tiny service may do. */
const TOKENS: Readonly<Record<string, Principal>> = {
  operator: { kind: 'operator' },
  writer: appKey('secret', 'notifications:write'),
  reader: appKey('secret', 'notifications:read'),
  phone: appKey('publishable', 'devices:register-own'),
};

function appKey(keyKind: 'secret' | 'publishable', ...scopes: Scope[]): Principal {
  return { kind: 'app', appId: APP_ID, mode: 'test', keyId: APP_ID, keyKind, scopes: new Set(scopes) };
}

export function startTinyService(options: Partial<ServiceOptions> = {}): Promise<RunningService> {
  return startService({
    name: 'tiny',
    module: ParcelsModule,
    host: '127.0.0.1',
    port: 0,
    logger: createLogger('tiny', 'silent'),
    metrics: createMetrics('tiny'),
    authenticator: {
      verify: async (header) => {
        const caller = TOKENS[header?.replace('Bearer ', '') ?? ''];
        if (caller === undefined) throw problems.unauthenticated('Send a known token.');
        return caller;
      },
    },
    readiness: async () => ({ ready: true, checks: { parcels: 'ok' } }),
    title: 'Tiny',
    description: 'A service for tests.',
    ...options,
  });
}
