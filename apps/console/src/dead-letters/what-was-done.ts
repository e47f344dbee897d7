import type { DiscardAnswer, ReplayAnswer } from '@signalbox/contracts';
import { counted, number } from '../pages/numbers.js';
import { duration } from '../pages/times.js';

/** `1,200 letters are sent again over the next 12 s; 0 left.` */
export function sentenceOfReplay({ replayed, left, lastDueAt }: ReplayAnswer, now: number = Date.now()): string {
  if (replayed === 0) return `Nothing was sent again: no open letter matched, or another operator was first.`;
  // The last of them are sent in the second that begins when they are due.
  const remaining = lastDueAt === null ? 0 : Math.ceil((Date.parse(lastDueAt) - now) / 1_000) + 1;
  const pace = remaining <= 1 ? 'now' : `over the next ${duration(remaining * 1_000)}`;
  return `${counted(replayed, 'letter')} ${verb(replayed)} sent again ${pace}; ${number(left)} left.`;
}

/** `7 letters are discarded; 0 left.` */
export function sentenceOfDiscard({ discarded, left }: DiscardAnswer): string {
  if (discarded === 0) return `Nothing was discarded: no open letter matched, or another operator was first.`;
  return `${counted(discarded, 'letter')} ${verb(discarded)} discarded; ${number(left)} left.`;
}

function verb(count: number): string {
  return count === 1 ? 'is' : 'are';
}
