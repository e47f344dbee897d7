import { z } from 'zod';

const LOOPBACK = new Set(['127.0.0.1', '[::1]']);

/**
 * Why an address cannot be one that a client's users are sent back to, or undefined. A phone's app has an https link that the
 * platform gives to it alone, a scheme named after a domain of its maker, or a port of its own loopback (RFC 8252 section 7);
 * a website has https only.
 */
function redirectUriFault(kind: 'native' | 'web', uri: string): string | undefined {
  if (!URL.canParse(uri)) return 'must be an absolute URI';
  const { protocol, hostname, hash, username, password, href } = new URL(uri);
  if (hash !== '' || href.endsWith('#')) return 'must have no fragment';
  if (username !== '' || password !== '') return 'must name no user';
  if (uri.includes('*')) return 'must be one address; wildcards are not known';
  if (protocol === 'https:') return undefined;
  if (kind === 'web') return 'must be an https:// address';
  if (protocol === 'http:') {
    return LOOPBACK.has(hostname)
      ? undefined
      : 'may use http:// only for 127.0.0.1 and [::1]; use https:// or a scheme of your own';
  }
  return protocol.includes('.')
    ? undefined
    : 'must use a scheme named after a domain of yours, such as com.example.app:/callback';
}

/** A list of addresses of one kind of client. */
export const redirectUris = (kind: 'native' | 'web'): z.ZodType<string[]> =>
  z
    .array(
      z
        .string()
        .max(2_048)
        .superRefine((uri, context) => {
          const fault = redirectUriFault(kind, uri);
          if (fault !== undefined) context.addIssue({ code: 'custom', message: fault });
        }),
    )
    .max(20);
