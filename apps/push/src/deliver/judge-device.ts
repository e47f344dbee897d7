import { confirmedReason } from '../devices/status-reason.js';
import type { Settlement } from './settlement.js';

/** A device as it was found when an answer about it had to be acted on. */
export interface TriedDevice {
  readonly status: 'active' | 'suspect';
  /** Suspect since a day or longer. */
  readonly dayOld: boolean;
}

/** What an answer wants to become of a device; the deletion guard may still hold a deletion. */
export type Verdict =
  | { readonly wants: 'nothing' }
  | { readonly wants: 'delete' | 'suspect'; readonly reason: string }
  | { readonly wants: 'active' };

/**
 * What becomes of a device by the outcome of an attempt. A token that the provider called gone is deleted; one that it
 * did not like is suspect and gets nothing, but for one try a day later (see route/proofs.ts): sent, and it is active
 * again; refused a second time, and it is deleted. Anything else says nothing about the device. Pure.
 */
export function judge({ state, reason }: Pick<Settlement, 'state' | 'reason'>, device: TriedDevice): Verdict {
  const said = reason ?? state;
  if (device.status === 'active') {
    if (state === 'gone') return { wants: 'delete', reason: said };
    return state === 'suspect' ? { wants: 'suspect', reason: said } : { wants: 'nothing' };
  }
  if (state === 'sent') return { wants: 'active' };
  const isRefusedAgain = (state === 'gone' || state === 'suspect') && device.dayOld;
  return isRefusedAgain ? { wants: 'delete', reason: confirmedReason(said) } : { wants: 'nothing' };
}

/** Whether an outcome can say anything about its device at all. */
export function concernsDevice({ state, item }: Pick<Settlement, 'state' | 'item'>): boolean {
  return state === 'gone' || state === 'suspect' || (state === 'sent' && item.p === true);
}
