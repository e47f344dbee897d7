import { Controller, Delete, Get, Post } from '@nestjs/common';
import {
  type ArchiveLink,
  archiveLink,
  type AuditEntry,
  auditPage,
  type DataRequestAnswer,
  dataRequestAnswer,
  dataRequestParams,
  type DataRequestView,
  dataRequestView,
  type Page,
  pageQuery,
} from '@signalbox/contracts';
import {
  allow,
  CallerUser,
  Endpoint,
  problems,
  toPage,
  type UserPrincipal,
  ValidParams,
  ValidQuery,
} from '@signalbox/http';
import { z } from 'zod';
import { type Archive, Archives, noArchive } from './archive.js';
import { answerOf } from './asked.js';
import { AuditTrail } from './audit-trail.js';
import { type RequestRow, viewOfRequest } from './request.js';
import { RequestDesk } from './request-desk.js';

type Params = z.output<typeof dataRequestParams>;

/** What cannot be taken back, and what shows everything: only to whoever has just proven who they are (RFC 9470). */
const JUST_SIGNED_IN = allow.recentUser('account:manage', { maxAgeSeconds: 300, acr: '2fa-if-enrolled' });

const AGAIN = { description: 'Sign in again: `insufficient_user_authentication`' };
const NONE = { description: 'No such request of yours' };

/** Users' own data, for themselves. */
@Controller('/v1/me')
export class MyDataController {
  constructor(
    private readonly desk: RequestDesk,
    private readonly archives: Archives,
    private readonly trail: AuditTrail,
  ) {}

  @Delete()
  @Endpoint({
    allow: JUST_SIGNED_IN,
    summary: 'Erase yourself everywhere: signs you out at once, and cannot be undone',
    tags: ['personal data'],
    responses: {
      202: { description: 'Every service is at it; the ticket shows the receipt later', schema: dataRequestAnswer },
      401: AGAIN,
    },
  })
  async erase(@CallerUser() user: UserPrincipal): Promise<DataRequestAnswer> {
    return this.ask('erasure', user);
  }

  @Post('/exports')
  @Endpoint({
    allow: JUST_SIGNED_IN,
    summary: 'Have everything that is held of you put into an archive',
    tags: ['personal data'],
    responses: { 202: { description: 'Every service is at it', schema: dataRequestAnswer }, 401: AGAIN },
  })
  async export(@CallerUser() user: UserPrincipal): Promise<DataRequestAnswer> {
    return this.ask('export', user);
  }

  @Get('/data-requests/:id')
  @Endpoint({
    allow: allow.user('account:manage'),
    summary: 'How far a request of yours is',
    tags: ['personal data'],
    params: dataRequestParams,
    responses: { 200: { description: 'The request', schema: dataRequestView }, 404: NONE },
  })
  async show(@CallerUser() user: UserPrincipal, @ValidParams() { id }: Params): Promise<DataRequestView> {
    return viewOfRequest(await this.request(user, id));
  }

  @Get('/data-requests/:id/archive')
  @Endpoint({
    allow: JUST_SIGNED_IN,
    summary: 'Your archive, as one JSON document',
    tags: ['personal data'],
    params: dataRequestParams,
    responses: {
      200: { description: 'Everything that was handed out', schema: z.looseObject({}) },
      401: AGAIN,
      404: NONE,
      409: { description: 'It is not ready, or was thrown away after seven days' },
    },
  })
  async archive(@CallerUser() user: UserPrincipal, @ValidParams() { id }: Params): Promise<Archive> {
    const request = await this.request(user, id);
    if (request.kind !== 'export' || request.state !== 'done') throw noArchive();
    return this.archives.open(request, { actor: user.userId });
  }

  @Post('/data-requests/:id/archive-links')
  @Endpoint({
    allow: JUST_SIGNED_IN,
    summary: 'A link with which your archive can be downloaded once, within a quarter of an hour',
    tags: ['personal data'],
    params: dataRequestParams,
    responses: {
      201: { description: 'The link', schema: archiveLink },
      401: AGAIN,
      404: NONE,
      409: { description: 'There is no archive, or not any more' },
    },
  })
  async link(@CallerUser() user: UserPrincipal, @ValidParams() { id }: Params): Promise<ArchiveLink> {
    return this.archives.linkOf(await this.request(user, id), user.userId);
  }

  @Get('/audit')
  @Endpoint({
    allow: allow.user('account:manage'),
    summary: 'Who looked at, exported or erased your data, newest first',
    tags: ['personal data'],
    query: pageQuery,
    responses: { 200: { description: 'One page of accesses', schema: auditPage } },
  })
  async audit(
    @CallerUser() { appId, userId }: UserPrincipal,
    @ValidQuery() { after, limit }: z.output<typeof pageQuery>,
  ): Promise<Page<AuditEntry>> {
    return toPage(await this.trail.of(appId, userId, { after, limit }), limit);
  }

  private async ask(kind: 'erasure' | 'export', { appId, userId }: UserPrincipal): Promise<DataRequestAnswer> {
    return answerOf(await this.desk.ask({ kind, appId, userId, actor: userId }));
  }

  /** Another user's does not exist for this one. */
  private async request({ appId, userId }: UserPrincipal, id: string): Promise<RequestRow> {
    const request = await this.desk.findOf(appId, userId, id);
    if (request === undefined) throw problems.notFound('There is no such request.');
    return request;
  }
}
