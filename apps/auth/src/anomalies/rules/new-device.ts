import type { Circumstances } from '../circumstances.js';
import type { Finding } from '../finding.js';

/** A device that this account was never signed in with. */
export function newDevice({ isFirst, device, network }: Circumstances): Finding | undefined {
  if (isFirst || device === 'known') return undefined;
  return {
    code: 'new_device',
    facts: { keepsIdentity: device === 'new', ...(network !== undefined && { network }) },
  };
}
