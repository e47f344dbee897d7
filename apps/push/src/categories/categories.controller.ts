import { Controller, Get, Put } from '@nestjs/common';
import {
  categoriesAnswer,
  type CategoriesAnswer,
  categoryAnswer,
  categoryParams,
  categorySettings,
  type CategorySettings,
  type CategoryView,
  formatId,
  type Uuid,
} from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import { append } from '@signalbox/event-log';
import { allow, CallerApp, Endpoint, ValidBody, ValidParams } from '@signalbox/http';
import type { z } from 'zod';
import { CATEGORIES, PUT_CATEGORY } from './category.queries.js';

interface CategoryRow {
  readonly name: string;
  readonly guarantee: CategorySettings['guarantee'];
  readonly updatedAt: Date;
}

/** Kinds of notifications that are treated in another way than the rest. A category without settings needs no entry. */
@Controller('/v1/categories')
export class CategoriesController {
  constructor(private readonly database: Database) {}

  @Get()
  @Endpoint({
    allow: allow.scope('notifications:read'),
    summary: 'Categories that have settings of their own',
    tags: ['categories'],
    responses: { 200: { description: 'All of them, by name', schema: categoriesAnswer } },
  })
  async list(@CallerApp() appId: Uuid): Promise<CategoriesAnswer> {
    const { rows } = await this.database.query<CategoryRow>(CATEGORIES, [appId]);
    return { categories: rows.map(view) };
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
  async put(
    @CallerApp() appId: Uuid,
    @ValidParams() { name }: z.output<typeof categoryParams>,
    @ValidBody() { guarantee }: CategorySettings,
  ): Promise<CategoryView> {
    return this.database.transaction(async (tx) => {
      const { rows } = await tx.query<CategoryRow & { changed: boolean }>(PUT_CATEGORY, [appId, name, guarantee]);
      const { changed, ...category } = rows[0]!;
      const data = { category: name, guarantee };
      if (changed) await append(tx, [{ appId, type: 'category.changed', subject: formatId('app', appId), data }]);
      return view(category);
    });
  }
}

function view({ updatedAt, ...rest }: CategoryRow): CategoryView {
  return { ...rest, updatedAt: updatedAt.toISOString() };
}
