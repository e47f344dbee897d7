import { Controller, Get, Header } from '@nestjs/common';
import { allow, Endpoint, ValidParams, ValidQuery } from '@signalbox/http';
import { z } from 'zod';
import { BraintreeEdge } from './braintree-edge.js';

const params = z.strictObject({ source: z.string().meta({ description: '`crd_...`, the Braintree credential' }) });
const query = z.strictObject({ bt_challenge: z.string().max(64) });

@Controller('/webhooks/braintree')
export class BraintreeChallengeController {
  constructor(private readonly edge: BraintreeEdge) {}

  /** A challenge is hexadecimal, and what is read from a payload of such letters is no notification: the answer signs none. */
  @Get('/:source')
  @Header('content-type', 'text/plain; charset=utf-8')
  @Endpoint({
    allow: allow.publicly(
      'Braintree asks without a key; the answer proves that we have its keys, and signs no notification',
    ),
    summary: 'Answers the challenge with which Braintree checks the address of a webhook',
    tags: ['braintree webhooks'],
    params,
    query,
    responses: {
      200: { description: 'The public key and the signature of the challenge, as text' },
      400: { description: 'It is no challenge of Braintree’s' },
      404: { description: 'There is no such source' },
      503: { description: 'The keys cannot be looked at now' },
    },
  })
  answer(
    @ValidParams() { source }: z.output<typeof params>,
    @ValidQuery() { bt_challenge: challenge }: z.output<typeof query>,
  ): Promise<string> {
    return this.edge.challenge(source, challenge);
  }
}
