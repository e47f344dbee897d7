import { Controller, Post } from '@nestjs/common';
import type { Uuid } from '@signalbox/contracts';
import { allow, CallerApp, Endpoint, problems, ValidBody } from '@signalbox/http';
import { z } from 'zod';
import { providerName } from '../providers/provider-config.js';
import { NativeSignIn } from './native-sign-in.js';
import { NONCE_LIFE } from './nonces.js';

const nonceRequest = z.strictObject({ provider: providerName });
const givenNonce = z.object({
  nonce: z
    .string()
    .meta({ description: 'for the SDK of the provider, as it is or, where it wants that, its SHA-256 in hex' }),
  expiresInSeconds: z.number().int(),
});

@Controller('/v1/sign-in/native')
export class NativeController {
  constructor(private readonly native: NativeSignIn) {}

  @Post('/nonce')
  @Endpoint({
    allow: allow.scope('devices:register-own'),
    summary: "Get a nonce for one sign-in with a provider's SDK on a phone",
    tags: ['sign-in'],
    body: nonceRequest,
    responses: {
      201: { description: 'The nonce', schema: givenNonce },
      404: { description: 'This app has no such provider, or none for phones' },
    },
  })
  async nonce(
    @CallerApp() appId: Uuid,
    @ValidBody() { provider }: z.output<typeof nonceRequest>,
  ): Promise<z.output<typeof givenNonce>> {
    const nonce = await this.native.nonce(appId, provider);
    if (nonce === undefined) throw problems.notFound('Phones of this app cannot sign in with such a provider.');
    return { nonce, expiresInSeconds: NONCE_LIFE };
  }
}
