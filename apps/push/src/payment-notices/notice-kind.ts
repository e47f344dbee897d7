import type { z } from 'zod';
import type { Language, Speaker } from './speaker.js';

/** What of a fact decides whether it is told at all. */
export interface MoneyFact {
  readonly userId?: string | undefined;
  readonly occurredAt?: string | undefined;
}

interface Words {
  readonly title: string;
  readonly body: string;
}

/** How facts of one type are told. */
interface Manner<Fact> {
  /** How long after it happened a phone that is off may still get it. */
  readonly ttlSeconds: number;
  /** What it is news of: on the phone, newer news of the same replaces it. */
  readonly newsOf: (fact: Fact) => string;
  /** What the app gets besides the words, to find what it is about; members that are undefined are left out. */
  readonly data: (fact: Fact) => Readonly<Record<string, string | undefined>>;
  /** Facts of one subject that are the same step are told once. */
  readonly step?: (fact: Fact) => string;
  /** Another fact tells the user the same, and more of it. */
  readonly isToldOtherwise?: (fact: Fact) => boolean;
  readonly words: Readonly<Record<Language, (fact: Fact, say: Speaker) => Words>>;
}

/** What is shown and handed to the app. */
export interface Notice {
  readonly content: Words & { readonly data: Readonly<Record<string, string>> };
  readonly collapseKey: string;
}

/** A fact that was read and may be told. */
export interface Telling extends MoneyFact {
  readonly ttlSeconds: number;
  readonly step: string | undefined;
  readonly isToldOtherwise: boolean;
  tell(say: Speaker): Notice;
}

/** Reads the data of a fact of one type; undefined when it is not what that type carries. */
export type NoticeKind = (data: unknown) => Telling | undefined;

export function noticeKind<Fact extends MoneyFact>(
  type: string,
  schema: z.ZodType<Fact>,
  manner: Manner<Fact>,
): NoticeKind {
  return (data) => {
    const fact = schema.safeParse(data).data;
    if (fact === undefined) return undefined;
    return {
      userId: fact.userId,
      occurredAt: fact.occurredAt,
      ttlSeconds: manner.ttlSeconds,
      step: manner.step?.(fact),
      isToldOtherwise: manner.isToldOtherwise?.(fact) === true,
      tell: (say) => ({
        content: { ...manner.words[say.language](fact, say), data: { type, ...present(manner.data(fact)) } },
        collapseKey: manner.newsOf(fact),
      }),
    };
  };
}

function present(data: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(data).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}
