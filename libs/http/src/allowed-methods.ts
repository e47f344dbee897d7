import type { DeclaredRoute } from './route-guard.js';

/** The methods that declared routes answer at this path. Only asked when no route matched. */
export function allowedMethods(routes: readonly DeclaredRoute[], url: string): string[] {
  const segments = (url.split('?', 1)[0] ?? '').split('/');
  const methods = routes.filter(({ path }) => matches(path.split('/'), segments)).map(({ method }) => method);
  return [...new Set(methods)].sort();
}

function matches(pattern: readonly string[], segments: readonly string[]): boolean {
  return (
    pattern.length === segments.length &&
    pattern.every((part, index) => (part.startsWith(':') ? segments[index] !== '' : part === segments[index]))
  );
}
