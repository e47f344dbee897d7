/**
 * The fewest digits of a card that begins with these two, by network; 0 where no network issues cards. A card number has 12 to 19
 * digits, the last of which is Luhn's check digit (ISO/IEC 7812-1:2017, annex B); what the networks have issued of it:
 * https://en.wikipedia.org/wiki/Payment_card_number#Issuer_identification_number_(IIN). Coarser than that table where it moves from year to
 * year, and exact where other numbers are common: 20 and 21 begin dates, 1 and 01 times and IMEIs, 35 and 15 digits an IMEI, 89 a SIM.
 */
const FEWEST_DIGITS = new Uint8Array(100);

const NETWORKS: readonly (readonly [from: number, to: number, fewest: number])[] = [
  [22, 27, 16], // Mir, Mastercard
  [30, 30, 14], // Diners Club
  [34, 34, 15], // American Express
  [35, 35, 16], // JCB
  [36, 36, 14], // Diners Club
  [37, 37, 15], // American Express
  [38, 39, 14], // Diners Club
  [40, 49, 13], // Visa
  [50, 50, 12], // Maestro, RuPay
  [51, 55, 16], // Mastercard
  [56, 58, 12], // Maestro
  [60, 69, 12], // Maestro, Discover, UnionPay, RuPay
  [81, 82, 16], // UnionPay, RuPay
];
for (const [from, to, fewest] of NETWORKS) FEWEST_DIGITS.fill(fewest, from, to + 1);

/** Digits of the shortest card number there is. */
export const SHORTEST = 12;
/** Digits of the longest. */
export const LONGEST = 19;

/** Whether a network may have issued a card with this number. */
export function mayBeIssued(digits: readonly number[]): boolean {
  const fewest = FEWEST_DIGITS[digits[0]! * 10 + digits[1]!]!;
  return fewest !== 0 && digits.length >= fewest && digits.length <= LONGEST && hasCheckDigit(digits);
}

/** Luhn: from the right every second digit counts twice, as the sum of its digits. */
function hasCheckDigit(digits: readonly number[]): boolean {
  const sum = digits.reduceRight((total, digit, index) => {
    if ((digits.length - 1 - index) % 2 === 0) return total + digit;
    return total + (digit > 4 ? digit * 2 - 9 : digit * 2);
  }, 0);
  return sum % 10 === 0;
}
