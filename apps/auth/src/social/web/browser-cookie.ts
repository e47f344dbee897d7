import { cookieName } from '../../sign-in/cookie-name.js';

/** Seconds; as long as a way to a provider lasts. */
const LIFE = 600;

/** One for each interaction, so that two windows do not take each other's. */
function nameOf(uid: string, isSecure: boolean): string {
  return cookieName(`sb_social_${uid.replace(/[^\w-]/g, '')}`, isSecure);
}

/** Lax, so that it comes along when a provider leads back here. */
export function browserCookie(uid: string, value: string, isSecure: boolean): string {
  const secure = isSecure ? '; Secure' : '';
  return `${nameOf(uid, isSecure)}=${value}; Path=/; Max-Age=${LIFE}; HttpOnly; SameSite=Lax${secure}`;
}

export function readBrowserCookie(header: string | undefined, uid: string, isSecure: boolean): string | undefined {
  const begin = `${nameOf(uid, isSecure)}=`;
  return header
    ?.split(/; */)
    .find((pair) => pair.startsWith(begin))
    ?.slice(begin.length);
}
