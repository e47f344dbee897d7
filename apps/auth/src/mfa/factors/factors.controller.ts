import { Controller, Delete, Get, Post } from '@nestjs/common';
import { formatId, parseId } from '@signalbox/contracts';
import { allow, CallerUser, Endpoint, ReplyHead, type UserPrincipal, ValidParams } from '@signalbox/http';
import type { z } from 'zod';
import { signedOut } from '../../sessions/signed-out.js';
import { callingUser } from '../../users/calling-user.js';
import { lastFactor, lastWayIn, noFactor, noSuchFactor, noSuchUser } from './factor-problems.js';
import { factorList, type FactorList, factorParams, newRecoveryCodes } from './factor.schemas.js';
import { Factors } from './factors.js';
import { CHANGES_FACTORS, NO_STORE, SIGN_IN_AGAIN, TAGS } from './factor-routes.js';

@Controller('/v1/me/factors')
export class FactorsController {
  constructor(private readonly factors: Factors) {}

  @Get()
  @Endpoint({
    allow: allow.user('account:manage'),
    summary: 'List the second factors of the user who calls, oldest first',
    tags: TAGS,
    responses: { 200: { description: 'What counts', schema: factorList } },
  })
  async list(@CallerUser() caller: UserPrincipal): Promise<FactorList> {
    const { factors, recoveryCodesLeft } = await this.factors.list(callingUser(caller));
    const items = factors.map((factor) => ({
      ...factor,
      id: formatId('factor', factor.id),
      createdAt: factor.createdAt.toISOString(),
      lastUsedAt: factor.lastUsedAt?.toISOString() ?? null,
    }));
    return { items, recoveryCodesLeft };
  }

  @Delete('/:id')
  @Endpoint({
    allow: CHANGES_FACTORS,
    summary: 'Remove a second factor',
    tags: TAGS,
    params: factorParams,
    responses: {
      204: { description: 'It counts no more; with the last one go the recovery codes' },
      401: SIGN_IN_AGAIN,
      404: { description: 'No such factor' },
      409: { description: 'The last one, where the app requires one; or a passkey that alone opens my account' },
    },
  })
  async remove(
    @CallerUser() caller: UserPrincipal,
    @ValidParams() { id }: z.output<typeof factorParams>,
  ): Promise<void> {
    const factorId = parseId('factor', id);
    const removal =
      factorId === undefined ? 'no_such_factor' : await this.factors.remove(callingUser(caller), factorId);
    switch (removal) {
      case 'removed':
        return;
      case 'no_such_factor':
        throw noSuchFactor();
      case 'last_factor':
        throw lastFactor();
      case 'last_way_in':
        throw lastWayIn();
      case 'no_such_user':
        throw noSuchUser();
      case 'signed_out':
        throw signedOut();
    }
  }

  @Post('/recovery-codes')
  @Endpoint({
    allow: CHANGES_FACTORS,
    summary: 'Make ten new recovery codes; those before them count no more',
    tags: TAGS,
    responses: {
      201: { description: 'The codes, shown in this answer only', schema: newRecoveryCodes },
      401: SIGN_IN_AGAIN,
      409: { description: 'There is no factor that they could stand in for' },
    },
  })
  async makeCodes(
    @CallerUser() caller: UserPrincipal,
    @ReplyHead() reply: ReplyHead,
  ): Promise<z.output<typeof newRecoveryCodes>> {
    const made = await this.factors.newRecoveryCodes(callingUser(caller));
    switch (made.end) {
      case 'made':
        reply.header(...NO_STORE);
        return { recoveryCodes: [...made.codes] };
      case 'no_factor':
        throw noFactor();
      case 'no_such_user':
        throw noSuchUser();
      case 'signed_out':
        throw signedOut();
    }
  }
}
