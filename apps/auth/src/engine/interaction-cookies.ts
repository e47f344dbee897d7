import type { IncomingHttpHeaders } from 'node:http';
import type Provider from 'oidc-provider';
import { cookieName } from '../sign-in/cookie-name.js';

/** What the engine calls the cookies of an interaction. It tells interactions apart by the paths of theirs. */
export const INTERACTION_COOKIES = { interaction: 'sb_interaction', resume: 'sb_resume' };

const NAMES = Object.values(INTERACTION_COOKIES).flatMap((name) => [name, `${name}.sig`]);

/**
 * Sign-ins that one browser can have open. All their cookies come with every request, and any website can begin one after the other in
 * a popup: Node takes 16 KiB of headers, and browsers make room by forgetting who is signed in.
 */
const MOST = 8;

/**
 * Browsers take a `__Host-` cookie for all paths only, so there the name tells of which interaction it is: two windows do not take each
 * other's. Between browser and engine names and paths are exchanged.
 */
export function nameInteractionCookies(provider: Provider): void {
  provider.use(async (context, next) => {
    const uid = context.path.split('/').at(-1) ?? '';
    readInteractionCookies(context.req.headers, uid);
    await next();
    const set = context.res.getHeader('set-cookie');
    if (!Array.isArray(set)) return;
    const lines = set.flatMap(written);
    context.res.setHeader('set-cookie', [...lines, ...crowdedOut(context.req.headers, lines, uid)]);
  });
}

/**
 * Where an interaction is written, the cookies of the oldest that were brought along go, beyond those that may be open. Browsers send
 * cookies of one path in the order in which they were made (RFC 6265 section 5.4).
 */
function crowdedOut({ cookie = '' }: IncomingHttpHeaders, lines: readonly string[], current: string): string[] {
  const begun = new Set(lines.flatMap((line) => uidOf(nameOf(line)) ?? []));
  if (begun.size === 0) return [];
  const brought = cookie.split(/; */).map(nameOf);
  const others = new Set(
    brought.flatMap((name) => uidOf(name) ?? []).filter((uid) => !begun.has(uid) && uid !== current),
  );
  const gone = new Set([...others].slice(0, Math.max(0, others.size + begun.size - MOST)));
  return brought
    .filter((name) => gone.has(uidOf(name) ?? ''))
    .map((name) => `${name}=; path=/; expires=Thu, 01 Jan 1970 00:00:00 GMT; secure; httponly; samesite=lax`);
}

/** Lets the engine find the cookies of this interaction, and none that another host of the domain has set. */
export function readInteractionCookies(headers: IncomingHttpHeaders, uid: string): void {
  const pairs = (headers.cookie ?? '').split(/; */).filter((pair) => !NAMES.includes(nameOf(pair)));
  const own = NAMES.flatMap((name) => {
    const begin = `${nameFor(name, uid)}=`;
    return pairs.filter((pair) => pair.startsWith(begin)).map((pair) => `${name}=${pair.slice(begin.length)}`);
  });
  headers.cookie = [...pairs, ...own].join('; ');
}

/** A line that the engine writes, as browsers get it. The cookie of the pages goes when the one of the way back does. */
function written(line: string): string[] {
  const name = nameOf(line);
  const uid = /; path=[^;]*\/([^/;]+)/i.exec(line)?.[1];
  if (uid === undefined || !NAMES.includes(name)) return [line];
  const rest = line.slice(name.length).replace(/; path=[^;]*/i, '; path=/');
  const { interaction, resume } = INTERACTION_COOKIES;
  const isOver = name.startsWith(resume) && rest.includes('expires=Thu, 01 Jan 1970');
  const names = isOver ? [name, name.replace(resume, interaction)] : [name];
  return names.map((each) => nameFor(each, uid) + rest);
}

function nameFor(name: string, uid: string): string {
  return cookieName(`${name}_${uid}`, true);
}

/** Of which interaction a cookie is, as browsers have it. */
function uidOf(cookie: string): string | undefined {
  const begin = NAMES.map((name) => nameFor(name, '')).find((prefix) => cookie.startsWith(prefix));
  return begin === undefined ? undefined : cookie.slice(begin.length);
}

function nameOf(pair: string): string {
  return pair.slice(0, pair.indexOf('='));
}
