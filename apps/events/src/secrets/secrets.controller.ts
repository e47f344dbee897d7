import { Controller, Delete, Post } from '@nestjs/common';
import {
  createdWebhookSecret,
  secretRotation,
  webhookEndpointParams,
  webhookSecretParams,
  type CreatedWebhookSecret,
  type SecretRotation,
  type Uuid,
} from '@signalbox/contracts';
import { allow, CallerApp, Endpoint, problems, ValidBody, ValidParams } from '@signalbox/http';
import type { z } from 'zod';
import { NO_ENDPOINT, endpointIdOf, endpointNotFound } from '../endpoints/not-found.js';
import { keyProblem } from './key-problem.js';
import { Rotation } from './rotation.js';

@Controller('/v1/webhook-endpoints/:id/secrets')
export class SecretsController {
  constructor(private readonly rotation: Rotation) {}

  @Post()
  @Endpoint({
    allow: allow.scope('webhooks:write'),
    summary: 'Add a secret, which is shown in this answer only, and let the others expire',
    tags: ['webhook endpoints'],
    params: webhookEndpointParams,
    body: secretRotation,
    responses: {
      201: { description: 'It signs from now on, beside the others until they expire', schema: createdWebhookSecret },
      404: NO_ENDPOINT,
      409: { description: 'The endpoint has five secrets already' },
    },
  })
  async rotate(
    @CallerApp() appId: Uuid,
    @ValidParams() { id }: z.output<typeof webhookEndpointParams>,
    @ValidBody() body: SecretRotation,
  ): Promise<CreatedWebhookSecret> {
    const made = await this.rotation.rotate(appId, endpointIdOf(id), body).catch((error: unknown) => {
      throw keyProblem(error, '/secret/key') ?? error;
    });
    if (made === 'no_such_endpoint') throw endpointNotFound();
    if (made === 'too_many_secrets') {
      throw problems.conflict('too_many_secrets', 'An endpoint may have five secrets at once; delete one first.');
    }
    return made;
  }

  @Delete('/:secretId')
  @Endpoint({
    allow: allow.scope('webhooks:write'),
    summary: 'End a secret at once, for instance when it was leaked',
    tags: ['webhook endpoints'],
    params: webhookSecretParams,
    responses: {
      204: { description: 'It signs no more' },
      404: { description: 'No such secret' },
      409: { description: 'It is the only one that does not expire' },
    },
  })
  async remove(
    @CallerApp() appId: Uuid,
    @ValidParams() { id, secretId }: z.output<typeof webhookSecretParams>,
  ): Promise<void> {
    const refused = await this.rotation.remove(appId, endpointIdOf(id), secretId);
    if (refused === 'no_such_secret') throw problems.notFound('The endpoint has no valid secret with this id.');
    if (refused === 'last_secret') {
      throw problems.conflict('last_secret', 'Without it nothing would be signed: add another secret first.');
    }
  }
}
