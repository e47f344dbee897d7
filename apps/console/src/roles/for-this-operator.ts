import { html } from '@signalbox/html';
import type { FastifyRequest } from 'fastify';
import { TOKEN_FIELD } from '../sign-in/form-token.js';
import { reaches } from './role.js';
import type { Operator } from './who.js';

const FORM = /<form\b[^>]*\bmethod="post"[^>]*>[^]*?<\/form>/g;
const BUTTON_LINK = /<a\b[^>]*\bclass="button[^"]*"[^>]*>[^]*?<\/a>/g;
/** What forms stood in, once they are gone. */
const EMPTY = /<div class="(?:actions|buttons)">\s*<\/div>/g;
/** Where a page says who is signed in. */
const WHO = '<span class="who"></span>';

/**
 * A finished page as it is for whoever is signed in: each of its forms bears the session's token, and those whose route the role does not
 * reach are not there, nor are links that look like buttons. Here and nowhere else, so that no page forgets it. What a page shows is
 * escaped, so nothing but our own templates can look like a form.
 */
export function forThisOperator(document: string, { operator, formToken, server }: FastifyRequest): string {
  if (formToken === null) return document;
  const maySend = (action: string | undefined): boolean =>
    action !== undefined && reaches(operator?.role, server.routeRoles.neededAt('POST', action) ?? 'nobody');
  // A link may well lead elsewhere.
  const mayFollow = (href: string | undefined): boolean =>
    href === undefined || reaches(operator?.role, server.routeRoles.neededAt('GET', href) ?? 'signed_in');
  const token = html`<input type="hidden" name="${TOKEN_FIELD}" value="${formToken}" />`.text;
  return document
    .replaceAll(FORM, (form) =>
      maySend(/\baction="([^"]+)"/.exec(form)?.[1]) ? form.replace('>', () => `>${token}`) : '',
    )
    .replaceAll(BUTTON_LINK, (link) => (mayFollow(/\bhref="([^"]+)"/.exec(link)?.[1]) ? link : ''))
    .replaceAll(EMPTY, '')
    .replace(WHO, () => (operator === null ? '' : whoIs(operator)));
}

function whoIs({ name, role }: Operator): string {
  return html`<a class="who" href="/roles">${name} <span class="quiet">${role}</span></a>`.text;
}
