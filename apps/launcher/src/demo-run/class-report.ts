import type { PlannedClass } from './class-plan.js';
import type { DemoClass } from './demo-class.js';
import type { Story } from './story.js';

/** Notifications of a class that fared exactly the same. */
export interface Fate {
  readonly count: number;
  readonly outcome: string;
  readonly why: string;
  /** One of them, to look at. */
  readonly example: string;
}

export interface ClassReport {
  readonly of: DemoClass;
  /** Notifications that were sent. */
  readonly sent: number;
  /** Those that ended as the class shall show. */
  readonly asExpected: number;
  /** The commonest first. */
  readonly fates: readonly Fate[];
}

/** What became of the notifications of each class, put together from what was read back. */
export function reportOf(
  classes: readonly PlannedClass[],
  storiesOf: ReadonlyMap<DemoClass, readonly Story[]>,
): ClassReport[] {
  return classes.map(({ of, count }) => {
    const stories = storiesOf.get(of) ?? [];
    const asExpected = stories.filter((story) => isAsExpected(of, story)).length;
    return { of, sent: count, asExpected, fates: fatesOf(stories) };
  });
}

function fatesOf(stories: readonly Story[]): Fate[] {
  const alike = Map.groupBy(stories, (story) => JSON.stringify([outcomeOf(story), story.why]));
  return [...alike.values()]
    .map((group) => {
      const [first] = group as [Story, ...Story[]];
      return { count: group.length, outcome: outcomeOf(first), why: first.why, example: first.id };
    })
    .sort((one, other) => other.count - one.count);
}

/** `sent at attempt 2`, `gone, device deleted`, `dead (may_have_arrived)`. */
function outcomeOf({ ends, attempts, reasons, phones }: Story): string {
  const counted = [...Map.groupBy(ends, (end) => end)].map(([end, all]) =>
    all.length === 1 ? end : `${all.length} × ${end}`,
  );
  const own = [...new Set(reasons.flatMap(ownWord))].map((word) => ` (${word})`).join('');
  const late = attempts > 1 ? ` at attempt ${attempts}` : '';
  const devices = [...new Set(phones)].map((end) => `, device ${end}`).join('');
  return `${counted.join(', ')}${late}${own}${devices}`;
}

/** Reasons that are ours begin with a word in snake_case; those of providers are in the answer anyway. */
function ownWord(reason: string): string[] {
  return /^[a-z]+(?:_[a-z]+)+/.exec(reason)?.slice(0, 1) ?? [];
}

function isAsExpected({ phones, expected }: DemoClass, story: Story): boolean {
  const { end, retried, reason, phone } = expected;
  const everyPhone = phones.length === 0 || story.ends.length === phones.length;
  return (
    everyPhone &&
    story.ends.every((each) => each === end) &&
    (retried === undefined || story.attempts > 1) &&
    (reason === undefined || story.reasons.some((each) => each.startsWith(reason))) &&
    (phone === undefined || (story.phones.length === phones.length && story.phones.every((each) => each === phone)))
  );
}

/** Whether every notification of every class ended as it shall. */
export function isComplete(reports: readonly ClassReport[]): boolean {
  return reports.every(({ sent, asExpected }) => sent === asExpected);
}
