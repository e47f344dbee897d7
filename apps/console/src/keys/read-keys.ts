import { keyRequest, type KeyRequest, REMEMBERED_REQUESTS, type Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { z } from 'zod';
import { type AppListFound, type AppListWish, readAppList } from '../apps/read-app-list.js';
import { KEY, KEYS, TRAIL } from './key.queries.js';

/** An API key without what makes it one. */
export interface KeyRow {
  readonly id: Uuid;
  readonly appId: Uuid;
  readonly kind: string;
  readonly name: string;
  /** How it begins. */
  readonly hint: string;
  readonly scopes: readonly string[];
  /** Empty: from anywhere. */
  readonly allowedCidrs: readonly string[];
  readonly createdAt: Date;
  readonly revokedAt: Date | null;
  readonly expiresAt: Date | null;
  /** Milliseconds since 1970; null: not in the time that trails are kept. */
  readonly usedAt: number | null;
}

/** A request, and which service was asked. */
export interface SeenRequest extends KeyRequest {
  readonly service: string;
}

export interface Trail {
  /** Newest first. */
  readonly requests: readonly SeenRequest[];
  /** There were so many more among them, of which nothing is known: they came faster than is kept. */
  readonly leftOut: number;
}

const written = z.array(keyRequest);

/** One page of keys, the newest first. */
export function readKeys(sql: Sql, wish: AppListWish): Promise<AppListFound<KeyRow>> {
  return readAppList('key', wish, async (...which) => (await sql.query<KeyRow>(KEYS, which)).rows);
}

export async function readKey(sql: Sql, id: Uuid): Promise<KeyRow | undefined> {
  return (await sql.query<KeyRow>(KEY, [id])).rows[0];
}

/** The last hundred requests of a key, as its services wrote them down up to five seconds ago. */
export async function readTrail(sql: Sql, key: Uuid): Promise<Trail> {
  const { rows } = await sql.query<{ service: string; seen: number; kept: number; requests: unknown }>(TRAIL, [
    key,
    REMEMBERED_REQUESTS,
  ]);
  const writes = rows.map(({ requests, ...write }) => ({ ...write, requests: written.safeParse(requests).data ?? [] }));
  const all = writes.flatMap(({ service, requests }) => requests.map((each) => ({ ...each, service })));
  const requests = all.sort((a, b) => b.at - a.at).slice(0, REMEMBERED_REQUESTS);
  const since = requests.at(-1)?.at ?? 0;
  const among = writes.filter((write) => (write.requests.at(-1)?.at ?? 0) >= since);
  return { requests, leftOut: among.reduce((sum, { seen, kept }) => sum + seen - kept, 0) };
}
