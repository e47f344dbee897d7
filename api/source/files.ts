import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ApiDocument, Service } from './services.ts';

const HOME = join(import.meta.dirname, '..');

/** What clients are told, now or `released` last. */
export type Edition = 'now' | 'released';

export const COLLECTION = join(HOME, 'postman/signalbox.postman_collection.json');
export const ASYNCAPI = join(HOME, 'events/asyncapi.json');

export function documentFile(service: Service, edition: Edition = 'now'): string {
  return join(HOME, edition === 'now' ? '' : 'released', `openapi/${service}.json`);
}

export function catalogueFile(edition: Edition = 'now'): string {
  return join(HOME, edition === 'now' ? '' : 'released', 'events/catalogue.schema.json');
}

export function readDocument(service: Service, edition: Edition = 'now'): ApiDocument {
  return readJson<ApiDocument>(documentFile(service, edition));
}

export function readJson<Content>(file: string): Content {
  return JSON.parse(readFileSync(file, 'utf8')) as Content;
}

/** How everything is written here, so that a file is what is made again or it is stale. */
export function textOf(content: object): string {
  return `${JSON.stringify(content, undefined, 1)}\n`;
}
