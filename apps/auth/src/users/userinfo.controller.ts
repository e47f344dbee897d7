import { Controller, Get, Post } from '@nestjs/common';
import { allow, CallerUser, Endpoint, problems, type UserPrincipal } from '@signalbox/http';
import { z } from 'zod';
import { claimsOf } from '../engine/account.js';
import { USERINFO_PATH } from '../engine/provider-configuration.js';
import { UserDesk } from './user-desk.js';

const claims = z.object({
  sub: z.string(),
  email: z.string().optional(),
  email_verified: z.boolean().optional(),
  name: z.string().optional(),
  locale: z.string().optional(),
});
type Claims = z.output<typeof claims>;

const SCOPE_OF: Readonly<Record<keyof Claims, 'openid' | 'email' | 'profile'>> = {
  sub: 'openid',
  email: 'email',
  email_verified: 'email',
  name: 'profile',
  locale: 'profile',
};

const declaration = {
  allow: allow.user('openid'),
  summary: 'Who the user of this access token is (OpenID Connect Core section 5.3)',
  tags: ['sign-in'],
  responses: {
    200: { description: 'The claims that the token covers', schema: claims },
    401: { description: 'The token is not good, or not any more' },
  },
};

/** The userinfo endpoint. The engine's own knows no JWTs, so this one is ours. */
@Controller(USERINFO_PATH)
export class UserinfoController {
  constructor(private readonly users: UserDesk) {}

  @Get()
  @Endpoint(declaration)
  get(@CallerUser() caller: UserPrincipal): Promise<Claims> {
    return this.claims(caller);
  }

  @Post()
  @Endpoint(declaration)
  post(@CallerUser() caller: UserPrincipal): Promise<Claims> {
    return this.claims(caller);
  }

  private async claims({ appId, userId, scopes }: UserPrincipal): Promise<Claims> {
    const user = await this.users.find(appId, userId);
    if (user?.status !== 'active') throw problems.unauthenticated('The user of this token may not sign in any more.');
    const all = Object.entries(claimsOf(user)) as [keyof Claims, unknown][];
    return claims.parse(Object.fromEntries(all.filter(([name]) => scopes.has(SCOPE_OF[name]))));
  }
}
