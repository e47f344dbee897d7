import type { AnomalyCode } from '@signalbox/contracts';

/**
 * What a rule found: its code, and the facts that it looked at. Never an address, and no place: the country of the sign-in stands
 * beside it, where an erasure finds it.
 */
export interface Finding {
  readonly code: AnomalyCode;
  readonly facts: Readonly<Record<string, string | number | boolean>>;
}
