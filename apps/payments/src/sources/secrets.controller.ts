import { Controller, Delete, Patch, Post } from '@nestjs/common';
import {
  stripeSecretChange,
  stripeSecretParams,
  stripeSecretRotation,
  stripeSecretView,
  stripeSourceParams,
  type StripeSecretChange,
  type StripeSecretRotation,
  type StripeSecretView,
  type Uuid,
} from '@signalbox/contracts';
import { allow, CallerApp, Endpoint, type Problem, problems, ValidBody, ValidParams } from '@signalbox/http';
import type { z } from 'zod';
import { NO_SECRET, NO_SOURCE, secretIdOf, secretNotFound, sourceIdOf, sourceNotFound } from './not-found.js';
import { type SecretRefusal, Secrets } from './secrets.js';

const WRITE = allow.scope('payments:write');
const TAGS = ['stripe sources'];
const REFUSED = { description: 'There would be a time at which no secret counts' };
type BySecret = z.output<typeof stripeSecretParams>;

@Controller('/v1/stripe-sources/:id/secrets')
export class SecretsController {
  constructor(private readonly secrets: Secrets) {}

  @Post()
  @Endpoint({
    allow: WRITE,
    summary: 'Add a signing secret; both count while Stripe rolls them',
    tags: TAGS,
    params: stripeSourceParams,
    body: stripeSecretRotation,
    responses: {
      201: { description: 'It counts within its window, in every process within seconds', schema: stripeSecretView },
      404: NO_SOURCE,
      409: { description: 'The source has 20 secrets already, or there would be a time at which none counts' },
    },
  })
  async add(
    @CallerApp() appId: Uuid,
    @ValidParams() { id }: z.output<typeof stripeSourceParams>,
    @ValidBody() body: StripeSecretRotation,
  ): Promise<StripeSecretView> {
    return done(await this.secrets.add(appId, sourceIdOf(id), body));
  }

  @Patch('/:secretId')
  @Endpoint({
    allow: WRITE,
    summary: 'Change when a signing secret counts',
    tags: TAGS,
    params: stripeSecretParams,
    body: stripeSecretChange,
    responses: { 200: { description: 'As it is now', schema: stripeSecretView }, 404: NO_SECRET, 409: REFUSED },
  })
  async change(
    @CallerApp() appId: Uuid,
    @ValidParams() { id, secretId }: BySecret,
    @ValidBody() body: StripeSecretChange,
  ): Promise<StripeSecretView> {
    return done(await this.secrets.change(appId, sourceIdOf(id), secretIdOf(secretId), body));
  }

  @Delete('/:secretId')
  @Endpoint({
    allow: WRITE,
    summary: 'End a signing secret at once, for instance when it was leaked',
    tags: TAGS,
    params: stripeSecretParams,
    responses: { 204: { description: 'It counts no more' }, 404: NO_SECRET, 409: REFUSED },
  })
  async remove(@CallerApp() appId: Uuid, @ValidParams() { id, secretId }: BySecret): Promise<void> {
    done(await this.secrets.remove(appId, sourceIdOf(id), secretIdOf(secretId)));
  }
}

function done<Result extends object | 'removed'>(result: Result | SecretRefusal): Result {
  switch (result) {
    case 'no_such_source':
    case 'no_such_secret':
    case 'too_many_secrets':
    case 'window_inside_out':
    case 'last_secret':
      throw problemOf(result);
    default:
      return result;
  }
}

function problemOf(refusal: SecretRefusal): Problem {
  switch (refusal) {
    case 'no_such_source':
      return sourceNotFound();
    case 'no_such_secret':
      return secretNotFound();
    case 'too_many_secrets':
      return problems.conflict('too_many_secrets', 'A source may have 20 secrets; delete one first.');
    case 'window_inside_out':
      return problems.invalid([{ pointer: '/notAfter', reason: 'must be later than notBefore' }]);
    case 'last_secret':
      return problems.conflict(
        'last_secret',
        'There would be a time from now on at which no secret of this source counts, and all its webhooks would be refused: add one without an end first.',
      );
  }
}
