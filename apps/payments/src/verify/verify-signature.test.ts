import { createHmac, createSecretKey } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { newUuid } from '@signalbox/contracts';
import fc from 'fast-check';
import Stripe from 'stripe';
import { type SignatureRefusal, type SigningSecret, verifySignature } from './verify-signature.js';

const stripe = new Stripe('sk_test_x');
const NOW = new Date('2026-11-25T12:00:00.500Z');
const SECONDS = Math.floor(NOW.getTime() / 1_000);
const SECRET = 'whsec_9f2c1d7e8b3a4f5060718293a4b5c6d7';
const OTHER = 'whsec_0011223344556677889900aabbccddee';
const BODY = Buffer.from('{\n  "id": "evt_1",\n  "object": "event",\n  "name": "Zoë 😀"\n}');

function secret(text: string, notBefore = new Date(0), notAfter: Date | null = null): SigningSecret {
  return { id: newUuid(), key: createSecretKey(Buffer.from(text)), notBefore, notAfter };
}

/** Signed by Stripe's own code. */
function signed(
  options: { body?: Buffer | string; secret?: string; timestamp?: number; scheme?: string } = {},
): string {
  const { body = BODY, secret: key = SECRET, timestamp = SECONDS, scheme = 'v1' } = options;
  return stripe.webhooks.generateTestHeaderString({ payload: body.toString(), secret: key, timestamp, scheme });
}

/** The bare signature in such a header. */
const v1 = (options?: Parameters<typeof signed>[0]): string => signed(options).split('=')[2]!;
/** Signed over these bytes whatever text they are. */
const macOf = (bytes: Buffer): string =>
  createHmac('sha256', SECRET)
    .update(Buffer.concat([Buffer.from(`${SECONDS}.`), bytes]))
    .digest('hex');
const flipped = (bytes: Buffer, at: number): Buffer => {
  const changed = Buffer.from(bytes);
  changed[at]! ^= 1;
  return changed;
};
const junk = 'ab'.repeat(32);
const bom = Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), BODY]);
const notUtf8 = Buffer.concat([BODY, Buffer.from([0xff])]);

interface Row {
  readonly header: string | undefined;
  readonly body?: Buffer;
  readonly secrets?: readonly string[];
  readonly ours: 'genuine' | SignatureRefusal['kind'];
  readonly theirs: 'accepts' | 'refuses';
  /** Why we judge differently. */
  readonly because?: string;
}

const TABLE: Readonly<Record<string, Row>> = {
  'what Stripe signed': { header: signed(), ours: 'genuine', theirs: 'accepts' },
  'no header': { header: undefined, ours: 'header_missing', theirs: 'refuses' },
  'an empty header': { header: '', ours: 'header_missing', theirs: 'refuses' },
  words: { header: 'please', ours: 'header_malformed', theirs: 'refuses' },
  'two v1, the first fits': { header: `${signed()},v1=${junk}`, ours: 'genuine', theirs: 'accepts' },
  'two v1, the second fits': { header: `t=${SECONDS},v1=${junk},v1=${v1()}`, ours: 'genuine', theirs: 'accepts' },
  'two v1, none fits': { header: `t=${SECONDS},v1=${junk},v1=${junk}`, ours: 'no_match', theirs: 'refuses' },
  'v1 and v0': { header: `${signed()},v0=${junk}`, ours: 'genuine', theirs: 'accepts' },
  'v0 only': { header: signed({ scheme: 'v0' }), ours: 'no_v1', theirs: 'refuses' },
  'v2 only': { header: signed({ scheme: 'v2' }), ours: 'no_v1', theirs: 'refuses' },
  'a time and nothing else': { header: `t=${SECONDS}`, ours: 'no_v1', theirs: 'refuses' },
  'a signature without a time': { header: `v1=${v1()}`, ours: 'header_malformed', theirs: 'refuses' },
  'the signature before the time': { header: `v1=${v1()},t=${SECONDS}`, ours: 'genuine', theirs: 'accepts' },
  '300 s old': { header: signed({ timestamp: SECONDS - 300 }), ours: 'genuine', theirs: 'accepts' },
  '301 s old': { header: signed({ timestamp: SECONDS - 301 }), ours: 'outside_tolerance', theirs: 'refuses' },
  '300 s ahead': { header: signed({ timestamp: SECONDS + 300 }), ours: 'genuine', theirs: 'accepts' },
  '301 s ahead': {
    header: signed({ timestamp: SECONDS + 301 }),
    ours: 'outside_tolerance',
    theirs: 'accepts',
    because: 'a signature of the future could be played again for as long as it lies ahead',
  },
  'a day ahead': {
    header: signed({ timestamp: SECONDS + 86_400 }),
    ours: 'outside_tolerance',
    theirs: 'accepts',
    because: 'as above',
  },
  'another time than was signed': { header: `t=${SECONDS - 1},v1=${v1()}`, ours: 'no_match', theirs: 'refuses' },
  'the time twice': {
    header: `t=${SECONDS},t=${SECONDS},v1=${v1()}`,
    ours: 'header_malformed',
    theirs: 'accepts',
    because: 'Stripe writes one time; with two, somebody chose which of them is believed',
  },
  'two times, the last is the signed one': {
    header: `t=${SECONDS - 5},t=${SECONDS},v1=${v1()}`,
    ours: 'header_malformed',
    theirs: 'accepts',
    because: 'as above',
  },
  'a time that is not only digits': {
    header: `t=${SECONDS}x,v1=${v1()}`,
    ours: 'header_malformed',
    theirs: 'accepts',
    because: 'their parser reads as far as the digits go',
  },
  'a time with a space': {
    header: `t= ${SECONDS},v1=${v1()}`,
    ours: 'header_malformed',
    theirs: 'accepts',
    because: 'as above',
  },
  'a time with a leading zero': {
    header: `t=0${SECONDS},v1=${v1()}`,
    ours: 'header_malformed',
    theirs: 'accepts',
    because: 'as above: the text that was signed has no zero there',
  },
  'a negative time': { header: `t=-1,v1=${v1()}`, ours: 'header_malformed', theirs: 'refuses' },
  'a time that is no number': { header: `t=now,v1=${v1()}`, ours: 'header_malformed', theirs: 'refuses' },
  'a time of 2^63': { header: `t=9223372036854775808,v1=${v1()}`, ours: 'header_malformed', theirs: 'refuses' },
  'no time behind t': { header: `t=,v1=${v1()}`, ours: 'header_malformed', theirs: 'refuses' },
  'a space in front of v1': { header: `t=${SECONDS}, v1=${v1()}`, ours: 'no_v1', theirs: 'refuses' },
  'a space behind v1': { header: `t=${SECONDS},v1=${v1()} `, ours: 'header_malformed', theirs: 'refuses' },
  'spaces around the equals sign': { header: `t=${SECONDS},v1 = ${v1()}`, ours: 'no_v1', theirs: 'refuses' },
  'quotation marks': { header: `t=${SECONDS},v1="${v1()}"`, ours: 'header_malformed', theirs: 'refuses' },
  semicolons: { header: `t=${SECONDS};v1=${v1()}`, ours: 'header_malformed', theirs: 'refuses' },
  'capital letters in the names': { header: `T=${SECONDS},V1=${v1()}`, ours: 'header_malformed', theirs: 'refuses' },
  'a signature in capital letters': {
    header: `t=${SECONDS},v1=${v1().toUpperCase()}`,
    ours: 'header_malformed',
    theirs: 'refuses',
  },
  'half a signature': { header: signed().slice(0, -32), ours: 'header_malformed', theirs: 'refuses' },
  'a longer signature': { header: `${signed()}00`, ours: 'header_malformed', theirs: 'refuses' },
  'no signature behind v1': { header: `t=${SECONDS},v1=`, ours: 'header_malformed', theirs: 'refuses' },
  'no equals sign behind v1': { header: `t=${SECONDS},v1`, ours: 'header_malformed', theirs: 'refuses' },
  'an equals sign too many': {
    header: `t=${SECONDS},v1=${v1()}=`,
    ours: 'header_malformed',
    theirs: 'accepts',
    because: 'they drop what stands behind a second equals sign; Stripe writes none',
  },
  'an empty v1 beside one that fits': {
    header: `t=${SECONDS},v1=,v1=${v1()}`,
    ours: 'genuine',
    theirs: 'refuses',
    because: 'their comparison throws at an empty value; ours passes it over',
  },
  'commas without anything between': { header: `,,t=${SECONDS},,v1=${v1()},`, ours: 'genuine', theirs: 'accepts' },
  'two headers that a proxy joined': { header: `${signed()}, ${signed()}`, ours: 'genuine', theirs: 'accepts' },
  'fifty v1, the last fits': {
    header: `t=${SECONDS}${`,v1=${junk}`.repeat(49)},v1=${v1()}`,
    ours: 'genuine',
    theirs: 'accepts',
  },
  'a thousand v1, the last fits': {
    header: `t=${SECONDS}${`,v1=${junk}`.repeat(999)},v1=${v1()}`,
    ours: 'header_malformed',
    theirs: 'accepts',
    because: 'a header is read up to 4,096 characters; Stripe needs a tenth of that',
  },
  'a body with one bit changed': { header: signed(), body: flipped(BODY, 20), ours: 'no_match', theirs: 'refuses' },
  'a signature with one bit changed': {
    header: `t=${SECONDS},v1=${flipped(Buffer.from(v1(), 'hex'), 7).toString('hex')}`,
    ours: 'no_match',
    theirs: 'refuses',
  },
  'a body without its last byte': { header: signed(), body: BODY.subarray(0, -1), ours: 'no_match', theirs: 'refuses' },
  'a body with a line break behind it': {
    header: signed(),
    body: Buffer.concat([BODY, Buffer.from('\n')]),
    ours: 'no_match',
    theirs: 'refuses',
  },
  'a body that was parsed and written again': {
    header: signed(),
    body: Buffer.from(JSON.stringify(JSON.parse(BODY.toString()))),
    ours: 'no_match',
    theirs: 'refuses',
  },
  'a byte order mark in front of the body': {
    header: signed(),
    body: bom,
    ours: 'no_match',
    theirs: 'accepts',
    because: 'they turn the bytes into text first, which swallows the mark: it was not signed',
  },
  'a byte order mark that was signed': {
    header: `t=${SECONDS},v1=${macOf(bom)}`,
    body: bom,
    ours: 'genuine',
    theirs: 'refuses',
    because: 'as above, the other way round; that it is not JSON is found out behind the signature',
  },
  'a body that is not UTF-8, signed as bytes': {
    header: `t=${SECONDS},v1=${macOf(notUtf8)}`,
    body: notUtf8,
    ours: 'genuine',
    theirs: 'refuses',
    because: 'they verify the text with U+FFFD in it; that it is not JSON is found out behind the signature',
  },
  'a body in which U+FFFD was signed and other bytes came': {
    header: signed({ body: notUtf8.toString() }),
    body: notUtf8,
    ours: 'no_match',
    theirs: 'accepts',
    because: 'as above: to them all bytes that are not UTF-8 are the same',
  },
  'no body, which was signed': {
    header: `t=${SECONDS},v1=${macOf(Buffer.alloc(0))}`,
    body: Buffer.alloc(0),
    ours: 'genuine',
    theirs: 'accepts',
  },
  'another secret': { header: signed({ secret: OTHER }), ours: 'no_match', theirs: 'refuses' },
  'a secret without its last letter': {
    header: signed(),
    secrets: [SECRET.slice(0, -1)],
    ours: 'no_match',
    theirs: 'refuses',
  },
  'a secret with a line break': { header: signed(), secrets: [`${SECRET}\n`], ours: 'no_match', theirs: 'refuses' },
  'the old of two secrets': {
    header: signed({ secret: OTHER }),
    secrets: [SECRET, OTHER],
    ours: 'genuine',
    theirs: 'accepts',
  },
  'both of two secrets, as Stripe signs while one is rolled': {
    header: `${signed()},v1=${v1({ secret: OTHER })}`,
    secrets: [OTHER],
    ours: 'genuine',
    theirs: 'accepts',
  },
  'no secret at all': { header: signed(), secrets: [], ours: 'no_match', theirs: 'refuses' },
};

/** Whether stripe-node takes it with one of the secrets; it knows one at a time. */
function stripeAccepts({ header, body = BODY, secrets = [SECRET] }: Row): boolean {
  return secrets.some((text) => {
    try {
      // Not constructEvent, which goes on to parse the body: the question is about the signature.
      return stripe.webhooks.signature!.verifyHeader(body, header!, text, 300, undefined, NOW.getTime());
    } catch {
      return false;
    }
  });
}

describe('a signature, by us and by the stripe package', () => {
  it.each(Object.entries(TABLE))('%s', (_what, row) => {
    const { header, body = BODY, secrets = [SECRET] } = row;
    const verdict = verifySignature(
      header,
      body,
      secrets.map((text) => secret(text)),
      NOW,
    );
    expect([verdict.kind, stripeAccepts(row) ? 'accepts' : 'refuses']).toEqual([row.ours, row.theirs]);
    const differs = (row.ours === 'genuine') !== (row.theirs === 'accepts');
    expect(differs).toBe(row.because !== undefined);
  });

  it('says how old it is, or how far ahead', () => {
    const ageOf = (timestamp: number) => verifySignature(signed({ timestamp }), BODY, [secret(SECRET)], NOW);
    expect(ageOf(SECONDS - 412)).toEqual({ kind: 'outside_tolerance', age: 412 });
    expect(ageOf(SECONDS + 3_600)).toEqual({ kind: 'outside_tolerance', age: -3_600 });
  });

  it('counts by the window of its secret, whose end is not part of it', () => {
    const [before, after] = [new Date(NOW.getTime() - 1), new Date(NOW.getTime() + 1)];
    const kindWith = (notBefore: Date, notAfter: Date | null) =>
      verifySignature(signed(), BODY, [secret(SECRET, notBefore, notAfter)], NOW).kind;
    expect(kindWith(NOW, after)).toBe('genuine');
    expect(kindWith(before, null)).toBe('genuine');
    expect(kindWith(before, NOW)).toBe('no_match');
    expect(kindWith(after, null)).toBe('no_match');
  });

  it('names the secret that made it', () => {
    const [mine, rolled] = [secret(SECRET), secret(OTHER)];
    const by = (text: string) => verifySignature(signed({ secret: text }), BODY, [mine, rolled], NOW);
    expect([by(SECRET), by(OTHER)]).toEqual([
      { kind: 'genuine', secret: mine },
      { kind: 'genuine', secret: rolled },
    ]);
  });
});

describe('whatever is changed', () => {
  const changes = fc.array(
    fc.record({
      at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      remove: fc.nat(3),
      insert: fc.uint8Array({ maxLength: 3 }),
    }),
    { minLength: 1, maxLength: 4 },
  );

  function mutate(bytes: Buffer, edits: readonly { at: number; remove: number; insert: Uint8Array }[]): Buffer {
    return edits.reduce((current, { at, remove, insert }) => {
      const from = Math.floor(at * (current.length + 1));
      return Buffer.concat([current.subarray(0, from), insert, current.subarray(from + remove)]);
    }, bytes);
  }

  it('in the body, is noticed', () => {
    fc.assert(
      fc.property(changes, (edits) => {
        const body = mutate(BODY, edits);
        fc.pre(!body.equals(BODY));
        expect(verifySignature(signed(), body, [secret(SECRET)], NOW).kind).not.toBe('genuine');
      }),
      { numRuns: 2_000 },
    );
  });

  it('in the header, is noticed unless the time and the signature still stand there', () => {
    fc.assert(
      fc.property(changes, (edits) => {
        const header = mutate(Buffer.from(signed()), edits).toString('latin1');
        const items = header.split(',');
        fc.pre(!items.includes(`t=${SECONDS}`) || !items.includes(`v1=${v1()}`));
        expect(verifySignature(header, BODY, [secret(SECRET)], NOW).kind).not.toBe('genuine');
      }),
      { numRuns: 2_000 },
    );
  });

  it('a signature is refused that nobody with the secret made', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.string(), (mac, text) => {
        const header = `t=${SECONDS},v1=${Buffer.from(mac).toString('hex')}`;
        expect(verifySignature(header, Buffer.from(text), [secret(SECRET)], NOW).kind).toBe('no_match');
      }),
    );
  });
});
