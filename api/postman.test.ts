import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { COLLECTION, readDocument, textOf } from './source/files.ts';
import { collectionOf } from './source/postman/collection.ts';
import { SERVICES, type Service, type ApiDocument, routesOf } from './source/services.ts';

interface Folder {
  readonly item?: readonly Folder[];
  readonly request?: {
    readonly method: string;
    readonly url: { readonly host: readonly string[]; readonly path: readonly string[] };
  };
}

describe('the Postman collection', () => {
  const documents = Object.fromEntries(SERVICES.map((service) => [service, readDocument(service)])) as Record<
    Service,
    ApiDocument
  >;

  it('is made of the documents beside it (npm run contracts writes it anew)', () => {
    expect(readFileSync(COLLECTION, 'utf8')).toBe(textOf(collectionOf(documents)));
  });

  it('has a request for every operation of every service', () => {
    const requests = (folder: Folder): string[] => [
      ...(folder.request === undefined
        ? []
        : [`${folder.request.url.host[0]!} ${folder.request.method} /${folder.request.url.path.join('/')}`]),
      ...(folder.item ?? []).flatMap(requests),
    ];
    const asked = new Set(requests(collectionOf(documents)));
    const documented = SERVICES.flatMap((service) =>
      routesOf(documents[service]).map((route) => `{{${service}Url}} ${route.replaceAll(/\{(\w+)\}/g, ':$1')}`),
    );
    expect(documented.length).toBeGreaterThan(200);
    expect(documented.filter((route) => !asked.has(route))).toEqual([]);
  });
});
