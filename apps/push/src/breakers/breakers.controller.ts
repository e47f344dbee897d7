import { Controller, Get, Put } from '@nestjs/common';
import {
  breakerAnswer,
  breakerParams,
  type BreakerRequest,
  breakerRequest,
  type BreakersAnswer,
  breakersAnswer,
  type BreakerView,
  parseId,
} from '@signalbox/contracts';
import { allow, Endpoint, problems, ValidBody, ValidParams } from '@signalbox/http';
import type { z } from 'zod';
import { BreakerDesk } from './breaker-desk.js';

/** For operators: whether a provider is sent to at all is not for one app to say. */
@Controller('/v1/breakers')
export class BreakersController {
  constructor(private readonly desk: BreakerDesk) {}

  @Get()
  @Endpoint({
    allow: allow.operator(),
    summary: 'How the breaker of each credential stands, in every process, and why',
    tags: ['breakers'],
    responses: {
      200: { description: 'Those first that somebody should look at, 200 at most', schema: breakersAnswer },
    },
  })
  async list(): Promise<BreakersAnswer> {
    return { breakers: await this.desk.list() };
  }

  @Put('/:credentialId')
  @Endpoint({
    allow: allow.operator(),
    summary: 'Open a breaker, so that what is meant for the provider waits; close it; or leave it to itself again',
    tags: ['breakers'],
    params: breakerParams,
    body: breakerRequest,
    responses: {
      200: { description: 'How it stands now', schema: breakerAnswer },
      404: { description: 'No credential that notifications are sent with' },
    },
  })
  async set(
    @ValidParams() { credentialId }: z.output<typeof breakerParams>,
    @ValidBody() request: BreakerRequest,
  ): Promise<BreakerView> {
    if (request.until !== undefined && Date.parse(request.until) <= Date.now()) {
      throw problems.invalid([{ pointer: '/until', reason: 'must lie ahead' }]);
    }
    const id = parseId('credential', credentialId);
    const view = id === undefined ? undefined : await this.desk.set(id, request);
    if (view === undefined) {
      throw problems.notFound(
        `There is no credential ${credentialId} that notifications are sent with; GET /v1/breakers lists them.`,
      );
    }
    return view;
  }
}
