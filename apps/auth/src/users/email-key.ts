/**
 * An address as it is compared: what two people could take for the same address is the same address. Nothing is known of how a
 * provider reads the part before the @, so dots and tags stay.
 */
export function emailKeyOf(email: string): string {
  return email.normalize('NFKC').trim().toLowerCase();
}
