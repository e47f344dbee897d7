import { templateDocument, type TemplateDocumentInput, type TemplateParams } from '@signalbox/contracts';
import type { z } from 'zod';
import type { NotificationContent } from '../providers/push-provider.js';
import { CompiledTemplate } from '../templates/compiled-template.js';
import { countryName, type Speaker } from './speaker.js';

/** What of a fact decides whether it is told at all. */
export interface PersonalFact {
  readonly userId?: string | undefined;
  readonly occurredAt?: string | undefined;
}

/** What a template is filled in with; members that are undefined are left out. `country`: its name where the words are read. */
type Filling = Readonly<Record<string, TemplateParams[string] | undefined>>;

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
  /** Others that must not learn of it. */
  readonly exceptSessions?: (fact: Fact) => readonly string[] | undefined;
  /** Facts of one subject that are the same step are told once. */
  readonly step?: (fact: Fact) => string;
  /** Whether a fact of this type is worth telling; every one unless told. */
  readonly isNews?: (fact: Fact) => boolean;
  /** Another fact tells the user the same, and more of it. */
  readonly isToldOtherwise?: (fact: Fact) => boolean;
  /** The name under which an app may have its own words, and those that are built in. */
  readonly template: string;
  readonly words: TemplateDocumentInput;
  readonly params: (fact: Fact, country: (code: string) => string, content: Content | undefined) => Filling;
}

/** What is shown and handed to the app. */
export interface Notice {
  readonly content: NotificationContent & { readonly data: Readonly<Record<string, string>> };
  readonly collapseKey: string;
}

/** A fact that was read and may be told. */
export interface Telling extends PersonalFact {
  readonly ttlSeconds: number;
  readonly step: string | undefined;
  readonly exceptSession: string | undefined;
  readonly exceptSessions: readonly string[] | undefined;
  readonly isNews: boolean;
  readonly isToldOtherwise: boolean;
  /** Whether `tell` wants the fact's content. */
  readonly hasContent: boolean;
  /** The template that it is told with. */
  readonly template: string;
  /**
   * @param content as it was encrypted with the fact; undefined where there is none, or it cannot be opened any more.
   * @param words the app's own, instead of those that are built in.
   */
  tell(reader: Speaker, content?: unknown, words?: CompiledTemplate): Notice;
}

/** Reads the data of a fact of one type; undefined when it is not what that type carries. */
export interface NoticeKind {
  (data: unknown): Telling | undefined;
  /** What its facts are told with, unless an app has a template of that name. */
  readonly builtIn: { readonly name: string; readonly template: CompiledTemplate };
}

export function noticeKind<Fact extends PersonalFact, Content = undefined>(
  type: string,
  schema: z.ZodType<Fact>,
  manner: Manner<Fact, Content>,
): NoticeKind {
  const builtIn = { name: manner.template, template: new CompiledTemplate(templateDocument.parse(manner.words)) };
  const read = (data: unknown): Telling | undefined => {
    const fact = schema.safeParse(data).data;
    if (fact === undefined) return undefined;
    return {
      userId: fact.userId,
      occurredAt: fact.occurredAt,
      ttlSeconds: manner.ttlSeconds,
      step: manner.step?.(fact),
      exceptSession: manner.exceptSession?.(fact),
      exceptSessions: manner.exceptSessions?.(fact),
      isNews: manner.isNews?.(fact) !== false,
      isToldOtherwise: manner.isToldOtherwise?.(fact) === true,
      hasContent: manner.content !== undefined,
      template: builtIn.name,
      tell: (reader, opened, template = builtIn.template) => {
        const content = manner.content?.safeParse(opened).data;
        const { figures } = template.languageFor(reader.locale);
        const params = present(manner.params(fact, (code) => countryName(code, figures), content));
        const words = template.render(params, reader);
        return {
          content: { ...words, data: { ...words.data, type, ...present(manner.data(fact, content)) } },
          collapseKey: manner.newsOf(fact),
        };
      },
    };
  };
  return Object.assign(read, { builtIn });
}

function present<Value>(members: Readonly<Record<string, Value | undefined>>): Record<string, Value> {
  return Object.fromEntries(
    Object.entries(members).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}
