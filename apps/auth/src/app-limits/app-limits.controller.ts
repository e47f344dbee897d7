import { Controller, Get, Put } from '@nestjs/common';
import { type AppLimits, appLimits, SECRET_KEY_SCOPES } from '@signalbox/contracts';
import {
  allow,
  cached,
  Caller,
  Endpoint,
  jsonPointer,
  type Principal,
  problems,
  ValidBody,
  ValidParams,
} from '@signalbox/http';
import type { z } from 'zod';
import { AppRegistry } from '../apps/app-registry.js';
import { appParams } from '../apps/app.schemas.js';
import { visibleApp } from '../apps/visible-app.js';
import { AppLimitDesk } from './app-limit-desk.js';

/** For operators: what an app may ask for is not for the app to say. */
@Controller('/v1/apps/:id/limits')
export class AppLimitsController {
  constructor(
    private readonly apps: AppRegistry,
    private readonly desk: AppLimitDesk,
  ) {}

  @Get()
  @Endpoint({
    // Any secret key may see what is expected of it.
    allow: allow.operatorOrAnyScope(...SECRET_KEY_SCOPES),
    summary: 'What was set for an app: requests a second of its keys, and quotas',
    tags: ['apps'],
    params: appParams,
    cache: cached.revalidated,
    responses: {
      200: { description: 'Without what is as for all apps', schema: appLimits },
      404: { description: "No such app, or another's" },
    },
  })
  async get(@Caller() caller: Principal, @ValidParams() { id }: z.output<typeof appParams>): Promise<AppLimits> {
    return this.desk.of((await visibleApp(this.apps, caller, id)).id);
  }

  @Put()
  @Endpoint({
    allow: allow.operator(),
    summary: 'Set what an app may ask for; what is left out is as for all apps. In force everywhere within a second.',
    tags: ['apps'],
    params: appParams,
    body: appLimits,
    responses: {
      200: { description: 'In force', schema: appLimits },
      404: { description: 'No such app' },
      422: { description: 'Invalid, or a key is named that is not of this app' },
    },
  })
  async put(
    @Caller() caller: Principal,
    @ValidParams() { id }: z.output<typeof appParams>,
    @ValidBody() limits: AppLimits,
  ): Promise<AppLimits> {
    const { strangers } = await this.desk.put((await visibleApp(this.apps, caller, id)).id, limits);
    if (strangers.length === 0) return limits;
    throw problems.invalid(
      strangers.map((key) => ({
        pointer: jsonPointer(['keys', key]),
        reason: 'is no key of this app; GET /v1/api-keys lists them',
      })),
    );
  }
}
