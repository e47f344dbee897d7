/**
 * What a page's policy has to allow for a form whose answer sends the browser to `uri` in the end: browsers check every
 * address of such a chain against `form-action` (CSP 3 section 6.4.1). An app's own scheme is named as a scheme.
 */
export function redirectSource(uri: string): string | undefined {
  if (!URL.canParse(uri)) return undefined;
  const { protocol, origin, hostname } = new URL(uri);
  if (protocol !== 'https:' && protocol !== 'http:') return protocol;
  // The grammar knows no IPv6 addresses; [::1] is the only one that a client may have.
  return hostname.startsWith('[') ? protocol : origin;
}

/** A picture's address as a source: one file, never a host. `;` and `,` would end the policy. */
export function pictureSource(url: string): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname.replaceAll(';', '%3B').replaceAll(',', '%2C');
}
