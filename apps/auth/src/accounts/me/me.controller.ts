import { Controller, Get, Patch, Post, Put } from '@nestjs/common';
import { formatId } from '@signalbox/contracts';
import { allow, CallerUser, Endpoint, type UserPrincipal, ValidBody } from '@signalbox/http';
import type { z } from 'zod';
import { type Owner, OwnAccount } from '../own-account.js';
import { signedOut } from '../../sessions/signed-out.js';
import { callingUser } from '../../users/calling-user.js';
import { Verification } from '../verification.js';
import { badEmail, gone, slowDown, weakPassword } from './me-problems.js';
import { meChange, type MeChange, type MeView, meView, newEmail, newPassword } from './me.schemas.js';

const OWN = allow.user('account:manage');
/** Whoever finds a phone unlocked must not make the account his own (ASVS 5.0, 7.5.1). Seconds. */
const LATELY = allow.recentUser('account:manage', { acr: '2fa-if-enrolled', maxAgeSeconds: 600 });
const TAGS = ['me'];
const SIGN_IN_AGAIN = {
  description: 'Sign in again, or with a second factor: `WWW-Authenticate` says which (RFC 9470)',
};
const SLOW_DOWN = { description: 'Too often; `Retry-After` says when' };
/** Bytes: the longest password, each character escaped. */
const BODY_LIMIT = 16 * 1024;

/** A user's own account, with an access token from their phone. */
@Controller('/v1/me')
export class MeController {
  constructor(
    private readonly own: OwnAccount,
    private readonly verification: Verification,
  ) {}

  @Get()
  @Endpoint({
    allow: OWN,
    summary: 'The account of the user whose access token it is',
    tags: TAGS,
    responses: { 200: { description: 'The account', schema: meView } },
  })
  me(@CallerUser() caller: UserPrincipal): Promise<MeView> {
    return this.viewOf(callingUser(caller));
  }

  @Patch()
  @Endpoint({
    allow: OWN,
    summary: 'Change name or language; what is left out stays',
    tags: TAGS,
    body: meChange,
    responses: { 200: { description: 'The account as it is now', schema: meView } },
  })
  async change(@CallerUser() caller: UserPrincipal, @ValidBody() change: MeChange): Promise<MeView> {
    const owner = callingUser(caller);
    if (!(await this.own.change(owner, change))) throw gone();
    return this.viewOf(owner);
  }

  @Put('/email')
  @Endpoint({
    allow: LATELY,
    summary: 'Take another mail address, once the link that is sent there was opened',
    tags: TAGS,
    body: newEmail,
    responses: {
      202: { description: 'A mail is on its way; the same answer for an address that has an account' },
      401: SIGN_IN_AGAIN,
      429: SLOW_DOWN,
    },
  })
  async changeEmail(
    @CallerUser() caller: UserPrincipal,
    @ValidBody() { email }: z.output<typeof newEmail>,
  ): Promise<void> {
    const outcome = await this.own.changeEmail(callingUser(caller), email);
    switch (outcome.end) {
      case 'accepted':
        return;
      case 'bad_email':
        throw badEmail();
      case 'gone':
        throw gone();
      case 'signed_out':
        throw signedOut();
      case 'slow_down':
        throw slowDown(outcome);
    }
  }

  @Post('/email/verification')
  @Endpoint({
    allow: OWN,
    summary: 'Send the link that proves the mail address again',
    tags: TAGS,
    responses: { 202: { description: 'Sent, unless the address is proven already' }, 429: SLOW_DOWN },
  })
  async verify(@CallerUser() caller: UserPrincipal): Promise<void> {
    const owner = callingUser(caller);
    const profile = await this.own.read(owner);
    if (profile === undefined) throw gone();
    // Where a network would be counted, the user is.
    const asker = { prefix: owner.userId, deviceId: undefined };
    const outcome = await this.verification.sendAgain(owner.appId, profile.email ?? '', asker);
    if (outcome.end === 'slow_down') throw slowDown(outcome);
  }

  @Put('/password')
  @Endpoint({
    allow: LATELY,
    summary: 'Set a new password; every other device is signed out',
    tags: TAGS,
    body: newPassword,
    bodyLimit: BODY_LIMIT,
    responses: {
      204: { description: 'It counts from now on' },
      401: SIGN_IN_AGAIN,
      413: { description: 'Longer than any password' },
      429: SLOW_DOWN,
    },
  })
  async changePassword(
    @CallerUser() caller: UserPrincipal,
    @ValidBody() { password }: z.output<typeof newPassword>,
  ): Promise<void> {
    const outcome = await this.own.changePassword(callingUser(caller), password);
    switch (outcome.end) {
      case 'changed':
        return;
      case 'weak':
        throw weakPassword(outcome.why);
      case 'gone':
        throw gone();
      case 'signed_out':
        throw signedOut();
      case 'slow_down':
        throw slowDown(outcome);
    }
  }

  private async viewOf(owner: Owner): Promise<MeView> {
    const profile = await this.own.read(owner);
    if (profile === undefined) throw gone();
    return { ...profile, id: formatId('user', profile.id), createdAt: profile.createdAt.toISOString() };
  }
}
