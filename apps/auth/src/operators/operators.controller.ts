import { Controller, Delete, Get, Put } from '@nestjs/common';
import { parseId } from '@signalbox/contracts';
import { allow, Endpoint, problems, ValidBody, ValidParams, ValidQuery } from '@signalbox/http';
import type { z } from 'zod';
import { type App, AppRegistry } from '../apps/app-registry.js';
import { OperatorDesk } from './operator-desk.js';
import {
  type GrantedOperator,
  grantedOperator,
  type OperatorGrant,
  operatorGrant,
  operatorList,
  operatorParams,
  operatorQuery,
} from './operator.schemas.js';

/** Who may use the console: users of one app, each with a role. */
@Controller('/v1/operators')
export class OperatorsController {
  constructor(
    private readonly apps: AppRegistry,
    private readonly operators: OperatorDesk,
  ) {}

  @Get()
  @Endpoint({
    allow: allow.operator(),
    summary: 'List who may use the console, and for what',
    tags: ['operators'],
    query: operatorQuery,
    responses: { 200: { description: 'All of them', schema: operatorList }, 404: { description: 'No such app' } },
  })
  async list(@ValidQuery() { appId }: z.output<typeof operatorQuery>): Promise<z.output<typeof operatorList>> {
    return { operators: await this.operators.list((await this.appOrNotFound(appId)).id) };
  }

  @Put()
  @Endpoint({
    allow: allow.operator(),
    summary: 'Let somebody use the console, in a role; an account is made where there is none',
    tags: ['operators'],
    body: operatorGrant,
    responses: {
      200: { description: 'The role counts from now on', schema: grantedOperator },
      404: { description: 'No such app' },
      409: { description: 'A password was given, and the address has an account' },
    },
  })
  async grant(@ValidBody() body: OperatorGrant): Promise<GrantedOperator> {
    return this.operators.grant(await this.appOrNotFound(body.appId), body);
  }

  @Delete('/:userId')
  @Endpoint({
    allow: allow.operator(),
    summary: 'Take the role from somebody: the console refuses them from now on. The account stays.',
    tags: ['operators'],
    params: operatorParams,
    responses: { 204: { description: 'It is taken' }, 404: { description: 'This user has no role' } },
  })
  async remove(@ValidParams() { userId }: z.output<typeof operatorParams>): Promise<void> {
    const user = parseId('user', userId);
    if (user === undefined || !(await this.operators.remove(user)))
      throw problems.notFound('This user has no role; GET /v1/operators lists who has one.');
  }

  private async appOrNotFound(publicId: string): Promise<App> {
    const app = await this.apps.find(publicId);
    if (app === undefined) throw problems.notFound('There is no app with this appId; GET /v1/apps lists them.');
    return app;
  }
}
