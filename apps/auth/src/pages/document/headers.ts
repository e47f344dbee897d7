import { createHash } from 'node:crypto';
import { PASSKEY_SCRIPT } from '../passkey/passkey-script.js';
import type { Theme } from '../theme/theme.js';
import { pictureSource } from './redirect-source.js';
import { STYLE } from './style.js';

const STYLE_HASH = hashOf(STYLE);
const SCRIPT_HASH = hashOf(PASSKEY_SCRIPT);

/**
 * The headers of a page: it loads nothing but its app's logo, runs nothing but the one script that asks for a passkey, is
 * framed by nobody and tells nobody where it was.
 *
 * @param formTargets where its forms may lead in the end, besides this service.
 */
export function pageHeaders(theme: Theme, formTargets: readonly string[], script: boolean): Record<string, string> {
  const policy = [
    "default-src 'none'",
    `style-src '${STYLE_HASH}' '${hashOf(theme.css)}'`,
    `img-src data:${theme.logoUrl === undefined ? '' : ` ${pictureSource(theme.logoUrl)}`}`,
    ...(script ? [`script-src '${SCRIPT_HASH}'`, "connect-src 'self'"] : []),
    ["form-action 'self'", ...new Set(formTargets)].join(' '),
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ];
  return {
    'cache-control': 'no-store',
    'content-security-policy': policy.join('; '),
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'x-robots-tag': 'noindex',
  };
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
