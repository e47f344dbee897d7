import type { IncomingHttpHeaders } from 'node:http';

/**
 * Whether a request was started by one of our own pages. Browsers say so in Sec-Fetch-Site, and, where they leave that
 * out (plain http on another host than localhost), in Origin. A request that says neither is no form of ours.
 */
export function isSameOrigin(headers: IncomingHttpHeaders): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin';
  const { origin, host } = headers;
  return origin !== undefined && URL.canParse(origin) && new URL(origin).host === host;
}
