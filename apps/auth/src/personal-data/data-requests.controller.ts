import { Controller, Get, Post } from '@nestjs/common';
import {
  type ArchiveLink,
  archiveLink,
  type DataReceiptView,
  dataReceiptView,
  dataRequestPage,
  dataRequestParams,
  dataRequestQuery,
  type DataRequestView,
  dataRequestView,
  type Page,
  parseId,
} from '@signalbox/contracts';
import { allow, Caller, Endpoint, type Principal, problems, toPage, ValidParams, ValidQuery } from '@signalbox/http';
import { z } from 'zod';
import { type Archive, Archives, noArchive } from './archive.js';
import { actorOf, visibleTo } from './caller.js';
import { type RequestRow, viewOfRequest } from './request.js';
import { RequestDesk } from './request-desk.js';

type Params = z.output<typeof dataRequestParams>;

const NONE = { description: 'No such request, or another app’s' };

/** How far requests for users' data are, what came of them, and what was kept and why. */
@Controller('/v1/data-requests')
export class DataRequestsController {
  constructor(
    private readonly desk: RequestDesk,
    private readonly archives: Archives,
  ) {}

  @Get()
  @Endpoint({
    allow: allow.operatorOrScope('users:read'),
    summary: 'List requests, oldest first; ?state=overdue shows those that some service does not answer',
    tags: ['personal data'],
    query: dataRequestQuery,
    responses: { 200: { description: 'One page of requests', schema: dataRequestPage } },
  })
  async list(
    @Caller() caller: Principal,
    @ValidQuery() query: z.output<typeof dataRequestQuery>,
  ): Promise<Page<DataRequestView>> {
    return toPage((await this.desk.list(visibleTo(caller), query)).map(viewOfRequest), query.limit);
  }

  @Get('/:id')
  @Endpoint({
    allow: allow.operatorOrScope('users:read'),
    summary: 'A request: the state of each service, what was kept and why',
    tags: ['personal data'],
    params: dataRequestParams,
    responses: { 200: { description: 'The request', schema: dataRequestView }, 404: NONE },
  })
  async show(@Caller() caller: Principal, @ValidParams() { id }: Params): Promise<DataRequestView> {
    return viewOfRequest(await this.request(caller, id));
  }

  @Get('/:id/receipt')
  @Endpoint({
    allow: allow.operatorOrScope('users:read'),
    summary: 'The signed receipt of a request that has ended',
    tags: ['personal data'],
    params: dataRequestParams,
    responses: { 200: { description: 'The receipt', schema: dataReceiptView }, 404: NONE },
  })
  async receipt(@Caller() caller: Principal, @ValidParams() { id }: Params): Promise<DataReceiptView> {
    return viewOfReceipt(await this.request(caller, id));
  }

  @Get('/:id/archive')
  @Endpoint({
    allow: allow.operatorOrScope('users:write'),
    summary: 'The archive of an export, as one JSON document',
    tags: ['personal data'],
    params: dataRequestParams,
    responses: {
      200: { description: 'Everything that was handed out', schema: z.looseObject({}) },
      404: NONE,
      409: { description: 'It is not ready, or was thrown away after seven days' },
    },
  })
  async archive(@Caller() caller: Principal, @ValidParams() { id }: Params): Promise<Archive> {
    const request = await this.openable(caller, id);
    if (request.kind !== 'export' || request.state !== 'done') throw noArchive();
    return this.archives.open(request, { actor: actorOf(caller) });
  }

  @Post('/:id/archive-links')
  @Endpoint({
    allow: allow.operatorOrScope('users:write'),
    summary: 'A link with which the archive can be downloaded once, within a quarter of an hour',
    tags: ['personal data'],
    params: dataRequestParams,
    responses: {
      201: { description: 'The link', schema: archiveLink },
      404: NONE,
      409: { description: 'There is no archive, or not any more' },
    },
  })
  async link(@Caller() caller: Principal, @ValidParams() { id }: Params): Promise<ArchiveLink> {
    return this.archives.linkOf(await this.openable(caller, id), actorOf(caller));
  }

  /** What users had handed out to themselves, with a fresh sign-in, is for nobody else's eyes. */
  private async openable(caller: Principal, id: string): Promise<RequestRow> {
    const request = await this.request(caller, id);
    if (parseId('user', request.askedBy) === undefined) return request;
    throw problems.forbidden('archive_of_user', 'The user asked for this archive; only the user can open it.');
  }

  private async request(caller: Principal, id: string): Promise<RequestRow> {
    const request = await this.desk.find(visibleTo(caller), id);
    if (request === undefined) throw problems.notFound('There is no such request.');
    return request;
  }
}

export function viewOfReceipt({ state, receipt, receiptKey: key }: RequestRow): DataReceiptView {
  return { state, receipt, key };
}
