import { Controller, Get, Put } from '@nestjs/common';
import {
  breakerAnswer,
  breakerParams,
  type BreakerRequest,
  breakerRequest,
  type BreakersAnswer,
  breakersAnswer,
  type BreakersRequest,
  breakersRequest,
  type BreakersSetAnswer,
  breakersSetAnswer,
  type BreakerView,
  parseId,
} from '@signalbox/contracts';
import { allow, cached, Endpoint, problems, ValidBody, ValidParams } from '@signalbox/http';
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
    cache: cached.revalidated,
    responses: {
      200: { description: 'Those first that somebody should look at, 200 at most', schema: breakersAnswer },
    },
  })
  async list(): Promise<BreakersAnswer> {
    return { breakers: await this.desk.list() };
  }

  @Put()
  @Endpoint({
    allow: allow.operator(),
    summary: 'Do the same with every credential of a provider, of an app, or of a provider and an app',
    tags: ['breakers'],
    body: breakersRequest,
    responses: {
      200: { description: 'Each stands there now', schema: breakersSetAnswer },
      404: { description: 'No credential of these that notifications are sent with' },
    },
  })
  async setAll(@ValidBody() request: BreakersRequest): Promise<BreakersSetAnswer> {
    const { provider, appId, ...breaker } = request;
    refusePast(breaker);
    const app = appId === undefined ? undefined : parseId('app', appId);
    const credentials =
      appId !== undefined && app === undefined
        ? 0
        : await this.desk.setAll(
            { ...(provider !== undefined && { provider }), ...(app !== undefined && { appId: app }) },
            breaker,
          );
    if (credentials > 0) return { credentials };
    throw problems.notFound(
      'There is no such credential that notifications are sent with; GET /v1/breakers lists them.',
    );
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
    refusePast(request);
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

function refusePast({ until }: BreakerRequest): void {
  if (until !== undefined && Date.parse(until) <= Date.now())
    throw problems.invalid([{ pointer: '/until', reason: 'must lie ahead' }]);
}
