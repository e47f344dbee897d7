import {
  type CategoryPolicy,
  type CategorySettings,
  type CategoryView,
  formatId,
  type Page,
  policyDocument,
  type PolicyDocument,
  type PolicyVersion,
  type PolicyVersionsQuery,
  type PolicyView,
  type Uuid,
} from '@signalbox/contracts';
import type { Database, Sql } from '@signalbox/database';
import { append, type Fact } from '@signalbox/event-log';
import { NO_POLICY } from './app-policy.js';
import { changedPointers } from './changed-pointers.js';
import { ADD_VERSION, LOCK_POLICY, POLICY_IN_FORCE, POLICY_VERSION, POLICY_VERSIONS } from './policy.queries.js';

/** What became of a change: `conflict` when another version is in force than the caller meant. */
export type PolicyChange =
  | { readonly kind: 'changed' | 'same'; readonly policy: PolicyView }
  | { readonly kind: 'conflict'; readonly version: number };

interface PolicyRow {
  readonly version: number;
  readonly at: Date;
  readonly document: PolicyDocument;
}

/** The policies of apps: versions that are only ever added. */
export class Policies {
  constructor(private readonly database: Database) {}

  /** The one in force; version 0 of an app that never put one. */
  current(appId: Uuid): Promise<PolicyView> {
    return inForce(this.database, appId);
  }

  /** One version; undefined when there is none of this number. */
  async version(appId: Uuid, version: number): Promise<PolicyView | undefined> {
    const { rows } = await this.database.query<PolicyRow>(POLICY_VERSION, [appId, version]);
    return rows[0] && view(rows[0]);
  }

  /** The newest first, behind the version `after`. */
  async versions(appId: Uuid, { after, limit }: PolicyVersionsQuery): Promise<Page<PolicyVersion>> {
    const below = after ?? null;
    const { rows } = await this.database.query<Omit<PolicyRow, 'document'>>(POLICY_VERSIONS, [appId, below, limit + 1]);
    const items = rows.slice(0, limit).map(({ version, at }) => ({ version, at: at.toISOString() }));
    return { items, next: rows.length > limit ? String(items.at(-1)!.version) : null };
  }

  /**
   * Puts a document in force for everything that is routed from then on. `expected` is the version that the caller means to
   * replace; undefined: there must be none.
   */
  put(appId: Uuid, document: PolicyDocument, expected: number | undefined): Promise<PolicyChange> {
    return this.change(appId, (before) => (before.version === (expected ?? 0) ? document : undefined));
  }

  /** Changes one category's guarantee and leaves the rest as it is. */
  async putCategory(appId: Uuid, name: string, settings: CategorySettings): Promise<CategoryView> {
    const { policy } = (await this.change(appId, ({ document }) => {
      const categories = {
        ...document.categories,
        [name]: { mandatory: false, ...ownOf(document, name), ...settings },
      };
      return { ...document, categories };
    })) as Exclude<PolicyChange, { kind: 'conflict' }>;
    return categoryView(policy, name, policy.document.categories[name]!);
  }

  /** The categories of the policy in force, by name. */
  async categories(appId: Uuid): Promise<CategoryView[]> {
    const policy = await this.current(appId);
    return Object.entries(policy.document.categories)
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, category]) => categoryView(policy, name, category));
  }

  /** `next` makes the new document of the one in force, or undefined when it is not the one that was meant. */
  private change(appId: Uuid, next: (before: PolicyView) => PolicyDocument | undefined): Promise<PolicyChange> {
    return this.database.transaction(async (tx): Promise<PolicyChange> => {
      await tx.query(LOCK_POLICY, [`policy:${appId}`]);
      const before = await inForce(tx, appId);
      const document = next(before);
      if (document === undefined) return { kind: 'conflict', version: before.version };
      const changed = changedPointers(before.document, document);
      if (changed.length === 0 && before.version > 0) return { kind: 'same', policy: before };
      const { rows } = await tx.query<PolicyRow>(ADD_VERSION, [appId, before.version + 1, JSON.stringify(document)]);
      const policy = view(rows[0]!);
      await append(tx, factsOf(appId, before, policy, changed));
      return { kind: 'changed', policy };
    });
  }
}

async function inForce(sql: Sql, appId: Uuid): Promise<PolicyView> {
  const { rows } = await sql.query<PolicyRow>(POLICY_IN_FORCE, [appId]);
  return rows[0] === undefined ? { ...NO_POLICY, at: null } : view(rows[0]);
}

/** Parsed again: what a version before this one wrote lacks what came later. */
function view({ version, at, document }: PolicyRow): PolicyView {
  return { version, at: at.toISOString(), document: policyDocument.parse(document) };
}

function ownOf({ categories }: PolicyDocument, name: string): CategoryPolicy | undefined {
  return Object.hasOwn(categories, name) ? categories[name] : undefined;
}

function categoryView({ at }: PolicyView, name: string, { guarantee }: CategoryPolicy): CategoryView {
  return { name, guarantee, updatedAt: at! };
}

function factsOf(appId: Uuid, before: PolicyView, after: PolicyView, changed: readonly string[]): Fact[] {
  const about = { appId, subject: formatId('app', appId) };
  const guarantees = Object.entries(after.document.categories)
    .filter(([name, { guarantee }]) => ownOf(before.document, name)?.guarantee !== guarantee)
    .map(([category, { guarantee }]) => ({ category, guarantee }));
  return [
    { ...about, type: 'policy.changed', data: { version: after.version, changed } },
    ...guarantees.map((data): Fact => ({ ...about, type: 'category.changed', data })),
  ];
}
