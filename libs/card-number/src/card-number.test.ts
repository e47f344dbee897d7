import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { containsCardNumber, isCardNumber, maskCardNumbers, mayHoldCardNumber } from './index.js';

/** Prefixes and lengths that the networks issue: https://en.wikipedia.org/wiki/Payment_card_number */
const ISSUED: readonly (readonly [prefix: string, lengths: readonly number[]])[] = [
  ['4', [13, 16, 18, 19]],
  ['2221', [16]],
  ['2720', [16]],
  ['2202', [16, 19]],
  ['51', [16]],
  ['55', [16]],
  ['34', [15]],
  ['37', [15]],
  ['300', [14, 16, 19]],
  ['36', [14, 19]],
  ['39', [14, 16]],
  ['3528', [16, 19]],
  ['3589', [16]],
  ['6011', [16, 19]],
  ['62', [16, 17, 18, 19]],
  ['65', [16]],
  ['5018', [12, 13, 14, 15, 16, 17, 18, 19]],
  ['6304', [12, 16, 19]],
  ['6759', [12, 18]],
  ['81', [16]],
];

const SEPARATORS = [
  ' ',
  '-',
  '\u00a0',
  '\u202f',
  '\u2009',
  '\u2010',
  '\u2011',
  '\u2013',
  '\u2014',
  '\u2212',
  ' - ',
  '\u200b',
];
const ZEROS = [0x30, 0x660, 0x6f0, 0x966, 0xff10];

/** Numbers with the right check digit, found by trying: not by the code under test. */
const cardNumber = fc
  .constantFrom(...ISSUED)
  .chain(([prefix, lengths]) =>
    fc.tuple(fc.constant(prefix), fc.constantFrom(...lengths), fc.infiniteStream(fc.nat(9))),
  )
  .map(([prefix, length, digits]) => {
    let number = prefix;
    for (const digit of digits) {
      if (number.length === length - 1) break;
      number += String(digit);
    }
    return Array.from({ length: 10 }, (_, check) => number + String(check)).find(passesLuhn)!;
  });

/** ISO/IEC 7812-1 annex B, as its text has it: double every other digit from the right, add up digits of the products. */
function passesLuhn(number: string): boolean {
  const products = [...number].reverse().map((digit, index) => (index % 2 === 1 ? Number(digit) * 2 : Number(digit)));
  const sum = [...products.join('')].reduce((total, digit) => total + Number(digit), 0);
  return sum % 10 === 0;
}

/** Separators at random places, never two in a row. */
const written = (separators: readonly string[]) =>
  fc
    .tuple(cardNumber, fc.infiniteStream(fc.option(fc.constantFrom(...separators))), fc.constantFrom(...ZEROS))
    .map(([number, gaps, zero]) =>
      Array.from(number, (digit, index) => {
        const gap = index === 0 ? null : (gaps.next().value as string | null);
        return (gap ?? '') + String.fromCharCode(zero + Number(digit));
      }).join(''),
    );

const around = fc.tuple(
  fc.constantFrom('', 'my card is ', 'カード', 'order_', '(', '"', '#', 'card no.: ', 'x\n', 'total 3.50, ', 'é'),
  fc.constantFrom('', '.', ', thanks', ')', '\n', 'です', ' exp', '/12', '_x', '"'),
);

describe('a card number', () => {
  it.each([
    '4242424242424242',
    '4242 4242 4242 4242',
    '4242-4242-4242-4242',
    '4000000000000002',
    '4222222222222',
    '5555555555554444',
    '2223003122003222',
    '378282246310005',
    '3782 822463 10005',
    '6011111111111117',
    '3056930009020004',
    '30569309025904',
    '3566002020360505',
    '6200000000000005',
    '6759649826438453',
    '501800000009',
    '4 2 4 2 4 2 4 2 4 2 4 2 4 2 4 2',
    '4242 4242 4242 4242 12 30 123',
    '17 4242 4242 4242 4242',
    '4242424242424242 5555555555554444',
    '+4242424242424242',
    'pay/4242424242424242?x',
    '٤٢٤٢ ٤٢٤٢ ٤٢٤٢ ٤٢٤٢',
    '４２４２－４２４２－４２４２－４２４２',
    '0192f0c4-5b7e-7a3c-9f12-0242ac120002 4242424242424242',
  ])('is found in %s', (text) => {
    expect(containsCardNumber(text)).toBe(true);
  });

  it('is found however it is grouped, in whatever digits, and whatever stands around it', () => {
    fc.assert(
      fc.property(written(SEPARATORS), around, (text, [before, after]) => {
        expect(containsCardNumber(before + text + after)).toBe(true);
        expect(mayHoldCardNumber(before + text + after)).toBe(true);
      }),
      { numRuns: 5_000 },
    );
  });

  it('is found wherever it stands in a long text, also right behind another number', () => {
    fc.assert(
      fc.property(fc.nat(200), fc.constantFrom('', ' ', '7/', '1000 2000/'), cardNumber, (length, before, number) => {
        const text = 'ab '.repeat(70).slice(0, length);
        expect(containsCardNumber(`${text}/${before}${number}, ${text}`)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is masked, and the text around it is left as it was', () => {
    fc.assert(
      fc.property(written(SEPARATORS), written(['-']), around, (first, second, [before, after]) => {
        const masked = maskCardNumbers(`${before}${first}; and ${second}${after}`);
        expect(masked).toBe(`${before}[card number]; and [card number]${after}`);
      }),
    );
    const without = 'Order 1001 of 2026-11-30';
    expect(maskCardNumbers(without)).toBe(without);
  });

  it('is none with one digit changed', () => {
    fc.assert(
      fc.property(cardNumber, fc.nat(18), fc.integer({ min: 1, max: 9 }), (number, place, change) => {
        const at = place % number.length;
        const other = number.slice(0, at) + String((Number(number[at]) + change) % 10) + number.slice(at + 1);
        expect(containsCardNumber(other)).toBe(false);
      }),
    );
  });

  it('is found among numbers, when it is an integer', () => {
    expect([4242424242424242, -4242424242424242, 6304e12].map(isCardNumber)).toEqual([true, true, true]);
    expect([0.4242424242424242, 4242424242424241, 1e300, NaN, 42].map(isCardNumber)).toEqual(Array(5).fill(false));
  });
});

describe('what is no card number', () => {
  const textOf = (alphabet: string, minLength: number, maxLength = minLength) =>
    fc.string({ unit: fc.constantFrom(...Array.from(alphabet)), minLength, maxLength });
  const decimals = (min: number, max: number) => textOf('0123456789', min, max);
  const base64url = (length: number) =>
    textOf('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_', length);
  const base32 = textOf('0123456789abcdefghjkmnpqrstvwxyz', 25);
  const time = fc.integer({ min: Date.UTC(2001, 8, 10), max: Date.UTC(2039, 8) });
  const grouped = (digits: string) => digits.replace(/(?<=^.{2})|(?<=^.{5})|(?<=^.{9})/g, ' ');

  const KINDS: Readonly<Record<string, fc.Arbitrary<string>>> = {
    'a UUID': fc.uuid(),
    'a UUID of decimals': decimals(30, 30).map(
      (text) =>
        `${text.slice(0, 8)}-${text.slice(8, 12)}-4${text.slice(12, 15)}-8${text.slice(15, 18)}-${text.slice(18, 30)}`,
    ),
    'a TypeID': base32.map((suffix) => `ntf_0${suffix}`),
    'milliseconds since 1970': time.map(String),
    'microseconds since 1970': time.map((at) => `${at}123`),
    'nanoseconds since 1970': time.map((at) => `${at}123456`),
    'a date in one piece': time.map((at) => new Date(at).toISOString().replace(/\D/g, '')),
    'a date and a time': time.map((at) => new Date(at).toISOString()),
    'a telephone number': decimals(7, 15).map((digits) => `+${digits}`),
    'a telephone number with gaps': decimals(10, 15).map((digits) => `call +${grouped(digits)} now`),
    'a bank account in Germany': decimals(18, 18).map((bban) => {
      const check = 98n - (BigInt(`${bban}131400`) % 97n);
      return `to DE${String(check).padStart(2, '0')}${bban}`.replace(/(?<=^to DE\d\d(?:\d{4})*)(?=\d)/g, ' ');
    }),
    'an APNs token': textOf('0123456789abcdef', 64),
    'an FCM token': fc.tuple(base64url(22), base64url(134)).map(([id, token]) => `${id}:APA91b${token}`),
    'a Stripe id': fc.tuple(base64url(10), decimals(12, 19)).map(([, digits]) => `pi_3N${digits}`),
    'digits with a letter before them': cardNumber.map((number) => `A${number}`),
    'digits with a letter behind them': cardNumber.map((number) => `${number}a`),
    'a fraction': decimals(12, 19).map((digits) => `13.${digits}`),
    'too many digits': cardNumber.map((number) => number.padEnd(20, number)),
    'an IMEI': decimals(13, 13).map((digits) => `35${digits}`),
    'nothing with a word between': cardNumber.map((number) => `${number.slice(0, 8)} and ${number.slice(8)}`),
  };

  it.each(Object.entries(KINDS))('is %s', (_kind, texts) => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(containsCardNumber(text)).toBe(false);
        expect(maskCardNumbers(text)).toBe(text);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    'DE89 3704 0044 0532 0130 00',
    'GB29 NWBK 6016 1331 9268 19',
    'Refund to BE68 5390 0754 7034, within 5 days',
    '52.5200065999987,13.404953999999975',
    'Lottery: 3, 12, 19, 28, 33, 45; bonus 7',
    '0049 170 1234567',
    '',
  ])('is %s', (text) => {
    expect(containsCardNumber(text)).toBe(false);
  });
});
