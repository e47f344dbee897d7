import { Controller, Delete, Get, Post } from '@nestjs/common';
import { allow, cached, Endpoint, type Page, problems, ValidBody, ValidParams, ValidQuery } from '@signalbox/http';
import { z } from 'zod';
import { type App, AppRegistry } from '../apps/app-registry.js';
import { ClientRegistry } from './client-registry.js';
import {
  clientListQuery,
  clientPage,
  type ClientView,
  createdClient,
  type CreatedClient,
  newClient,
  type NewClient,
} from './client.schemas.js';

const clientParams = z.strictObject({ id: z.string() });

@Controller('/v1/clients')
export class ClientsController {
  constructor(
    private readonly apps: AppRegistry,
    private readonly clients: ClientRegistry,
  ) {}

  @Post()
  @Endpoint({
    allow: allow.operator(),
    summary: 'Make an OAuth client; its secret, if it has one, is shown in this answer only',
    tags: ['clients'],
    body: newClient,
    responses: {
      201: { description: 'The client', schema: createdClient },
      404: { description: 'No such app' },
    },
  })
  async create(@ValidBody() body: NewClient): Promise<CreatedClient> {
    return this.clients.create(await this.appOrNotFound(body.appId), body);
  }

  @Get()
  @Endpoint({
    allow: allow.operator(),
    summary: 'List the clients of an app, oldest first, revoked ones included',
    tags: ['clients'],
    query: clientListQuery,
    cache: cached.revalidated,
    responses: {
      200: { description: 'One page of clients', schema: clientPage },
      404: { description: 'No such app' },
    },
  })
  async list(@ValidQuery() { appId, after, limit }: z.output<typeof clientListQuery>): Promise<Page<ClientView>> {
    return this.clients.list((await this.appOrNotFound(appId)).id, after, limit);
  }

  @Delete('/:id')
  @Endpoint({
    allow: allow.operator(),
    summary: 'Revoke a client for good, with every token that it has',
    tags: ['clients'],
    params: clientParams,
    responses: {
      204: { description: 'It is revoked' },
      404: { description: 'No such client' },
    },
  })
  async revoke(@ValidParams() { id }: z.output<typeof clientParams>): Promise<void> {
    if (!(await this.clients.revoke(id))) throw problems.notFound('There is no such client.');
  }

  private async appOrNotFound(publicId: string): Promise<App> {
    const app = await this.apps.find(publicId);
    if (app === undefined) throw problems.notFound('There is no app with this appId; GET /v1/apps lists them.');
    return app;
  }
}
