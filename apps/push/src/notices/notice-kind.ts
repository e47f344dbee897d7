import type { z } from 'zod';
import type { Language, Speaker } from './speaker.js';

/** What of a fact decides whether it is told at all. */
export interface PersonalFact {
  readonly userId?: string | undefined;
  readonly occurredAt?: string | undefined;
}

interface Words {
  readonly title: string;
  readonly body: string;
}

/** How facts of one type are told. */
interface Manner<Fact, Content> {
  /** How long after it happened a phone that is off may still get it. */
  readonly ttlSeconds: number;
  /** What it is news of: on the phone, newer news of the same replaces it. */
  readonly newsOf: (fact: Fact) => string;
  /** The encrypted part of the fact, which no reader of the feed gets: opened only where it is told. */
  readonly content?: z.ZodType<Content>;
  /** What the app gets besides the words, to find what it is about; members that are undefined are left out. */
  readonly data: (fact: Fact, content: Content | undefined) => Readonly<Record<string, string | undefined>>;
  /** The session that it warns of: whoever has that one is not asked. */
  readonly exceptSession?: (fact: Fact) => string | undefined;
  /** Facts of one subject that are the same step are told once. */
  readonly step?: (fact: Fact) => string;
  /** Whether a fact of this type is worth telling; every one unless told. */
  readonly isNews?: (fact: Fact) => boolean;
  /** Another fact tells the user the same, and more of it. */
  readonly isToldOtherwise?: (fact: Fact) => boolean;
  readonly words: Readonly<Record<Language, (fact: Fact, say: Speaker, content: Content | undefined) => Words>>;
}

/** What is shown and handed to the app. */
export interface Notice {
  readonly content: Words & { readonly data: Readonly<Record<string, string>> };
  readonly collapseKey: string;
}

/** A fact that was read and may be told. */
export interface Telling extends PersonalFact {
  readonly ttlSeconds: number;
  readonly step: string | undefined;
  readonly exceptSession: string | undefined;
  readonly isNews: boolean;
  readonly isToldOtherwise: boolean;
  /** Whether `tell` wants the fact's content. */
  readonly hasContent: boolean;
  /** @param content as it was encrypted with the fact; undefined where there is none, or it cannot be opened any more. */
  tell(say: Speaker, content?: unknown): Notice;
}

/** Reads the data of a fact of one type; undefined when it is not what that type carries. */
export type NoticeKind = (data: unknown) => Telling | undefined;

export function noticeKind<Fact extends PersonalFact, Content = undefined>(
  type: string,
  schema: z.ZodType<Fact>,
  manner: Manner<Fact, Content>,
): NoticeKind {
  return (data) => {
    const fact = schema.safeParse(data).data;
    if (fact === undefined) return undefined;
    return {
      userId: fact.userId,
      occurredAt: fact.occurredAt,
      ttlSeconds: manner.ttlSeconds,
      step: manner.step?.(fact),
      exceptSession: manner.exceptSession?.(fact),
      isNews: manner.isNews?.(fact) !== false,
      isToldOtherwise: manner.isToldOtherwise?.(fact) === true,
      hasContent: manner.content !== undefined,
      tell: (say, opened) => {
        const content = manner.content?.safeParse(opened).data;
        return {
          content: {
            ...manner.words[say.language](fact, say, content),
            data: { type, ...present(manner.data(fact, content)) },
          },
          collapseKey: manner.newsOf(fact),
        };
      },
    };
  };
}

function present(data: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(data).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}
