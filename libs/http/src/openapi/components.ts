/** Response headers that operations refer to. */
export const HEADERS = {
  RateLimit: {
    description:
      'What is left of the policy: `r` requests, and `t` seconds until there is more (draft-ietf-httpapi-ratelimit-headers-11)',
    schema: { type: 'string' },
    example: '"send";r=49999;t=1',
  },
  'RateLimit-Policy': {
    description: 'What counts against this route: `q` requests at once, which come back in `w` seconds',
    schema: { type: 'string' },
    example: '"send";q=50000;w=2',
  },
  ETag: { description: 'This version, for If-None-Match', schema: { type: 'string' } },
  'Retry-After': { description: 'Seconds after which to send it again', schema: { type: 'integer', minimum: 1 } },
} as const;

const BY_REFERENCE = (...names: (keyof typeof HEADERS)[]) =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));

/** Answers of more than one operation. */
export const RESPONSES = {
  Problem: {
    description: 'The request was refused or failed',
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  },
  TooManyRequests: {
    description:
      'The caller has sent more than it may, and nothing was done. `too_many_requests`: send it again after Retry-After; `quota_exceeded`: the app has sent all of its day or month',
    headers: BY_REFERENCE('Retry-After', 'RateLimit', 'RateLimit-Policy'),
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  },
  NotModified: {
    description: 'It is still what If-None-Match names',
    headers: BY_REFERENCE('ETag'),
  },
} as const;
