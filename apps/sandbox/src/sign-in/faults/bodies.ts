/** What can be wrong with the body of an answer. */
export const BODY_TWISTS = ['duplicate-keys', 'huge', 'invalid-json', 'slow'] as const;
export type BodyTwist = (typeof BODY_TWISTS)[number];

const TEN_MEGABYTES = 10 * 1024 * 1024;

/** The body, wrong in this way; `slow` is a matter of time, not of text. */
export function twistedBody(body: string, twist: BodyTwist | undefined): string {
  switch (twist) {
    case 'huge':
      return body.startsWith('{') && body !== '{}'
        ? `{"padding":"${'x'.repeat(TEN_MEGABYTES)}",${body.slice(1)}`
        : body + ' '.repeat(TEN_MEGABYTES);
    case 'invalid-json':
      return body.slice(0, Math.ceil(body.length / 2));
    case 'duplicate-keys':
      return doubled(body);
    case 'slow':
    case undefined:
      return body;
  }
}

/** Every key twice, with a value that means nothing first. */
function doubled(body: string): string {
  if (!body.startsWith('{')) return body;
  const keys = Object.keys(JSON.parse(body) as object);
  const first = keys.map((key) => `${JSON.stringify(key)}:"x"`).join(',');
  return keys.length === 0 ? body : `{${first},${body.slice(1)}`;
}
