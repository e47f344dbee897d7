import {
  type Cap,
  type Consent,
  type DuringQuietHours,
  type Lane,
  policyDocument,
  type PolicyDocument,
} from '@signalbox/contracts';

/** One version of an app's policy. */
export interface AppPolicy {
  readonly version: number;
  readonly document: PolicyDocument;
}

/** Of an app that never put one: everything is sent. */
export const NO_POLICY: AppPolicy = { version: 0, document: policyDocument.parse({}) };

/** Every category that is not mandatory, together. */
export const ALL_CATEGORIES = '*';

/** What holds for one category, its own settings and the app's defaults put together. */
export interface RulesOfCategory {
  readonly mandatory: boolean;
  readonly consent: Consent;
  readonly quietHours: DuringQuietHours;
  /** Caps, each list with the meter that counts for it: the category's own, or that of all categories. */
  readonly capped: readonly { readonly meter: string; readonly caps: readonly Cap[] }[];
}

/** Whoever asks does so for hundreds in a row, several times for each, and nearly always about the same. */
let last: (Asked & { readonly rules: RulesOfCategory }) | undefined;

interface Asked {
  readonly policy: AppPolicy;
  readonly category: string | undefined;
  readonly lane: Lane;
}

/** `category` undefined: a notification without one, for which the defaults hold. */
export function rulesFor(policy: AppPolicy, category: string | undefined, lane: Lane): RulesOfCategory {
  if (last?.policy === policy && last.category === category && last.lane === lane) return last.rules;
  last = { policy, category, lane, rules: putTogether(policy, category, lane) };
  return last.rules;
}

function putTogether(
  { document: { defaults, categories } }: AppPolicy,
  category: string | undefined,
  lane: Lane,
): RulesOfCategory {
  const own = category !== undefined && Object.hasOwn(categories, category) ? categories[category] : undefined;
  const mandatory = own?.mandatory ?? false;
  const unlessTold = mandatory || lane === 'transactional' ? 'ignore' : 'delay';
  const all = mandatory ? [] : defaults.caps;
  return {
    mandatory,
    consent: own?.consent ?? defaults.consent,
    quietHours: own?.quietHours ?? unlessTold,
    capped: [
      ...(all.length === 0 ? [] : [{ meter: ALL_CATEGORIES, caps: all }]),
      ...(own?.caps === undefined || own.caps.length === 0 ? [] : [{ meter: category!, caps: own.caps }]),
    ],
  };
}
