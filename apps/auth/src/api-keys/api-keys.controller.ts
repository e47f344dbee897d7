import { Controller, Delete, Get, Post } from '@nestjs/common';
import { allow, Endpoint, type Page, problems, ValidBody, ValidParams, ValidQuery } from '@signalbox/http';
import { z } from 'zod';
import { type App, AppRegistry } from '../apps/app-registry.js';
import { ApiKeyRegistry } from './api-key-registry.js';
import {
  apiKeyListQuery,
  apiKeyPage,
  type ApiKeyView,
  type CreatedApiKey,
  createdApiKey,
  newApiKey,
  type NewApiKey,
} from './api-key.schemas.js';

const keyParams = z.strictObject({ id: z.string() });

@Controller('/v1/api-keys')
export class ApiKeysController {
  constructor(
    private readonly apps: AppRegistry,
    private readonly keys: ApiKeyRegistry,
  ) {}

  @Post()
  @Endpoint({
    allow: allow.operator(),
    summary: 'Make an API key; the key is shown in this answer only',
    tags: ['api keys'],
    body: newApiKey,
    responses: {
      201: { description: 'The key', schema: createdApiKey },
      404: { description: 'No such app' },
    },
  })
  async create(@ValidBody() body: NewApiKey): Promise<CreatedApiKey> {
    return this.keys.create(await this.appOrNotFound(body.appId), body);
  }

  @Get()
  @Endpoint({
    allow: allow.operator(),
    summary: 'List the keys of an app, oldest first, revoked ones included',
    tags: ['api keys'],
    query: apiKeyListQuery,
    responses: {
      200: { description: 'One page of keys', schema: apiKeyPage },
      404: { description: 'No such app' },
    },
  })
  async list(@ValidQuery() { appId, after, limit }: z.output<typeof apiKeyListQuery>): Promise<Page<ApiKeyView>> {
    return this.keys.list((await this.appOrNotFound(appId)).id, after, limit);
  }

  @Delete('/:id')
  @Endpoint({
    allow: allow.operator(),
    summary: 'Revoke an API key for good',
    tags: ['api keys'],
    params: keyParams,
    responses: {
      204: { description: 'It is revoked; services notice within a second' },
      404: { description: 'No such key' },
    },
  })
  async revoke(@ValidParams() { id }: z.output<typeof keyParams>): Promise<void> {
    if (!(await this.keys.revoke(id))) throw problems.notFound('There is no such API key.');
  }

  private async appOrNotFound(publicId: string): Promise<App> {
    const app = await this.apps.find(publicId);
    if (app === undefined) throw problems.notFound('There is no app with this appId; GET /v1/apps lists them.');
    return app;
  }
}
