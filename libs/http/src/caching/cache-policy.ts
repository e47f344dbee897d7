/** Who may keep an answer. */
export type CachePolicy =
  | { readonly kind: 'never' }
  | { readonly kind: 'revalidated' }
  /** Seconds. */
  | { readonly kind: 'public'; readonly maxAge: number; readonly staleWhileRevalidate: number };

/** The policies, written so that a declaration reads as a sentence: `cache: cached.revalidated`. */
export const cached = {
  /** Nobody: secrets, and what is about people. What every route has that says nothing. */
  never: { kind: 'never' },
  /** The caller, who asks each time whether it is still so: an ETag, and 304 where it is. */
  revalidated: { kind: 'revalidated' },
  /** Anybody, for `maxAge` seconds, and while it is fetched anew for so many more (RFC 5861). */
  publicly: (maxAge: number, staleWhileRevalidate: number): CachePolicy => ({
    kind: 'public',
    maxAge,
    staleWhileRevalidate,
  }),
} as const satisfies Record<string, CachePolicy | ((...seconds: number[]) => CachePolicy)>;

/** The `Cache-Control` of a route's good answers. */
export function cacheControlOf(cache: CachePolicy = cached.never): string {
  switch (cache.kind) {
    case 'never':
      return 'no-store';
    case 'revalidated':
      return 'private, no-cache';
    case 'public':
      return `public, max-age=${cache.maxAge}, stale-while-revalidate=${cache.staleWhileRevalidate}`;
  }
}

/** Whether an answer has an ETag, and 304 is one. */
export function isConditional(method: string, cache: CachePolicy = cached.never): boolean {
  return (method === 'GET' || method === 'HEAD') && cache.kind !== 'never';
}
