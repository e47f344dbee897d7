/** Which letters are meant: those of one group, or of several. What is left out matches everything. */
export interface LetterGroup {
  readonly appId?: string;
  readonly provider?: string;
  readonly lane?: string;
  readonly reason?: string;
}

const FIELDS = ['appId', 'provider', 'lane', 'reason'] as const satisfies readonly (keyof LetterGroup)[];

/** The group that a form or an address names. */
export function groupOf(given: URLSearchParams): LetterGroup {
  const named = FIELDS.map((field): [string, string] => [field, given.get(field) ?? '']);
  return Object.fromEntries(named.filter(([, value]) => value !== ''));
}

/** The fields of a group with a value, for a form or an address; `more` after them. */
export function fieldsOf(group: LetterGroup, more: Readonly<Record<string, string>> = {}): [string, string][] {
  const own = FIELDS.map((field): [string, string] => [field, group[field] ?? '']);
  return [...own, ...Object.entries(more)].filter(([, value]) => value !== '');
}

/** The page with the letters of a group. */
export function listUrl(group: LetterGroup, more: Readonly<Record<string, string>> = {}): string {
  const query = new URLSearchParams(fieldsOf(group, more)).toString();
  return query === '' ? '/dead-letters/list' : `/dead-letters/list?${query}`;
}
