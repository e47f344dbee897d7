import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { breakingChanges } from './source/breaking-changes.ts';
import { documentFile, readDocument } from './source/files.ts';
import { findings } from './source/lint.ts';
import { SERVICES } from './source/services.ts';

describe.each(SERVICES)('the document of %s', (service) => {
  it('is one by the rules for such documents', async () => {
    expect(await findings(documentFile(service))).toEqual([]);
  });

  it('breaks nothing of what was released', () => {
    expect(breakingChanges(readDocument(service, 'released'), readDocument(service))).toEqual([]);
  }, 60_000);
});

describe('the rules for documents', () => {
  it.each([
    [
      'refers to what is not there',
      {
        get: {
          operationId: 'a',
          summary: 'a',
          security: [],
          responses: { 200: { $ref: '#/components/responses/No' } },
        },
      },
      "Can't resolve",
    ],
    [
      'has no operationId',
      { get: { summary: 'a', security: [], responses: { 200: { description: 'a' } } } },
      'operationId',
    ],
  ])('refuse an operation that %s', async (_what, methods, missing) => {
    const file = join(mkdtempSync(join(tmpdir(), 'document-')), 'openapi.json');
    const { paths, ...rest } = readDocument('events');
    writeFileSync(file, JSON.stringify({ ...rest, paths: { ...paths, '/v1/more': methods } }));
    expect(await findings(file)).toEqual([expect.stringContaining(missing)]);
  });
});

describe('what changes in a document', () => {
  const parcel = {
    ...{ type: 'object', required: ['to'], additionalProperties: false },
    properties: { to: { type: 'string', maxLength: 50 }, kind: { enum: ['letter', 'box'], type: 'string' } },
  };
  const taken = {
    ...{ type: 'object', required: ['id', 'state'] },
    properties: { id: { type: 'string' }, state: { enum: ['taken', 'lost'], type: 'string' } },
  };
  const before = {
    ...{ openapi: '3.1.0', info: { title: 'Parcels', version: 'v1' } },
    paths: {
      '/v1/parcels': {
        get: {
          parameters: [{ in: 'query', name: 'after', required: false, schema: { type: 'string' } }],
          security: [{ apiKey: ['parcels:read'] }],
          responses: { 200: { description: 'Some' } },
        },
        post: {
          requestBody: { content: { 'application/json': { schema: parcel } } },
          responses: { 202: { description: 'Taken', content: { 'application/json': { schema: taken } } } },
        },
      },
    },
  };
  /** `before` with one place changed; an undefined value takes the place away. */
  const changed = (path: readonly string[], value: unknown): object => {
    const after = structuredClone(before);
    const holder = path.slice(0, -1).reduce<object>((at, key) => (at as Record<string, object>)[key]!, after);
    (holder as Record<string, unknown>)[path.at(-1)!] = value;
    return JSON.parse(JSON.stringify(after)) as object;
  };
  const BODY = ['paths', '/v1/parcels', 'post', 'requestBody', 'content', 'application/json', 'schema'];
  const ANSWER = ['paths', '/v1/parcels', 'post', 'responses', '202', 'content', 'application/json', 'schema'];

  it.each([
    ['a route is gone', ['paths', '/v1/parcels', 'get'], undefined],
    ['another scope is asked for', ['paths', '/v1/parcels', 'get', 'security'], [{ apiKey: ['all'] }]],
    ['a parameter has to be there', ['paths', '/v1/parcels', 'get', 'parameters', '0', 'required'], true],
    ['a field has to be sent', [...BODY, 'required'], ['to', 'kind']],
    ['a field is not taken any more', [...BODY, 'properties', 'kind'], undefined],
    ['a value is not taken any more', [...BODY, 'properties', 'kind', 'enum'], ['letter']],
    ['a field takes less', [...BODY, 'properties', 'to', 'maxLength'], 10],
    ['a field is of another type', [...BODY, 'properties', 'to', 'type'], 'integer'],
    ['a field is answered no more', [...ANSWER, 'properties', 'id'], undefined],
    ['a field is not always answered', [...ANSWER, 'required'], ['id']],
  ])('breaks clients when %s', (_what, path, value) => {
    expect(breakingChanges(before, changed(path, value)).length).toBeGreaterThan(0);
  });

  it.each([
    ['there is another route', ['paths', '/v2/parcels'], before.paths['/v1/parcels']],
    [
      'another way in',
      ['paths', '/v1/parcels', 'get', 'security'],
      [{ apiKey: ['parcels:read'] }, { operatorToken: [] }],
    ],
    ['another field may be sent', [...BODY, 'properties', 'note'], { type: 'string' }],
    ['a field takes more', [...BODY, 'properties', 'to', 'maxLength'], 100],
    ['another value is taken', [...BODY, 'properties', 'kind', 'enum'], ['letter', 'box', 'barrel']],
    ['another field is answered', [...ANSWER, 'properties', 'at'], { type: 'string' }],
    ['it is said in other words', ['paths', '/v1/parcels', 'get', 'summary'], 'Parcels, newest first'],
  ])('harms nobody when %s', (_what, path, value) => {
    expect(breakingChanges(before, changed(path, value))).toEqual([]);
  });

  it('is named by its route', () => {
    expect(breakingChanges(before, changed(['paths', '/v1/parcels', 'get'], undefined))).toEqual([
      '/v1/parcels get: [Removed] operation GET /v1/parcels',
    ]);
  });
});
