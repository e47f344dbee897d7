/** Seconds; as long as a way to a provider lasts. */
const LIFE = 600;

/** One for each interaction, so that two windows do not take each other's. */
function nameOf(uid: string): string {
  return `sb_social_${uid.replace(/[^\w-]/g, '')}`;
}

/** Lax, so that it comes along when a provider leads back here; sent to sign-in pages alone. */
export function browserCookie(uid: string, value: string, isSecure: boolean): string {
  const secure = isSecure ? '; Secure' : '';
  return `${nameOf(uid)}=${value}; Path=/sign-in; Max-Age=${LIFE}; HttpOnly; SameSite=Lax${secure}`;
}

export function readBrowserCookie(header: string | undefined, uid: string): string | undefined {
  const begin = `${nameOf(uid)}=`;
  return header
    ?.split(/; */)
    .find((pair) => pair.startsWith(begin))
    ?.slice(begin.length);
}
