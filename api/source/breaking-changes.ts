import { apiCompare, breaking, type Diff } from 'api-smart-diff';

/**
 * What in `after` would break a client that was written by `before`, both OpenAPI documents; one line each.
 *
 * Besides what api-smart-diff calls breaking, a field of a request that is gone: our bodies are strict, so whoever still sends it is
 * refused.
 */
export function breakingChanges(before: object, after: object): string[] {
  // It takes seconds for a large document, and most of the time nothing has changed.
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  return apiCompare(before, after)
    .diffs.filter((diff) => diff.type === breaking || isFieldNoLongerTaken(diff))
    .map(({ path, description }) => `${path.slice(1, 3).join(' ')}: ${description ?? path.join('/')}`)
    .toSorted();
}

function isFieldNoLongerTaken({ action, path }: Diff): boolean {
  return action === 'remove' && path.includes('requestBody') && path.at(-2) === 'properties';
}

/**
 * What in `after` would break whoever reads events by `before`, both catalogues of `event-catalogue.ts`; one line each. Both ways
 * count: what readers rely on stays, and what was written long ago still parses.
 */
export function breakingEventChanges(before: Catalogue, after: Catalogue): string[] {
  return breakingChanges(asDocument(before), asDocument(after));
}

interface Catalogue {
  readonly definitions: Readonly<Record<string, object>>;
}

function asDocument({ definitions }: Catalogue): object {
  const paths = Object.entries(definitions).map(([type, schema]) => {
    const content = { 'application/json': { schema } };
    return [`/${type}`, { post: { requestBody: { content }, responses: { 200: { description: type, content } } } }];
  });
  return { openapi: '3.1.0', info: { title: 'Events', version: 'v1' }, paths: Object.fromEntries(paths) as object };
}
