import { Controller, HttpCode, Post } from '@nestjs/common';
import {
  type CredentialCheckRequest,
  credentialCheckRequest,
  type CredentialChecksAnswer,
  credentialChecksAnswer,
  parseId,
} from '@signalbox/contracts';
import { allow, Endpoint, problems, ValidBody } from '@signalbox/http';
import { CredentialChecks } from './credential-checks.js';

/** For operators: whoever may call this makes us call providers. */
@Controller('/v1/credential-checks')
export class CredentialChecksController {
  constructor(private readonly checks: CredentialChecks) {}

  @Post()
  @HttpCode(200)
  @Endpoint({
    allow: allow.operator(),
    summary: "Try an app's credentials for Stripe and Braintree with the gateways, by reading; nothing is changed",
    tags: ['credentials'],
    body: credentialCheckRequest,
    responses: {
      200: { description: 'What each came to', schema: credentialChecksAnswer },
      404: { description: 'No such app' },
    },
  })
  async check(@ValidBody() { appId }: CredentialCheckRequest): Promise<CredentialChecksAnswer> {
    const app = parseId('app', appId);
    if (app === undefined) throw problems.notFound('There is no such app; GET /v1/apps of auth lists them.');
    return { checks: await this.checks.ofApp(app) };
  }
}
