import type { IncomingHttpHeaders } from 'node:http';
import type Provider from 'oidc-provider';
import { cookieName } from '../sign-in/cookie-name.js';

/** What the engine calls the cookies of an interaction. It tells interactions apart by the paths of theirs. */
export const INTERACTION_COOKIES = { interaction: 'sb_interaction', resume: 'sb_resume' };

const NAMES = Object.values(INTERACTION_COOKIES).flatMap((name) => [name, `${name}.sig`]);

/**
 * Browsers take a `__Host-` cookie for all paths only, so there the name tells of which interaction it is: two windows do not take each
 * other's. Between browser and engine names and paths are exchanged.
 */
export function nameInteractionCookies(provider: Provider): void {
  provider.use(async (context, next) => {
    const uid = context.path.split('/').at(-1) ?? '';
    readInteractionCookies(context.req.headers, uid);
    await next();
    const lines = context.res.getHeader('set-cookie');
    if (Array.isArray(lines)) context.res.setHeader('set-cookie', lines.flatMap(written));
  });
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

function nameOf(pair: string): string {
  return pair.slice(0, pair.indexOf('='));
}
