import type { BreakerView } from '@signalbox/contracts';

/** How a provider, or a credential with it, stands: in a word, and how it looks. */
export interface Standing {
  readonly tone: 'good' | 'bad' | 'waits' | 'quiet';
  readonly text: string;
}

/** What holds a credential as long as its provider does not answer. */
const DOES_NOT_ANSWER = 'provider_does_not_answer';

/** A credential. Its breaker is per process; what stops it everywhere is the hold. */
export function standingOf({ position, flags = [], hold, processes }: BreakerView): Standing {
  if (position === 'open') return { tone: 'waits', text: 'isolated' };
  if (flags.length > 0) return { tone: 'waits', text: 'off by a flag' };
  if (hold?.reason === DOES_NOT_ANSWER) return { tone: 'bad', text: 'does not answer' };
  if (hold !== null) return { tone: 'bad', text: 'on hold' };
  if (position === 'closed') return { tone: 'waits', text: 'kept closed' };
  if (processes.some(({ state }) => state === 'open')) return { tone: 'bad', text: 'open in places' };
  return { tone: 'good', text: 'closed' };
}

const WORST_FIRST = ['bad', 'waits', 'good', 'quiet'] as const;

/** All credentials with one provider: the worst of them, and how many are so. */
export function standingOfAll(breakers: readonly BreakerView[]): Standing {
  if (breakers.length === 0) return { tone: 'quiet', text: 'not used' };
  const all = breakers.map(standingOf);
  const tone = WORST_FIRST.find((each) => all.some((standing) => standing.tone === each))!;
  if (tone === 'good') return { tone, text: 'ok' };
  const [worst, ...more] = all.filter((standing) => standing.tone === tone);
  return more.length === 0 ? worst! : { tone, text: `${worst!.text}, ${more.length} more` };
}
