import { isPseudonym } from './person-key.js';

/** By what facts name the user and the user's things. */
export interface Names {
  readonly users: ReadonlySet<string>;
  /** Installation ids, and public ids of devices. */
  readonly things: ReadonlySet<string>;
  readonly pseudonym: string;
}

/** Where facts name users. */
export const USER_FIELDS: ReadonlySet<string> = new Set(['userId', 'userIds', 'withoutDevice', 'onlySuspect']);
/** Where facts name what a user holds in hand. */
export const THING_FIELDS: ReadonlySet<string> = new Set(['installationId']);
/** What others wrote: a provider's answer, a link into the app. Nobody knows what is in there. */
export const FREE_FIELDS: ReadonlySet<string> = new Set(['answer', 'deepLink']);
/** The same where the schema of the fact wants something to stand there: an operator's note. */
export const EMPTIED_FIELDS: ReadonlySet<string> = new Set(['note']);

/** What a fact says without its person: the rest of it stays as it was. Pure. */
export function withoutPerson(payload: Record<string, unknown>, names: Names): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(payload)
      .filter(([field]) => !FREE_FIELDS.has(field))
      .map(([field, value]) => [field, cleaned(field, value, names)]),
  );
}

function cleaned(field: string, value: unknown, names: Names): unknown {
  if (EMPTIED_FIELDS.has(field)) return '';
  if (USER_FIELDS.has(field)) return replaced(value, names.users, names.pseudonym);
  if (THING_FIELDS.has(field)) return replaced(value, names.things, names.pseudonym);
  if (field === 'to' && typeof value === 'object' && value !== null) {
    return withoutPerson(value as Record<string, unknown>, names);
  }
  return value;
}

function replaced(value: unknown, names: ReadonlySet<string>, pseudonym: string): unknown {
  if (Array.isArray(value)) return value.map((each: unknown) => replaced(each, names, pseudonym));
  return typeof value === 'string' && names.has(value) ? pseudonym : value;
}

/**
 * Whether nobody is left whom a notification is for. To an installation it was for one person, whose id may be unknown by now; to
 * several users it stays readable until the last of them is erased.
 */
export function isForNobody(payload: Record<string, unknown>): boolean {
  const to = (payload['to'] ?? {}) as { userId?: string; userIds?: string[]; installationId?: string };
  const recipients = [...(to.userIds ?? []), ...[to.userId ?? [], to.installationId ?? []].flat()];
  return recipients.length > 0 && recipients.every(isPseudonym);
}
