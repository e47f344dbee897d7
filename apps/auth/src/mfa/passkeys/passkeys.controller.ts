import { Controller, Post } from '@nestjs/common';
import { formatId } from '@signalbox/contracts';
import { CallerUser, Endpoint, ReplyHead, type UserPrincipal, ValidBody } from '@signalbox/http';
import type { z } from 'zod';
import { callingUser } from '../../users/calling-user.js';
import { noSuchUser, passkeyProblem } from '../factors/factor-problems.js';
import { CHANGES_FACTORS, NO_STORE, SIGN_IN_AGAIN, TAGS } from '../factors/factor-routes.js';
import { addedFactor, type AddedFactor, newPasskey, passkeyOptions } from '../factors/factor.schemas.js';
import { Factors } from '../factors/factors.js';
import { Passkeys } from './passkeys.js';

@Controller('/v1/me/factors/passkeys')
export class PasskeysController {
  constructor(
    private readonly factors: Factors,
    private readonly passkeys: Passkeys,
  ) {}

  @Post('/options')
  @Endpoint({
    allow: CHANGES_FACTORS,
    summary: 'Begin to set up a passkey: what to ask the platform for',
    tags: TAGS,
    responses: { 200: { description: 'For five minutes, once', schema: passkeyOptions }, 401: SIGN_IN_AGAIN },
  })
  async begin(@CallerUser() caller: UserPrincipal, @ReplyHead() reply: ReplyHead): Promise<object> {
    const user = callingUser(caller);
    const { account } = await this.factors.about(user);
    if (account === undefined) throw noSuchUser();
    reply.header(...NO_STORE);
    return this.passkeys.begin(user, account);
  }

  @Post()
  @Endpoint({
    allow: CHANGES_FACTORS,
    summary: 'Set up a passkey by what the platform answered',
    tags: TAGS,
    body: newPasskey,
    responses: {
      201: { description: 'It counts', schema: addedFactor },
      401: SIGN_IN_AGAIN,
      409: { description: 'Nothing was asked for, or the passkey is set up already' },
      422: { description: 'Not an answer to what was asked, or from another origin' },
    },
  })
  async finish(
    @CallerUser() caller: UserPrincipal,
    @ValidBody() { name, answer }: z.output<typeof newPasskey>,
    @ReplyHead() reply: ReplyHead,
  ): Promise<AddedFactor> {
    const registration = await this.passkeys.finish(callingUser(caller), name, answer);
    if (registration.end !== 'registered') throw passkeyProblem(registration);
    reply.header(...NO_STORE);
    return { id: formatId('factor', registration.id), recoveryCodes: [...registration.recoveryCodes] };
  }
}
