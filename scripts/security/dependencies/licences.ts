import type { Manifest } from './installed.ts';

/** May be used, changed and passed on for any purpose, if its notice goes along. SPDX. */
const ALLOWED: ReadonlySet<string> = new Set([
  ...[
    '0BSD',
    'Apache-2.0',
    'BlueOak-1.0.0',
    'BSD-2-Clause',
    'BSD-3-Clause',
    'CC0-1.0',
    'ISC',
    'MIT',
    'MIT-0',
    'PSF-2.0',
    'Unlicense',
  ],
]);

interface Exception {
  readonly licence: string;
  /** `tools`: it builds or tests, and is in no installation that runs. */
  readonly where: 'product' | 'tools';
  readonly why: string;
}

/** Other terms that one package may have, and why that is well. */
export const EXCEPTIONS: Readonly<Record<string, Exception>> = {
  'web-push': {
    licence: 'MPL-2.0',
    where: 'product',
    why: 'asks for the source of its own files alone; we change none of them, and NOTICE says where it is',
  },
  elkjs: {
    licence: 'EPL-2.0',
    where: 'product',
    why: 'comes along with the command line of Prisma, for pages that nothing here opens; unchanged',
  },
  'caniuse-lite': {
    licence: 'CC-BY-4.0',
    where: 'product',
    why: 'data about browsers, which compilers read; it says itself where it is from',
  },
  'stream-length': {
    licence: 'WTFPL',
    where: 'tools',
    why: 'permits everything; not on the list because it is no licence that lawyers like to read',
  },
};

/** Packages that say nothing, and where the terms stand. */
const SAID_ELSEWHERE: Readonly<Record<string, string>> = {
  // In its repository. It is measured beside ours (bench/), and no part of what runs.
  '@supabase/stripe-sync-engine': 'Apache-2.0',
};

/** What a package says in no form that a program understands. */
const SAID_OTHERWISE: Readonly<Record<string, string>> = {
  'MIT and ISC': 'MIT AND ISC',
};

/** The SPDX expression of a package; undefined: it says none. */
export function licenceOf({
  name,
  license,
  licenses,
  mitText,
}: Omit<Manifest, 'version' | 'scripts' | 'compiles'>): string | undefined {
  const said = [license, licenses]
    .flat()
    .map((each) => (typeof each === 'object' && each !== null && 'type' in each ? each.type : each));
  const first = said.find((each) => typeof each === 'string');
  if (first === undefined) return mitText ? 'MIT' : SAID_ELSEWHERE[name];
  return SAID_OTHERWISE[first] ?? first;
}

/** Whether one of the ways to take a package is allowed: all of `AND`, one of `OR`. Exceptions in licences (`WITH`) are none of ours. */
export function isAllowed(expression: string, allowed: ReadonlySet<string> = ALLOWED): boolean {
  const plain = expression.trim();
  const parts = (operator: string): string[] => splitOutside(plain, operator);
  if (parts(' OR ').length > 1) return parts(' OR ').some((part) => isAllowed(part, allowed));
  if (parts(' AND ').length > 1) return parts(' AND ').every((part) => isAllowed(part, allowed));
  if (plain.startsWith('(') && plain.endsWith(')')) return isAllowed(plain.slice(1, -1), allowed);
  return allowed.has(plain);
}

/** Splits where no bracket is open. */
function splitOutside(text: string, operator: string): string[] {
  const parts = [''];
  let open = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '(') open += 1;
    if (text[at] === ')') open -= 1;
    if (open === 0 && text.startsWith(operator, at)) {
      parts.push('');
      at += operator.length - 1;
    } else parts[parts.length - 1]! += text[at]!;
  }
  return parts;
}
