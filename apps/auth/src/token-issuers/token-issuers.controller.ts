import { Controller, Delete, Get, Post } from '@nestjs/common';
import { allow, cached, Caller, Endpoint, type Principal, problems, ValidBody, ValidParams } from '@signalbox/http';
import type { z } from 'zod';
import { AppRegistry } from '../apps/app-registry.js';
import { appParams } from '../apps/app.schemas.js';
import { visibleApp } from '../apps/visible-app.js';
import {
  newTokenIssuer,
  type NewTokenIssuer,
  tokenIssuerList,
  tokenIssuerParams,
  type TokenIssuerView,
  tokenIssuerView,
} from './token-issuer.schemas.js';
import { TokenIssuers } from './token-issuers.js';

const MAY = allow.operatorOrScope('credentials:write');
const TAGS = ['token issuers'];
const NO_APP = { 404: { description: "No such app, or another's" } };

@Controller('/v1/apps/:id/token-issuers')
export class TokenIssuersController {
  constructor(
    private readonly apps: AppRegistry,
    private readonly issuers: TokenIssuers,
  ) {}

  @Post()
  @Endpoint({
    allow: MAY,
    summary: 'Take the access tokens of another issuer for those of users of this app',
    tags: TAGS,
    params: appParams,
    body: newTokenIssuer,
    responses: {
      201: { description: 'It is trusted', schema: tokenIssuerView },
      ...NO_APP,
      409: { description: 'Another app has the issuer, or its tokens for this audience lead to an app already' },
    },
  })
  async add(
    @Caller() caller: Principal,
    @ValidParams() { id }: z.output<typeof appParams>,
    @ValidBody() body: NewTokenIssuer,
  ): Promise<TokenIssuerView> {
    return this.issuers.add(await visibleApp(this.apps, caller, id), body, caller.kind);
  }

  @Get()
  @Endpoint({
    allow: MAY,
    summary: 'List the issuers that an app trusts',
    tags: TAGS,
    params: appParams,
    cache: cached.revalidated,
    responses: { 200: { description: 'The issuers, oldest first', schema: tokenIssuerList }, ...NO_APP },
  })
  async list(
    @Caller() caller: Principal,
    @ValidParams() { id }: z.output<typeof appParams>,
  ): Promise<{ items: TokenIssuerView[] }> {
    return this.issuers.list((await visibleApp(this.apps, caller, id)).id);
  }

  @Delete('/:issuerId')
  @Endpoint({
    allow: MAY,
    summary: 'Trust an issuer no longer',
    tags: TAGS,
    params: tokenIssuerParams,
    responses: {
      204: { description: 'Its tokens are refused within seconds' },
      404: { description: "No such app or issuer, or another's" },
    },
  })
  async remove(
    @Caller() caller: Principal,
    @ValidParams() { id, issuerId }: z.output<typeof tokenIssuerParams>,
  ): Promise<void> {
    const app = await visibleApp(this.apps, caller, id);
    if (!(await this.issuers.remove(app.id, issuerId))) throw problems.notFound('The app trusts no such issuer.');
  }
}
