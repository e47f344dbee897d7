import { Controller, Get, HttpCode, Post, Put } from '@nestjs/common';
import {
  parseId,
  type SyntheticCheckDevice,
  syntheticCheckDevice,
  syntheticCheckParams,
  type SyntheticChecksAnswer,
  syntheticChecksAnswer,
  type Uuid,
} from '@signalbox/contracts';
import { allow, cached, Endpoint, problems, ValidBody, ValidParams } from '@signalbox/http';
import { CheckBook } from '@signalbox/synthetic-checks';
import type { z } from 'zod';

type Params = z.output<typeof syntheticCheckParams>;

/** For operators: of the credentials of all apps and services, those of gateways too. */
@Controller('/v1/synthetic-checks')
export class SyntheticChecksController {
  constructor(private readonly book: CheckBook) {}

  @Get()
  @Endpoint({
    allow: allow.operator(),
    summary: 'Whether providers and gateways take the credentials of all apps, as tried by the clock',
    tags: ['credentials'],
    cache: cached.revalidated,
    responses: { 200: { description: 'Every credential, those that fail first', schema: syntheticChecksAnswer } },
  })
  async list(): Promise<SyntheticChecksAnswer> {
    return { checks: await this.book.list() };
  }

  @Post('/:credentialId/now')
  @HttpCode(202)
  @Endpoint({
    allow: allow.operator(),
    summary: 'Have a credential tried now; a process that speaks to its provider does so within seconds',
    tags: ['credentials'],
    params: syntheticCheckParams,
    responses: { 202: { description: 'It is due' }, 404: { description: 'No such credential' } },
  })
  async now(@ValidParams() { credentialId }: Params): Promise<void> {
    if (!(await this.book.wish(credentialOf(credentialId)))) throw unknown(credentialId);
  }

  @Put('/:credentialId/device')
  @HttpCode(204)
  @Endpoint({
    allow: allow.operator(),
    summary: 'Name the test device that checks of a credential are sent to',
    tags: ['credentials'],
    params: syntheticCheckParams,
    body: syntheticCheckDevice,
    responses: {
      204: { description: 'The next check, which is due now, goes there' },
      404: { description: 'No such credential, or no such device of its app that its provider reaches' },
    },
  })
  async name(@ValidParams() { credentialId }: Params, @ValidBody() body: SyntheticCheckDevice): Promise<void> {
    const credential = credentialOf(credentialId);
    const device = body.deviceId === null ? null : parseId('device', body.deviceId);
    if (device === undefined || !(await this.book.name(credential, device))) {
      throw problems.notFound(
        `There is no credential ${credentialId}, or its provider reaches no device ${body.deviceId} of its app.`,
      );
    }
  }
}

function credentialOf(id: string): Uuid {
  const credential = parseId('credential', id);
  if (credential === undefined) throw unknown(id);
  return credential;
}

function unknown(id: string) {
  return problems.notFound(`There is no credential ${id}; GET /v1/synthetic-checks lists them.`);
}
