import { zoneClock } from './zone-clock.js';

/** When the clocks of a zone show what they are to show, in milliseconds since 1970. */
export function ownMomentOf({ local }: { readonly local: string }, zone: string): number {
  const [date = '', time = ''] = local.split('T');
  return zoneClock.instantOf({ date, time }, zone);
}
