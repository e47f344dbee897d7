import { Controller, Post } from '@nestjs/common';
import { formatId, parseId } from '@signalbox/contracts';
import { CallerUser, Endpoint, ReplyHead, type UserPrincipal, ValidBody, ValidParams } from '@signalbox/http';
import type { z } from 'zod';
import { callingUser } from '../../users/calling-user.js';
import { mfaOff, noSuchUser, totpProblem } from '../factors/factor-problems.js';
import { CHANGES_FACTORS, NO_STORE, SIGN_IN_AGAIN, TAGS } from '../factors/factor-routes.js';
import {
  addedFactor,
  type AddedFactor,
  factorParams,
  newTotp,
  totpEnrolment,
  totpFirstCode,
} from '../factors/factor.schemas.js';
import { Factors } from '../factors/factors.js';
import { Totp } from './totp.js';

@Controller('/v1/me/factors/totp')
export class TotpController {
  constructor(
    private readonly factors: Factors,
    private readonly totp: Totp,
  ) {}

  @Post()
  @Endpoint({
    allow: CHANGES_FACTORS,
    summary: 'Begin to set up a generator of one-time codes; it counts after its first code',
    tags: TAGS,
    body: newTotp,
    responses: {
      201: { description: 'The seed, shown in this answer only', schema: totpEnrolment },
      401: SIGN_IN_AGAIN,
      409: { description: 'The app has switched second factors off' },
    },
  })
  async enrol(
    @CallerUser() caller: UserPrincipal,
    @ValidBody() { name }: z.output<typeof newTotp>,
    @ReplyHead() reply: ReplyHead,
  ): Promise<z.output<typeof totpEnrolment>> {
    const user = callingUser(caller);
    const { account, settings } = await this.factors.about(user);
    if (account === undefined) throw noSuchUser();
    if (settings.mfa === 'off') throw mfaOff();
    const enrolment = await this.totp.enrol(user, name, { issuer: settings.displayName, account });
    reply.header(...NO_STORE);
    return {
      ...enrolment,
      id: formatId('factor', enrolment.id),
      expiresAt: enrolment.expiresAt.toISOString(),
    };
  }

  @Post('/:id/confirm')
  @Endpoint({
    allow: CHANGES_FACTORS,
    summary: 'Confirm a generator by its first code; one that counted before is replaced',
    tags: TAGS,
    params: factorParams,
    body: totpFirstCode,
    responses: {
      200: { description: 'It counts', schema: addedFactor },
      401: SIGN_IN_AGAIN,
      404: { description: 'No such seed waits for its first code' },
      422: { description: 'Not a code of this seed' },
    },
  })
  async confirm(
    @CallerUser() caller: UserPrincipal,
    @ValidParams() { id }: z.output<typeof factorParams>,
    @ValidBody() { code }: z.output<typeof totpFirstCode>,
    @ReplyHead() reply: ReplyHead,
  ): Promise<AddedFactor> {
    const factorId = parseId('factor', id);
    if (factorId === undefined) throw totpProblem({ end: 'not_pending' });
    const confirmation = await this.totp.confirm(callingUser(caller), factorId, code);
    if (confirmation.end !== 'confirmed') throw totpProblem(confirmation);
    reply.header(...NO_STORE);
    return { id, recoveryCodes: [...confirmation.recoveryCodes] };
  }
}
