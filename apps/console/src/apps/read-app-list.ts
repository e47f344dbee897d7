import { formatId, type IdKind, parseId, type Uuid } from '@signalbox/contracts';
import { queryOf } from '@signalbox/html';
import type { FastifyRequest } from 'fastify';

/** What a list of an app's things is asked for: `?app=` or all apps, `?before=` an id or the newest. */
export interface AppListWish {
  /** As it was written; it may be no id at all, and is nobody's then. */
  readonly app: string | undefined;
  readonly before: string | undefined;
}

/** One page of a list, the newest first. */
export interface AppListFound<Row> {
  readonly rows: readonly Row[];
  /** The id behind which there are more. */
  readonly next?: string;
}

const PAGE = 50;
const NEWEST: Uuid = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
const NOBODY: Uuid = '00000000-0000-0000-0000-000000000000';

/** An empty field of the form means all apps. */
export function appListWish(request: FastifyRequest): AppListWish {
  const query = queryOf(request);
  const app = query.get('app')?.trim();
  return { app: app === '' ? undefined : app, before: query.get('before') ?? undefined };
}

/** @param read rows of one app, or of all (null), with ids below `below`, the highest first, `limit` at most. */
export async function readAppList<Row extends { readonly id: Uuid }>(
  kind: IdKind,
  { app, before }: AppListWish,
  read: (ofApp: Uuid | null, below: Uuid, limit: number) => Promise<readonly Row[]>,
): Promise<AppListFound<Row>> {
  const ofApp = app === undefined ? null : (parseId('app', app) ?? NOBODY);
  const below = (before === undefined ? undefined : parseId(kind, before)) ?? NEWEST;
  const found = await read(ofApp, below, PAGE + 1);
  const rows = found.slice(0, PAGE);
  return { rows, ...(found.length > PAGE && { next: formatId(kind, rows.at(-1)!.id) }) };
}
