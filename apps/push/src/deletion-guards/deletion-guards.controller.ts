import { Controller, Get, HttpCode, Post } from '@nestjs/common';
import {
  deletionGuardParams,
  type DeletionGuardsAnswer,
  deletionGuardsAnswer,
  formatId,
  parseId,
  type ReleaseAnswer,
  releaseAnswer,
  type ReleaseRequest,
  releaseRequest,
} from '@signalbox/contracts';
import { allow, cached, Endpoint, problems, ValidBody, ValidParams } from '@signalbox/http';
import type { z } from 'zod';
import { GuardDesk } from './guard-desk.js';

/** For operators: whether a storm of "gone" is believed is not for one app to say. */
@Controller('/v1/deletion-guards')
export class DeletionGuardsController {
  constructor(private readonly desk: GuardDesk) {}

  @Get()
  @Endpoint({
    allow: allow.operator(),
    summary: 'Credentials whose answers may delete no devices for now, or all of them',
    tags: ['deletion guards'],
    cache: cached.revalidated,
    responses: { 200: { description: 'Guards that are tripped or open', schema: deletionGuardsAnswer } },
  })
  async list(): Promise<DeletionGuardsAnswer> {
    return { guards: await this.desk.list() };
  }

  @Post('/:credentialId/release')
  @HttpCode(200)
  @Endpoint({
    allow: allow.operator(),
    summary: 'Decide what becomes of the devices that a guard holds, and let deletions go on',
    tags: ['deletion guards'],
    params: deletionGuardParams,
    body: releaseRequest,
    responses: {
      200: { description: 'How many devices it held', schema: releaseAnswer },
      404: { description: 'No such credential' },
    },
  })
  async release(
    @ValidParams() { credentialId }: z.output<typeof deletionGuardParams>,
    @ValidBody() request: ReleaseRequest,
  ): Promise<ReleaseAnswer> {
    const id = parseId('credential', credentialId);
    const devices = id === undefined ? undefined : await this.desk.release(id, request);
    if (devices === undefined) {
      const example = formatId('credential', '00000000-0000-7000-8000-000000000000');
      throw problems.notFound(
        `There is no credential ${credentialId}; ids look like ${example}, and GET /v1/deletion-guards lists those that wait.`,
      );
    }
    return { devices };
  }
}
