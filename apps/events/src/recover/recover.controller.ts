import { Controller, Post } from '@nestjs/common';
import {
  recoverAnswer,
  recoverRequest,
  webhookEndpointParams,
  type RecoverAnswer,
  type RecoverRequest,
} from '@signalbox/contracts';
import { allow, Caller, Endpoint, type Principal, problems, ValidBody, ValidParams } from '@signalbox/http';
import type { z } from 'zod';
import { appMeant } from '../endpoints/app-meant.js';
import { Endpoints } from '../endpoints/endpoints.js';
import { endpointDisabled, endpointIdOf, endpointNotFound, IS_DISABLED, NO_ENDPOINT } from '../endpoints/not-found.js';
import { WebhookSettings } from '../webhook-settings.js';
import { Recoveries } from './recoveries.js';

const DAY_MS = 24 * 3_600_000;

@Controller('/v1/webhook-endpoints/:id/recover')
export class RecoverController {
  constructor(
    private readonly endpoints: Endpoints,
    private readonly recoveries: Recoveries,
    private readonly settings: WebhookSettings,
  ) {}

  @Post()
  @Endpoint({
    allow: allow.operatorOrScope('webhooks:write'),
    summary: 'Send what failed or was never sent since a time, at most so many a second',
    tags: ['webhook deliveries'],
    params: webhookEndpointParams,
    body: recoverRequest,
    responses: {
      202: { description: 'It is stored as work', schema: recoverAnswer },
      404: NO_ENDPOINT,
      409: IS_DISABLED,
    },
  })
  async recover(
    @Caller() caller: Principal,
    @ValidParams() { id }: z.output<typeof webhookEndpointParams>,
    @ValidBody() body: RecoverRequest,
  ): Promise<RecoverAnswer> {
    this.checkSince(body.since);
    const endpoint = endpointIdOf(id);
    const begun = await this.recoveries.begin(await appMeant(this.endpoints, caller, endpoint), endpoint, body);
    if (begun === 'no_such_endpoint') throw endpointNotFound();
    if (begun === 'endpoint_disabled') throw endpointDisabled();
    return begun;
  }

  /** Of what is older than the log nobody knows any more whether it was delivered: it would be sent once more. */
  private checkSince(since: string): void {
    const { retentionDays } = this.settings;
    const age = Date.now() - Date.parse(since);
    if (age > 0 && age < retentionDays * DAY_MS) return;
    const reason = `must be in the past, and not more than ${retentionDays} days ago`;
    throw problems.invalid([{ pointer: '/since', reason }]);
  }
}
