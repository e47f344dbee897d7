import { Controller, Delete, Get } from '@nestjs/common';
import { parseId } from '@signalbox/contracts';
import { allow, CallerUser, Endpoint, problems, type UserPrincipal, ValidParams, ValidQuery } from '@signalbox/http';
import { z } from 'zod';
import { callingUser } from '../users/calling-user.js';
import { SessionDesk } from './session-desk.js';
import { sessionList, type SessionView } from './session-view.js';

const OWN = allow.user('account:manage');
const TAGS = ['me'];
const sessionParams = z.strictObject({ sessionId: z.string().meta({ description: 'ses_..., or `current`' }) });
const which = z.strictObject({
  keep: z.enum(['current', 'none']).default('current').meta({ description: '`none` signs this device out, too' }),
});
const ended = z.object({ ended: z.int().meta({ description: 'how many sessions' }) });

/** A user's own signed-in devices. */
@Controller('/v1/me/sessions')
export class MySessionsController {
  constructor(private readonly sessions: SessionDesk) {}

  @Get()
  @Endpoint({
    allow: OWN,
    summary: 'The devices that the user is signed in on, those seen last first',
    tags: TAGS,
    responses: { 200: { description: 'The sessions', schema: sessionList } },
  })
  async list(@CallerUser() caller: UserPrincipal): Promise<{ items: SessionView[] }> {
    const { appId, userId } = callingUser(caller);
    const items = await this.sessions.list(appId, userId);
    return { items: items.map((item) => ({ ...item, current: item.id === caller.sessionId })) };
  }

  @Delete('/:sessionId')
  @Endpoint({
    allow: OWN,
    summary: 'Sign one device out',
    tags: TAGS,
    params: sessionParams,
    responses: {
      204: { description: 'Every service refuses its tokens from now on' },
      404: { description: 'The user has no such session' },
    },
  })
  async endOne(
    @CallerUser() caller: UserPrincipal,
    @ValidParams() { sessionId }: z.output<typeof sessionParams>,
  ): Promise<void> {
    const { appId, userId, sessionId: current } = callingUser(caller);
    const id = sessionId === 'current' ? current : parseId('session', sessionId);
    const reason = id === current ? 'signed_out' : 'revoked';
    if (id === undefined || !(await this.sessions.endOne(appId, id, { userId, reason }))) {
      throw problems.notFound('You have no such session.');
    }
  }

  @Delete()
  @Endpoint({
    allow: OWN,
    summary: 'Sign all other devices out, or all',
    tags: TAGS,
    query: which,
    responses: { 200: { description: 'Every service refuses their tokens from now on', schema: ended } },
  })
  async endAll(
    @CallerUser() caller: UserPrincipal,
    @ValidQuery() { keep }: z.output<typeof which>,
  ): Promise<{ ended: number }> {
    const { appId, userId, sessionId } = callingUser(caller);
    const except = keep === 'current' ? sessionId : undefined;
    return { ended: await this.sessions.endAll(appId, userId, { except, reason: 'revoked' }) };
  }
}
