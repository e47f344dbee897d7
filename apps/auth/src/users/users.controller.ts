import { Controller, Delete, Get, Post } from '@nestjs/common';
import { parseId, type Uuid } from '@signalbox/contracts';
import {
  allow,
  CallerApp,
  Endpoint,
  type Page,
  pageQuery,
  problems,
  toPage,
  ValidParams,
  ValidQuery,
} from '@signalbox/http';
import { z } from 'zod';
import { readEmail } from '../accounts/email-address.js';
import { SessionDesk } from '../sessions/session-desk.js';
import { sessionList, type SessionView } from '../sessions/session-view.js';
import { UserDesk } from './user-desk.js';
import type { UserRow } from './user-row.js';
import { userPage, type UserView, userView, viewOfUser } from './user-view.js';

/** What is no address is nobody's. */
const NOBODYS = '';

const userParams = z.strictObject({ userId: z.string() });
type UserParams = z.output<typeof userParams>;
const sessionParams = z.strictObject({ sessionId: z.string() });
const userQuery = pageQuery.extend({
  email: z.string().max(320).optional().meta({ description: 'the user with this address' }),
});
const ended = z.object({ ended: z.int().meta({ description: 'how many sessions' }) });

/** Users and their sessions, for an app's own backend. */
@Controller()
export class UsersController {
  constructor(
    private readonly users: UserDesk,
    private readonly sessions: SessionDesk,
  ) {}

  @Get('/v1/users')
  @Endpoint({
    allow: allow.scope('users:read'),
    summary: 'List the users of the app, oldest first',
    tags: ['users'],
    query: userQuery,
    responses: { 200: { description: 'One page of users', schema: userPage } },
  })
  async list(
    @CallerApp() appId: Uuid,
    @ValidQuery() { after, limit, email }: z.output<typeof userQuery>,
  ): Promise<Page<UserView>> {
    const emailKey = email === undefined ? undefined : (readEmail(email)?.key ?? NOBODYS);
    return toPage(await this.users.list(appId, { after, emailKey, limit }), limit);
  }

  @Get('/v1/users/:userId')
  @Endpoint({
    allow: allow.scope('users:read'),
    summary: 'A user',
    tags: ['users'],
    params: userParams,
    responses: { 200: { description: 'The user', schema: userView }, 404: { description: 'No such user' } },
  })
  async get(@CallerApp() appId: Uuid, @ValidParams() { userId }: UserParams): Promise<UserView> {
    return viewOfUser(await this.userOrNotFound(appId, userId));
  }

  @Post('/v1/users/:userId/disable')
  @Endpoint({
    allow: allow.scope('users:write'),
    summary: 'Keep a user out: every session ends, and nobody signs in as this user',
    tags: ['users'],
    params: userParams,
    responses: {
      204: { description: 'Every service refuses its tokens from now on' },
      404: { description: 'No such user' },
      409: { description: 'The user is being erased' },
    },
  })
  async disable(@CallerApp() appId: Uuid, @ValidParams() { userId }: UserParams): Promise<void> {
    await this.setStatus(appId, userId, 'disabled');
  }

  @Post('/v1/users/:userId/enable')
  @Endpoint({
    allow: allow.scope('users:write'),
    summary: 'Let a user in again',
    tags: ['users'],
    params: userParams,
    responses: {
      204: { description: 'The user may sign in' },
      404: { description: 'No such user' },
      409: { description: 'The user is being erased' },
    },
  })
  async enable(@CallerApp() appId: Uuid, @ValidParams() { userId }: UserParams): Promise<void> {
    await this.setStatus(appId, userId, 'active');
  }

  @Get('/v1/users/:userId/sessions')
  @Endpoint({
    allow: allow.scope('users:read'),
    summary: "A user's signed-in devices, those seen last first",
    tags: ['sessions'],
    params: userParams,
    responses: { 200: { description: 'The sessions', schema: sessionList }, 404: { description: 'No such user' } },
  })
  async sessionsOf(@CallerApp() appId: Uuid, @ValidParams() { userId }: UserParams): Promise<{ items: SessionView[] }> {
    return { items: await this.sessions.list(appId, (await this.userOrNotFound(appId, userId)).id) };
  }

  @Delete('/v1/users/:userId/sessions')
  @Endpoint({
    allow: allow.scope('users:write'),
    summary: 'Sign a user out everywhere',
    tags: ['sessions'],
    params: userParams,
    responses: {
      200: { description: 'Every service refuses its tokens from now on', schema: ended },
      404: { description: 'No such user' },
    },
  })
  async endAll(@CallerApp() appId: Uuid, @ValidParams() { userId }: UserParams): Promise<{ ended: number }> {
    const user = await this.userOrNotFound(appId, userId);
    return { ended: await this.sessions.endAll(appId, user.id, { reason: 'revoked' }) };
  }

  @Delete('/v1/sessions/:sessionId')
  @Endpoint({
    allow: allow.scope('users:write'),
    summary: 'Sign one device out',
    tags: ['sessions'],
    params: sessionParams,
    responses: {
      204: { description: 'Every service refuses its tokens from now on' },
      404: { description: 'No such session' },
    },
  })
  async endOne(@CallerApp() appId: Uuid, @ValidParams() { sessionId }: z.output<typeof sessionParams>): Promise<void> {
    const id = parseId('session', sessionId);
    if (id === undefined || !(await this.sessions.endOne(appId, id, { reason: 'revoked' }))) {
      throw problems.notFound('There is no such session.');
    }
  }

  private async setStatus(appId: Uuid, userId: string, status: 'active' | 'disabled'): Promise<void> {
    if (await this.users.setStatus(await this.userOrNotFound(appId, userId), status)) return;
    throw problems.conflict('user_is_being_erased', 'This user is being erased; that cannot be undone.');
  }

  private async userOrNotFound(appId: Uuid, publicId: string): Promise<UserRow> {
    const user = await this.users.find(appId, publicId);
    if (user === undefined) throw problems.notFound('There is no such user.');
    return user;
  }
}
