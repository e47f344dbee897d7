import { Controller, Get, Put } from '@nestjs/common';
import {
  categoriesAnswer,
  type CategoriesAnswer,
  categoryAnswer,
  categoryParams,
  categorySettings,
  type CategorySettings,
  type CategoryView,
  type Uuid,
} from '@signalbox/contracts';
import { allow, cached, CallerApp, Endpoint, ValidBody, ValidParams } from '@signalbox/http';
import type { z } from 'zod';
import { Policies } from './policies.js';

/** The categories of an app's policy, as far as their guarantee goes: a change of one is a new version of the policy. */
@Controller('/v1/categories')
export class CategoriesController {
  constructor(private readonly policies: Policies) {}

  @Get()
  @Endpoint({
    allow: allow.scope('notifications:read'),
    summary: "Categories of the app's policy",
    tags: ['categories'],
    cache: cached.revalidated,
    responses: { 200: { description: 'All of them, by name', schema: categoriesAnswer } },
  })
  async list(@CallerApp() appId: Uuid): Promise<CategoriesAnswer> {
    return { categories: await this.policies.categories(appId) };
  }

  @Put('/:name')
  @Endpoint({
    allow: allow.scope('notifications:write'),
    summary: 'Say what happens when a provider does not answer: send again (at-least-once) or not (at-most-once)',
    tags: ['categories'],
    params: categoryParams,
    body: categorySettings,
    responses: { 200: { description: 'In force for every attempt from now on', schema: categoryAnswer } },
  })
  put(
    @CallerApp() appId: Uuid,
    @ValidParams() { name }: z.output<typeof categoryParams>,
    @ValidBody() settings: CategorySettings,
  ): Promise<CategoryView> {
    return this.policies.putCategory(appId, name, settings);
  }
}
