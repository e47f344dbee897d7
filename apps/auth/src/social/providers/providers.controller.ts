import { Controller, Delete, Get, Inject, Put } from '@nestjs/common';
import { EndpointNotAllowed } from '@signalbox/credentials';
import { allow, cached, Caller, Endpoint, type Principal, problems, ValidBody, ValidParams } from '@signalbox/http';
import type { z } from 'zod';
import { AppRegistry } from '../../apps/app-registry.js';
import { appParams } from '../../apps/app.schemas.js';
import { visibleApp } from '../../apps/visible-app.js';
import { ProviderTrouble } from '../calls/trouble.js';
import { type ProviderConfig, providerConfig } from './provider-config.js';
import { ProviderStore, type StoredProvider } from './provider-store.js';
import { providerList, providerParams, type ProviderView, providerView, viewOf } from './provider.schemas.js';

type Params = z.output<typeof providerParams>;

/** Our own issuer, for those who are given it by name. */
export const OWN_ISSUER = Symbol('issuer');

const NO_SUCH = 'There is no such sign-in provider; GET /v1/apps/{id}/sign-in-providers lists them.';

@Controller('/v1/apps/:id/sign-in-providers')
export class ProvidersController {
  constructor(
    private readonly apps: AppRegistry,
    private readonly providers: ProviderStore,
    @Inject(OWN_ISSUER) private readonly issuer: string,
  ) {}

  @Put('/:name')
  @Endpoint({
    allow: allow.operatorOrScope('credentials:write'),
    summary: 'Let users of this app sign in with Google, Apple or an OpenID provider',
    tags: ['sign-in providers'],
    params: providerParams,
    body: providerConfig,
    responses: {
      200: { description: 'What was stored, without its secrets', schema: providerView },
      404: { description: "No such app, or another's" },
      422: { description: 'Also when the provider had to be asked for its metadata, and is of no use' },
    },
  })
  async put(
    @Caller() caller: Principal,
    @ValidParams() { id, name }: Params,
    @ValidBody() config: ProviderConfig,
  ): Promise<ProviderView> {
    const app = await visibleApp(this.apps, caller, id);
    return this.view(await this.providers.put(app, name, config).catch((error: unknown) => refuse(config, error)));
  }

  @Get()
  @Endpoint({
    allow: allow.operatorOrScope('credentials:write'),
    summary: 'List the sign-in providers of an app, in the order of their buttons',
    tags: ['sign-in providers'],
    params: appParams,
    cache: cached.revalidated,
    responses: {
      200: { description: 'The providers, without their secrets', schema: providerList },
      404: { description: "No such app, or another's" },
    },
  })
  async list(
    @Caller() caller: Principal,
    @ValidParams() { id }: z.output<typeof appParams>,
  ): Promise<{ items: ProviderView[] }> {
    const app = await visibleApp(this.apps, caller, id);
    return { items: (await this.providers.ofApp(app.id)).map((stored) => this.view(stored)) };
  }

  @Get('/:name')
  @Endpoint({
    allow: allow.operatorOrScope('credentials:write'),
    summary: 'Show a sign-in provider',
    tags: ['sign-in providers'],
    params: providerParams,
    cache: cached.revalidated,
    responses: {
      200: { description: 'The provider, without its secrets', schema: providerView },
      404: { description: 'No such provider, or of another app' },
    },
  })
  async show(@Caller() caller: Principal, @ValidParams() { id, name }: Params): Promise<ProviderView> {
    const app = await visibleApp(this.apps, caller, id);
    const stored = await this.providers.show(app.id, name);
    if (stored === undefined) throw problems.notFound(NO_SUCH);
    return this.view(stored);
  }

  @Delete('/:name')
  @Endpoint({
    allow: allow.operatorOrScope('credentials:write'),
    summary: 'Take a sign-in provider away; the identities that users have there are kept, and open nothing',
    tags: ['sign-in providers'],
    params: providerParams,
    responses: {
      204: { description: 'It is gone' },
      404: { description: 'No such provider, or of another app' },
    },
  })
  async remove(@Caller() caller: Principal, @ValidParams() { id, name }: Params): Promise<void> {
    const app = await visibleApp(this.apps, caller, id);
    if (!(await this.providers.remove(app.id, name))) throw problems.notFound(NO_SUCH);
  }

  private view(stored: StoredProvider): ProviderView {
    return viewOf(stored, this.issuer);
  }
}

function refuse({ kind }: ProviderConfig, error: unknown): never {
  if (error instanceof EndpointNotAllowed) {
    throw problems.invalid([{ pointer: '/endpoint', reason: 'is only allowed for apps in mode test' }]);
  }
  if (!(error instanceof ProviderTrouble)) throw error;
  const reason = `has no metadata that can be used (${error.trouble}): put the address right, or state the endpoints`;
  throw problems.invalid([{ pointer: kind === 'oidc' ? '/issuer' : '/endpoint/origin', reason }]);
}
