import { Controller, Post } from '@nestjs/common';
import type { Uuid } from '@signalbox/contracts';
import { allow, CallerApp, Endpoint, problems, ReplyHead, ValidBody } from '@signalbox/http';
import { z } from 'zod';
import { NO_STORE } from '../../factors/factor-routes.js';
import { CHALLENGE_SECONDS } from '../challenges.js';
import { NativePasskeys } from './native-passkeys.js';

const asked = z.strictObject({
  clientId: z.string().min(1).max(64).meta({ description: 'cli_...: the client that will send the answer' }),
});
const challenge = z.object({
  challengeId: z.string().meta({ description: 'to be sent with the answer, as `challenge_id`' }),
  publicKey: z.looseObject({ challenge: z.string() }).meta({
    description: 'PublicKeyCredentialRequestOptionsJSON, to be handed to the platform as it is',
  }),
  expiresInSeconds: z.int(),
});

@Controller('/v1/sign-in/native/passkey')
export class NativePasskeysController {
  constructor(private readonly passkeys: NativePasskeys) {}

  @Post('/options')
  @Endpoint({
    allow: allow.scope('devices:register-own'),
    summary: 'Begin a sign-in with a passkey on a phone: what to ask the platform for',
    tags: ['sign-in'],
    body: asked,
    responses: {
      201: { description: 'For one answer of this client', schema: challenge },
      404: { description: 'This app has no such client on phones' },
    },
  })
  async begin(
    @CallerApp() appId: Uuid,
    @ValidBody() { clientId }: z.output<typeof asked>,
    @ReplyHead() reply: ReplyHead,
  ): Promise<z.output<typeof challenge>> {
    const begun = await this.passkeys.begin({ appId, clientId });
    if (begun === undefined) {
      throw problems.notFound('This app has no native client with this clientId; GET /v1/clients lists those it has.');
    }
    reply.header(...NO_STORE);
    return { ...begun, publicKey: { ...begun.publicKey }, expiresInSeconds: CHALLENGE_SECONDS };
  }
}
