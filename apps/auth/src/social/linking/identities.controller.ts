import { Controller, Delete, Get, Post } from '@nestjs/common';
import { allow, Caller, Endpoint, type Principal, Problem, problems, ValidBody, ValidParams } from '@signalbox/http';
import type { z } from 'zod';
import { signedOut } from '../../sessions/signed-out.js';
import { type CallingUser, callingUser } from '../../users/calling-user.js';
import { NativeAccounts } from '../native/native-accounts.js';
import { Identities } from './identities.js';
import {
  credentialIn,
  identityList,
  type IdentityList,
  identityParams,
  type NewIdentity,
  newIdentity,
} from './identity.schemas.js';

/** Seconds within which a user proved who it is, to change by what it does so. */
const RECENTLY = 600;
const recently = allow.recentUser('account:manage', { maxAgeSeconds: RECENTLY, acr: '2fa-if-enrolled' });

@Controller('/v1/me/identities')
export class IdentitiesController {
  constructor(
    private readonly identities: Identities,
    private readonly native: NativeAccounts,
  ) {}

  @Get()
  @Endpoint({
    allow: allow.user('account:manage'),
    summary: 'With whom else I sign in',
    tags: ['me'],
    responses: { 200: { description: 'My identities', schema: identityList } },
  })
  list(@Caller() caller: Principal): Promise<IdentityList> {
    const { appId, userId } = userIn(caller);
    return this.identities.list(appId, userId);
  }

  @Post()
  @Endpoint({
    allow: recently,
    summary: 'Link an identity that my phone has just proven',
    tags: ['me'],
    body: newIdentity,
    responses: {
      200: { description: 'My identities', schema: identityList },
      409: { description: 'It is linked to another account' },
      422: { description: 'It is not proven; the detail says why' },
      503: { description: 'The provider is in trouble' },
    },
  })
  async link(@Caller() caller: Principal, @ValidBody() body: NewIdentity): Promise<IdentityList> {
    const user = userIn(caller);
    const { appId } = user;
    const { provider, nonce, clientId } = body;
    const ended = await this.native.link({ appId, provider, nonce, clientId, credential: credentialIn(body) }, user);
    switch (ended.end) {
      case 'linked':
        return this.identities.list(appId, user.userId);
      case 'taken':
        throw problems.conflict('identity_taken', 'This identity is linked to another account of this app.');
      case 'signed_out':
        throw signedOut();
      case 'trouble':
        throw problems.unavailable(`The provider is of no use now (${ended.trouble}); link it later.`, 30);
      case 'refused':
        throw new Problem({
          status: 422,
          code: 'identity_not_proven',
          detail: `This proves no identity (${ended.why}): get a nonce, and sign in with the provider anew.`,
        });
    }
  }

  @Delete('/:id')
  @Endpoint({
    allow: recently,
    summary: 'Unlink an identity, unless nothing else opens my account',
    tags: ['me'],
    params: identityParams,
    responses: {
      204: { description: 'It opens my account no longer' },
      404: { description: 'I have no such identity' },
      409: { description: 'It is the last way in' },
    },
  })
  async unlink(@Caller() caller: Principal, @ValidParams() { id }: z.output<typeof identityParams>): Promise<void> {
    const ended = await this.identities.unlink(userIn(caller), id);
    if (ended === 'signed_out') throw signedOut();
    if (ended === 'unknown') throw problems.notFound('You have no such identity.');
    if (ended === 'last') {
      throw problems.conflict('last_way_in', 'Nothing else opens this account: set a password or link another first.');
    }
  }
}

/** The policies let nobody else in; whoever another issuer vouches for has no account here. */
function userIn(caller: Principal): CallingUser {
  if (caller.kind !== 'user') throw problems.forbidden('own_user_required', 'This is for users who signed in here.');
  return callingUser(caller);
}
