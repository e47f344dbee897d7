import { Controller, Delete, Get, Post } from '@nestjs/common';
import { SECRET_KEY_SCOPES } from '@signalbox/contracts';
import {
  allow,
  cached,
  Caller,
  Endpoint,
  type Page,
  type Principal,
  problems,
  ValidBody,
  ValidParams,
  ValidQuery,
} from '@signalbox/http';
import { z } from 'zod';
import { type App, AppRegistry } from '../apps/app-registry.js';
import { ApiKeyRegistry } from './api-key-registry.js';
import { KeyExchange } from './key-exchange.js';
import {
  apiKeyListQuery,
  apiKeyPage,
  type ApiKeyView,
  type CreatedApiKey,
  createdApiKey,
  type ExchangedKey,
  exchangedKey,
  keyExchange,
  type KeyExchangeRequest,
  newApiKey,
  type NewApiKey,
} from './api-key.schemas.js';

const keyParams = z.strictObject({ id: z.string() });

@Controller('/v1/api-keys')
export class ApiKeysController {
  constructor(
    private readonly apps: AppRegistry,
    private readonly keys: ApiKeyRegistry,
    private readonly exchanges: KeyExchange,
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

  @Post('/exchange')
  @Endpoint({
    allow: allow.anyScope(...SECRET_KEY_SCOPES),
    summary: 'Get an access token of five minutes for the secret key that calls',
    tags: ['api keys'],
    body: keyExchange,
    responses: { 200: { description: 'The token', schema: exchangedKey } },
  })
  exchange(@Caller() caller: Principal, @ValidBody() { scopes }: KeyExchangeRequest): Promise<ExchangedKey> {
    if (caller.kind !== 'app') throw new TypeError('the guard lets only keys in');
    return this.exchanges.exchange(caller, scopes);
  }

  @Get()
  @Endpoint({
    allow: allow.operator(),
    summary: 'List the keys of an app, oldest first, revoked ones included',
    tags: ['api keys'],
    query: apiKeyListQuery,
    cache: cached.revalidated,
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
      204: {
        description: 'It is revoked; services notice within a second, those of tokens it was exchanged for included',
      },
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
