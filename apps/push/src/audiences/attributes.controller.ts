import { Controller, Get, Patch, Put } from '@nestjs/common';
import {
  attributeChanges,
  type AttributeChanges,
  attributesView,
  type AttributesView,
  userAttributes,
  type UserAttributes,
  userParams,
  type Uuid,
} from '@signalbox/contracts';
import { allow, CallerApp, Endpoint, ValidBody, ValidParams } from '@signalbox/http';
import type { z } from 'zod';
import { Attributes } from './attributes.js';

const WRITE = allow.scope('devices:write');
const KEPT = { description: 'All of them, as they are now', schema: attributesView };

/** What an app notes of its users, so that segments can ask for it. */
@Controller('/v1/users/:userId/attributes')
export class AttributesController {
  constructor(private readonly attributes: Attributes) {}

  @Get()
  @Endpoint({
    allow: allow.scope('devices:read'),
    summary: 'What is noted of a user',
    tags: ['segments'],
    params: userParams,
    responses: { 200: KEPT },
  })
  get(@CallerApp() appId: Uuid, @ValidParams() { userId }: z.output<typeof userParams>): Promise<AttributesView> {
    return this.attributes.of(appId, userId);
  }

  @Put()
  @Endpoint({
    allow: WRITE,
    summary: 'Replace what is noted of a user',
    tags: ['segments'],
    params: userParams,
    body: userAttributes,
    responses: { 200: KEPT },
  })
  replace(
    @CallerApp() appId: Uuid,
    @ValidParams() { userId }: z.output<typeof userParams>,
    @ValidBody() wanted: UserAttributes,
  ): Promise<AttributesView> {
    return this.attributes.replace(appId, userId, wanted);
  }

  @Patch()
  @Endpoint({
    allow: WRITE,
    summary: 'Change some of it; null takes an attribute away',
    tags: ['segments'],
    params: userParams,
    body: attributeChanges,
    responses: { 200: KEPT },
  })
  change(
    @CallerApp() appId: Uuid,
    @ValidParams() { userId }: z.output<typeof userParams>,
    @ValidBody() changes: AttributeChanges,
  ): Promise<AttributesView> {
    return this.attributes.change(appId, userId, changes);
  }
}
