import { Controller, Delete, Get, Post } from '@nestjs/common';
import {
  type AuditEntry,
  auditPage,
  type DataRequestAnswer,
  dataRequestAnswer,
  dataSubjectParams,
  dataSubjectQuery,
  type Page,
  pageQuery,
} from '@signalbox/contracts';
import { allow, Caller, Endpoint, type Principal, ReplyHead, toPage, ValidParams, ValidQuery } from '@signalbox/http';
import type { z } from 'zod';
import { AuditTrail } from './audit-trail.js';
import { answerOf } from './asked.js';
import { actorOf, appOfSubject } from './caller.js';
import { RequestDesk } from './request-desk.js';

const auditQuery = pageQuery.extend(dataSubjectQuery.shape);

const asked = {
  202: { description: 'Asked for, now or before; every service is at it', schema: dataRequestAnswer },
  404: { description: 'An id of ours that is no user’s of this app' },
  409: { description: 'The user is being erased' },
};

/** A user's data, for the app's backend and the operator: users of ours, and those that only the app knows. */
@Controller('/v1/users/:userId')
export class DataSubjectsController {
  constructor(
    private readonly desk: RequestDesk,
    private readonly trail: AuditTrail,
  ) {}

  @Delete()
  @Endpoint({
    allow: allow.operatorOrScope('users:write'),
    summary: 'Erase a user everywhere: signs them out at once, and cannot be undone',
    tags: ['personal data'],
    params: dataSubjectParams,
    query: dataSubjectQuery,
    responses: asked,
  })
  erase(
    @Caller() caller: Principal,
    @ValidParams() { userId }: z.output<typeof dataSubjectParams>,
    @ValidQuery() { appId }: z.output<typeof dataSubjectQuery>,
    @ReplyHead() reply: ReplyHead,
  ): Promise<DataRequestAnswer> {
    return this.ask('erasure', caller, userId, appId, reply);
  }

  @Post('/exports')
  @Endpoint({
    allow: allow.operatorOrScope('users:write'),
    summary: 'Have everything that is held of a user put into an archive',
    tags: ['personal data'],
    params: dataSubjectParams,
    query: dataSubjectQuery,
    responses: asked,
  })
  export(
    @Caller() caller: Principal,
    @ValidParams() { userId }: z.output<typeof dataSubjectParams>,
    @ValidQuery() { appId }: z.output<typeof dataSubjectQuery>,
    @ReplyHead() reply: ReplyHead,
  ): Promise<DataRequestAnswer> {
    return this.ask('export', caller, userId, appId, reply);
  }

  @Get('/audit')
  @Endpoint({
    allow: allow.operatorOrScope('users:read'),
    summary: 'Who looked at, exported or erased a user’s data, newest first',
    tags: ['personal data'],
    params: dataSubjectParams,
    query: auditQuery,
    responses: { 200: { description: 'One page of accesses', schema: auditPage } },
  })
  async audit(
    @Caller() caller: Principal,
    @ValidParams() { userId }: z.output<typeof dataSubjectParams>,
    @ValidQuery() { appId: named, after, limit }: z.output<typeof auditQuery>,
  ): Promise<Page<AuditEntry>> {
    const appId = await appOfSubject(this.desk, caller, userId, named);
    return toPage(await this.trail.of(appId, userId, { after, limit }), limit);
  }

  private async ask(
    kind: 'erasure' | 'export',
    caller: Principal,
    userId: string,
    named: string | undefined,
    reply: ReplyHead,
  ): Promise<DataRequestAnswer> {
    const appId = await appOfSubject(this.desk, caller, userId, named);
    const answer = answerOf(await this.desk.ask({ kind, appId, userId, actor: actorOf(caller) }));
    reply.header('location', `/v1/data-requests/${answer.id}`);
    return answer;
  }
}
