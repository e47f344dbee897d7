import { Controller, Get, Post } from '@nestjs/common';
import { SECRET_KEY_SCOPES } from '@signalbox/contracts';
import {
  allow,
  cached,
  Caller,
  Endpoint,
  type Page,
  pageQuery,
  type Principal,
  ValidBody,
  ValidParams,
  ValidQuery,
} from '@signalbox/http';
import type { z } from 'zod';
import { AppRegistry, view } from './app-registry.js';
import { appPage, appParams, type AppView, appView, newApp, type NewApp } from './app.schemas.js';
import { visibleApp } from './visible-app.js';

@Controller('/v1/apps')
export class AppsController {
  constructor(private readonly apps: AppRegistry) {}

  @Post()
  @Endpoint({
    allow: allow.operator(),
    summary: 'Make an app',
    tags: ['apps'],
    body: newApp,
    responses: { 201: { description: 'The app', schema: appView } },
  })
  create(@ValidBody() body: NewApp): Promise<AppView> {
    return this.apps.create(body);
  }

  @Get()
  @Endpoint({
    allow: allow.operator(),
    summary: 'List apps, oldest first',
    tags: ['apps'],
    query: pageQuery,
    cache: cached.revalidated,
    responses: { 200: { description: 'One page of apps', schema: appPage } },
  })
  list(@ValidQuery() { after, limit }: z.output<typeof pageQuery>): Promise<Page<AppView>> {
    return this.apps.list(after, limit);
  }

  @Get('/:id')
  @Endpoint({
    // Any secret key may see which app it belongs to.
    allow: allow.operatorOrAnyScope(...SECRET_KEY_SCOPES),
    summary: 'Show an app',
    tags: ['apps'],
    params: appParams,
    cache: cached.revalidated,
    responses: {
      200: { description: 'The app', schema: appView },
      404: { description: "No such app, or another's" },
    },
  })
  async show(@Caller() caller: Principal, @ValidParams() { id }: z.output<typeof appParams>): Promise<AppView> {
    return view(await visibleApp(this.apps, caller, id));
  }
}
