import type { DeadLetterRunView } from '@signalbox/contracts';
import { counted, number } from '../pages/numbers.js';
import { duration } from '../pages/times.js';

/** `1,200 letters are sent again, at most 100 a second: 12 s from now on.` */
export function sentenceOfRun({ action, state, letters, done, perSecond = Infinity }: DeadLetterRunView): string {
  const was = action === 'replay' ? 'sent again' : 'discarded';
  switch (state) {
    case 'running': {
      const left = Math.max(0, letters - done);
      const pace =
        action === 'discard' ? '' : `, at most ${number(perSecond)} a second: ${time(left / perSecond)} from now on`;
      return `${counted(letters, 'letter')} ${letters === 1 ? 'is' : 'are'} being ${was}${pace}.`;
    }
    case 'stopped':
      return `Stopped: ${number(done)} of ${counted(letters, 'letter')} ${done === 1 ? 'was' : 'were'} ${was}, the others stay open.`;
    case 'done':
      return done < letters
        ? `${number(done)} of ${counted(letters, 'letter')} ${done === 1 ? 'was' : 'were'} ${was}; somebody else was first with the others.`
        : `${counted(letters, 'letter')} ${letters === 1 ? 'was' : 'were'} ${was}.`;
  }
}

function time(seconds: number): string {
  return duration(Math.ceil(seconds) * 1_000);
}
