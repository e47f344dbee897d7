/** Why a device is not active: the provider's own reason, behind what became of it here. */

const HELD = 'held: ';
const CONFIRMED = 'confirmed: ';

/** The provider called it gone, and the deletion guard would not let it be deleted. */
export const heldReason = (reason: string): string => HELD + reason;

/** The provider said so again, on another day. */
export const confirmedReason = (reason: string): string => CONFIRMED + reason;

/** The provider's reason alone. */
export function providerReason(reason: string): string {
  return [HELD, CONFIRMED].reduce(
    (rest, prefix) => (rest.startsWith(prefix) ? rest.slice(prefix.length) : rest),
    reason,
  );
}

/** Every form in which a provider's reason may stand. */
export const formsOf = (reason: string): string[] => [
  reason,
  heldReason(reason),
  confirmedReason(reason),
  heldReason(confirmedReason(reason)),
];
