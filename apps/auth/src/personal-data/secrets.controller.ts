import { Controller, Get } from '@nestjs/common';
import { type DataReceiptView, dataReceiptView } from '@signalbox/contracts';
import {
  allow,
  AskedFor,
  type AuthenticatedRequest,
  Endpoint,
  prefixOf,
  problems,
  ReplyHead,
  ValidParams,
} from '@signalbox/http';
import { z } from 'zod';
import { type Archive, Archives } from './archive.js';
import { viewOfReceipt } from './data-requests.controller.js';
import { RequestDesk } from './request-desk.js';

/** 256 bits in base64url. */
const secret = z.string().length(43);
const ticketParams = z.strictObject({ ticket: secret });
const linkParams = z.strictObject({ link: secret });

/** For whoever has no account any more, or opens a link in a browser: the secret in the path is all the proof there is. */
@Controller('/v1')
export class SecretsController {
  constructor(
    private readonly desk: RequestDesk,
    private readonly archives: Archives,
  ) {}

  @Get('/receipts/:ticket')
  @Endpoint({
    allow: allow.publicly('the ticket is 256 random bits, told to nobody but who asked; it shows counts and no person'),
    summary: 'The receipt of a request, by the ticket that its asker got',
    tags: ['personal data'],
    params: ticketParams,
    responses: { 200: { description: 'The receipt', schema: dataReceiptView }, 404: { description: 'No such ticket' } },
  })
  async receipt(@ValidParams() { ticket }: z.output<typeof ticketParams>): Promise<DataReceiptView> {
    const request = await this.desk.byTicket(ticket);
    if (request === undefined) throw problems.notFound('There is no such ticket.');
    return viewOfReceipt(request);
  }

  @Get('/archives/:link')
  @Endpoint({
    allow: allow.publicly('the link is 256 random bits, good once and for a quarter of an hour'),
    summary: 'Download an archive, once',
    tags: ['personal data'],
    params: linkParams,
    responses: {
      200: { description: 'Everything that was handed out', schema: z.looseObject({}) },
      404: { description: 'No such link, or it was used, or its time is over' },
    },
  })
  async archive(
    @ValidParams() { link }: z.output<typeof linkParams>,
    @AskedFor() { address }: AuthenticatedRequest,
    @ReplyHead() reply: ReplyHead,
  ): Promise<Archive> {
    const request = await this.archives.use(link);
    if (request === undefined) throw problems.notFound('This link leads nowhere (any more); ask for another.');
    reply.header('content-disposition', 'attachment; filename="archive.json"');
    return this.archives.open(request, { actor: 'link', network: prefixOf(address) });
  }
}
