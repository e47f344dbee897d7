import { Controller, Headers, Post } from '@nestjs/common';
import {
  parseId,
  receiptsAnswer,
  type ReceiptsAnswer,
  type ReceiptsRequest,
  receiptsRequest,
  type Uuid,
} from '@signalbox/contracts';
import {
  allow,
  AskedFor,
  type AuthenticatedRequest,
  Caller,
  CallerApp,
  Endpoint,
  type Principal,
  problems,
  ValidBody,
} from '@signalbox/http';
import { z } from 'zod';
import { RegistrationRights } from '../devices/registration-rights.js';
import { Receipts } from './receipts.js';
import type { Reporter } from './reporter.js';

const uuid = z.uuid();

/** Where phones say what became of a notification. */
@Controller('/v1/receipts')
export class ReceiptsController {
  constructor(
    private readonly receipts: Receipts,
    private readonly rights: RegistrationRights,
  ) {}

  @Post()
  @Endpoint({
    allow: allow.userOrScope('devices:register-own', 'devices:register-own'),
    summary: 'Say what became of notifications on this phone. Repeating it is safe; each thing counts once.',
    tags: ['receipts'],
    fromBrowsers: true,
    body: receiptsRequest,
    headers: {
      'Signalbox-User-Token': {
        description:
          "With a publishable key: an HS256 JWT by your backend, sub = the user, exp at most 24 h ahead; or the user's access token. Where nobody is signed in, installationId instead",
      },
    },
    responses: {
      200: { description: 'What became of each, in order', schema: receiptsAnswer },
      403: { description: 'The user is not proven, and no installationId was given' },
    },
  })
  async report(
    @CallerApp() appId: Uuid,
    @Caller() caller: Principal,
    @ValidBody() { installationId, receipts }: ReceiptsRequest,
    @Headers('signalbox-user-token') userToken: string | undefined,
    @AskedFor() request: AuthenticatedRequest,
  ): Promise<ReceiptsAnswer> {
    const nobodySignedIn = caller.kind !== 'user' && userToken === undefined && installationId !== undefined;
    const reporter: Reporter = nobodySignedIn
      ? { appId, installationId }
      : { appId, userId: await this.rights.userOf(caller, userToken, request) };
    const ids = deliveriesNamed(receipts);
    const statuses = await this.receipts.record(
      receipts.map(({ kind, at }, index) => ({
        reporter,
        deliveryId: ids[index]!,
        kind,
        at: at === undefined ? undefined : new Date(at),
      })),
    );
    return { results: statuses.map((status, index) => ({ index, status })) };
  }
}

/** @throws Problem 422 naming what is no id of a delivery. */
function deliveriesNamed(receipts: ReceiptsRequest['receipts']): Uuid[] {
  const ids = receipts.map(({ deliveryId }) => parseId('delivery', deliveryId) ?? uuid.safeParse(deliveryId).data);
  const errors = ids.flatMap((id, index) =>
    id === undefined
      ? [{ pointer: `/receipts/${index}/deliveryId`, reason: 'must be sbx_delivery_id as it came in the payload' }]
      : [],
  );
  if (errors.length > 0) throw problems.invalid(errors);
  return ids.map((id) => id!.toLowerCase());
}
