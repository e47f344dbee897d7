/**
 * What a cookie is called. Over https the name begins with `__Host-`: browsers take such a one from this host alone, and no neighbouring
 * subdomain can set it. It needs `Secure`, `Path=/` and no `Domain`; over plain HTTP, on a developer's machine, there is no such thing.
 */
export function cookieName(name: string, isSecure: boolean): string {
  return isSecure ? `__Host-${name}` : name;
}
