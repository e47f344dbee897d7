import type { SpanFacts } from './span-facts.js';

/** Something that is under way, to whoever does it. */
export interface OpenSpan {
  /** Says more of it. */
  note(facts: SpanFacts): void;
  /** It failed, by a code that is nobody's text. It is kept, whatever share of traces is. */
  fail(type: string): void;
}

/** What a span is. `links`: stored `traceparent`s of what made it necessary, perhaps hours ago in another process. */
export interface SpanStart {
  readonly name: string;
  readonly kind?: 'work' | 'call';
  readonly facts?: SpanFacts;
  readonly links?: readonly (string | undefined)[];
}
