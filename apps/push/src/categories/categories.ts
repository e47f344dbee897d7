import { type CategorySettings, type CategoryView, formatId, type Uuid } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import { append } from '@signalbox/event-log';
import { CATEGORIES, PUT_CATEGORY } from './category.queries.js';

interface CategoryRow {
  readonly name: string;
  readonly guarantee: CategorySettings['guarantee'];
  readonly updatedAt: Date;
}

/** The settings of an app's categories. One without settings needs no entry. */
export class Categories {
  constructor(private readonly database: Database) {}

  async list(appId: Uuid): Promise<CategoryView[]> {
    return (await this.database.query<CategoryRow>(CATEGORIES, [appId])).rows.map(view);
  }

  /** In force for every attempt that begins after it. A fact is written only when something changed. */
  async put(appId: Uuid, category: string, { guarantee }: CategorySettings): Promise<CategoryView> {
    return this.database.transaction(async (tx) => {
      const { rows } = await tx.query<CategoryRow & { changed: boolean }>(PUT_CATEGORY, [appId, category, guarantee]);
      const { changed, ...row } = rows[0]!;
      const data = { category, guarantee };
      if (changed) await append(tx, [{ appId, type: 'category.changed', subject: formatId('app', appId), data }]);
      return view(row);
    });
  }
}

function view({ updatedAt, ...rest }: CategoryRow): CategoryView {
  return { ...rest, updatedAt: updatedAt.toISOString() };
}
