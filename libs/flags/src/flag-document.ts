import { parseId, type Uuid } from '@signalbox/contracts';
import { z } from 'zod';
import { FLAG_KEYS, type FlagKey } from './flag-keys.js';

/** What a source says for all apps, or for one. */
export interface Said {
  readonly isOn: boolean;
  /** Why, for whoever looks at it next. */
  readonly reason?: string;
}

/** What one source says about one flag: an app that is named goes by what is said of it alone. */
export interface FlagSetting extends Said {
  readonly apps: ReadonlyMap<Uuid, Said>;
}

export type FlagDocument = ReadonlyMap<FlagKey, FlagSetting>;

/** What somebody wrote is no document of flags; the message names each place that is wrong. */
export class FlagsRefused extends Error {
  override readonly name = 'FlagsRefused';
}

const said = z.strictObject({ on: z.boolean(), reason: z.string().trim().min(1).max(200).optional() });
const ofApp = z.union([z.boolean(), said], { error: 'must be true, false, or {"on": …, "reason": "…"}' });
const appId = z.string().refine((id) => parseId('app', id) !== undefined, { error: 'is no id of an app, app_…' });
const ofFlag = z.union([z.boolean(), said.partial({ on: true }).extend({ apps: z.record(appId, ofApp).optional() })], {
  error: 'must be true, false, or {"on": …, "reason": "…", "apps": {"app_…": …}}',
});
const document = z.record(z.string(), ofFlag);

/**
 * Reads `{"push.apns": false, "push.fcm": {"apps": {"app_…": {"on": false, "reason": "…"}}}}`.
 *
 * @throws FlagsRefused
 */
export function parseFlags(text: string): FlagDocument {
  const known: readonly string[] = FLAG_KEYS;
  const parsed = document.safeParse(jsonOf(text));
  const wrong = parsed.success
    ? Object.keys(parsed.data)
        .filter((key) => !known.includes(key))
        .map((key) => `${key}: there is no such flag; there are ${FLAG_KEYS.join(', ')}`)
    : parsed.error.issues.map(problemOf);
  if (!parsed.success || wrong.length > 0) throw new FlagsRefused(wrong.join('; '));
  return new Map(Object.entries(parsed.data).map(([key, value]) => [key as FlagKey, settingOf(value)]));
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new FlagsRefused(`it is not JSON: ${(error as Error).message}`);
  }
}

/** Of a union that nothing fits zod tells of each member; the one that is an object knows which key it was. */
function problemOf(issue: z.core.$ZodIssue): string {
  const within = issue.code === 'invalid_union' ? issue.errors.at(-1)?.[0] : undefined;
  const isOfObject = within !== undefined && !(within.code === 'invalid_type' && within.path.length === 0);
  const path = [...issue.path, ...(isOfObject ? within.path : [])].join('.');
  return `${path === '' ? 'the whole' : path}: ${isOfObject ? problemWithin(within) : issue.message}`;
}

function problemWithin(issue: z.core.$ZodIssue): string {
  return issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message;
}

function settingOf(value: z.output<typeof ofFlag>): FlagSetting {
  if (typeof value === 'boolean') return { isOn: value, apps: new Map() };
  const apps = Object.entries(value.apps ?? {}).map(([id, each]) => [parseId('app', id)!, saidOf(each)] as const);
  return { ...saidOf({ ...value, on: value.on ?? true }), apps: new Map(apps) };
}

function saidOf(value: z.output<typeof ofApp>): Said {
  if (typeof value === 'boolean') return { isOn: value };
  return { isOn: value.on, ...(value.reason !== undefined && { reason: value.reason }) };
}

/** The variable FLAGS. */
export const flagsVariable = z
  .string()
  .transform((text, context): FlagDocument => {
    try {
      return parseFlags(text);
    } catch (error) {
      if (!(error instanceof FlagsRefused)) throw error;
      context.addIssue({ code: 'custom', message: error.message });
      return z.NEVER;
    }
  })
  .optional();
