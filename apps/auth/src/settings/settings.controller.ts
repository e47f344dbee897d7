import { Controller, Get, Put } from '@nestjs/common';
import { allow, cached, Caller, Endpoint, type Principal, ValidBody, ValidParams } from '@signalbox/http';
import type { z } from 'zod';
import { AppRegistry } from '../apps/app-registry.js';
import { appParams } from '../apps/app.schemas.js';
import { visibleApp } from '../apps/visible-app.js';
import { type AuthSettings, authSettings } from './auth-settings.js';
import { SettingsDesk } from './settings-desk.js';

@Controller('/v1/apps/:id/auth-settings')
export class SettingsController {
  constructor(
    private readonly apps: AppRegistry,
    private readonly desk: SettingsDesk,
  ) {}

  @Get()
  @Endpoint({
    allow: allow.operatorOrScope('users:read'),
    summary: 'How users of this app sign in',
    tags: ['sign-in'],
    params: appParams,
    cache: cached.revalidated,
    responses: {
      200: { description: 'The settings, defaults included', schema: authSettings },
      404: { description: "No such app, or another's" },
    },
  })
  async get(@Caller() caller: Principal, @ValidParams() { id }: z.output<typeof appParams>): Promise<AuthSettings> {
    return this.desk.of((await visibleApp(this.apps, caller, id)).id);
  }

  @Put()
  @Endpoint({
    allow: allow.operatorOrScope('users:write'),
    summary: 'Say how users of this app sign in; what is left out gets its default',
    tags: ['sign-in'],
    params: appParams,
    body: authSettings,
    responses: {
      200: { description: 'The settings', schema: authSettings },
      404: { description: "No such app, or another's" },
    },
  })
  async put(
    @Caller() caller: Principal,
    @ValidParams() { id }: z.output<typeof appParams>,
    @ValidBody() body: AuthSettings,
  ): Promise<AuthSettings> {
    return this.desk.put((await visibleApp(this.apps, caller, id)).id, body);
  }
}
