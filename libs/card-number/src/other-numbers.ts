/** A UUID of RFC 9562: three of its groups together are as long as a card number, and one in 200 has only decimals there. */
const UUID = /(?<![0-9a-z])[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}(?![0-9a-z])/gi;

/** A bank account in the print format of ISO 13616: groups of four, of which four in a row may look like a card. */
const IBAN = /(?<![0-9A-Z])[A-Z]{2}\d{2}(?: ?[0-9A-Z]{4}){2,7}(?: ?\d{1,3})?(?![0-9A-Z])/g;

/** The text with letters in place of what is certainly another kind of number. Every place stays where it was. */
export function withoutOtherNumbers(text: string): string {
  return text.replace(UUID, blank).replace(IBAN, (match) => (isIban(match) ? blank(match) : match));
}

function blank(match: string): string {
  return 'x'.repeat(match.length);
}

/** ISO 7064 mod 97-10: letters count from 10, the first four characters go to the end. */
function isIban(printed: string): boolean {
  const iban = printed.replaceAll(' ', '');
  let remainder = 0;
  for (const character of iban.slice(4) + iban.slice(0, 4)) {
    const value = Number.parseInt(character, 36);
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
  }
  return remainder === 1;
}
