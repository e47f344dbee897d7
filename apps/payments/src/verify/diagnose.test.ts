import { createHmac, createSecretKey } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { newUuid } from '@signalbox/contracts';
import { diagnose, type Diagnosis } from './diagnose.js';
import { explainRefusal } from './explain-refusal.js';
import { readSignatureHeader, type SignatureHeader } from './signature-header.js';
import type { SigningSecret } from './verify-signature.js';

const NOW = new Date();
const SECRET = 'whsec_9f2c1d7e8b3a4f5060718293a4b5c6d7';
const OTHER = 'whsec_0011223344556677889900aabbccddee';
const EVENT = { id: 'evt_1', object: 'event', data: { object: { url: 'https://example.com/a' } } };
/** As Stripe writes it. */
const PRETTY = JSON.stringify(EVENT, undefined, 2);
const COMPACT = JSON.stringify(EVENT);

function secret(text: string, window: Partial<SigningSecret> = {}): SigningSecret {
  return { id: newUuid(), key: createSecretKey(Buffer.from(text)), notBefore: new Date(0), notAfter: null, ...window };
}

function diagnosisOf(
  signed: { body: string; secret?: string | Buffer },
  came: string,
  own: readonly SigningSecret[] = [secret(SECRET)],
): Diagnosis {
  const seconds = Math.floor(NOW.getTime() / 1_000);
  const mac = createHmac('sha256', signed.secret ?? SECRET)
    .update(`${seconds}.${signed.body}`)
    .digest('hex');
  const header = readSignatureHeader(`t=${seconds},v1=${mac}`) as SignatureHeader;
  const others = [{ id: 'sts_other', name: 'Connect', secrets: [secret(OTHER)] }];
  return diagnose(header, Buffer.from(came), own, others, NOW);
}

describe('a signature that does not fit', () => {
  it.each([
    ['written compactly by a framework', PRETTY, COMPACT, 'as JSON indented by two spaces'],
    ['indented by a proxy', COMPACT, PRETTY, 'as JSON without spaces'],
    ['written with escaped slashes', PRETTY, COMPACT.replaceAll('/', '\\/'), 'as JSON indented by two spaces'],
    ['put into a string', PRETTY, JSON.stringify(PRETTY), 'as the text inside a JSON string'],
    ['sent as base64', PRETTY, Buffer.from(PRETTY).toString('base64'), 'as what its base64 stands for'],
    ['given a line break', PRETTY, `${PRETTY}\n`, 'without the line break at its end'],
    ['robbed of its line break', `${PRETTY}\n`, PRETTY, 'with a line break at its end'],
    ['given a byte order mark', PRETTY, `\uFEFF${PRETTY}`, 'without a byte order mark'],
    ['given carriage returns', PRETTY, PRETTY.replaceAll('\n', '\r\n'), 'with \\n for each line break'],
  ])('tells that the body was %s', (_what, signed, came, form) => {
    expect(diagnosisOf({ body: signed }, came)).toEqual({ kind: 'body_changed', form });
  });

  it.each([
    ['a line break', `${SECRET}\n`, 'with a line break behind it'],
    ['a space', ` ${SECRET}`, 'with a space in front of it'],
    ['no whsec_', SECRET.slice(6), 'without whsec_'],
    ['base64 taken off', Buffer.from(SECRET.slice(6), 'base64'), 'decoded from base64, as Standard Webhooks has it'],
  ])('tells that the sender had the secret with %s', (_what, key, form) => {
    expect(diagnosisOf({ body: PRETTY, secret: key }, PRETTY)).toEqual({ kind: 'secret_misread', form });
  });

  it('names the other source whose secret it is', () => {
    expect(diagnosisOf({ body: PRETTY, secret: OTHER }, PRETTY)).toEqual({
      kind: 'other_source',
      id: 'sts_other',
      name: 'Connect',
    });
  });

  it('tells that its secret counts no longer, or not yet', () => {
    const [past, future] = [new Date(NOW.getTime() - 1), new Date(NOW.getTime() + 60_000)];
    const over = [secret(SECRET, { notAfter: past })];
    const early = [secret(SECRET, { notBefore: future })];
    expect(diagnosisOf({ body: PRETTY }, PRETTY, over)).toEqual({ kind: 'secret_out_of_time', over: true });
    expect(diagnosisOf({ body: PRETTY }, PRETTY, early)).toEqual({ kind: 'secret_out_of_time', over: false });
  });

  it('is left unexplained when nothing is known of it', () => {
    expect(diagnosisOf({ body: PRETTY, secret: 'whsec_stranger' }, PRETTY)).toEqual({ kind: 'unexplained' });
    expect(diagnosisOf({ body: PRETTY }, 'x'.repeat(300 * 1_024))).toEqual({ kind: 'unexplained' });
  });
});

describe('the words for a refusal', () => {
  const none: Diagnosis = { kind: 'unexplained' };
  it.each([
    [{ kind: 'header_missing' }, 'signature_missing', /no Stripe-Signature header/],
    [{ kind: 'no_v1', schemes: ['v0'] }, 'signature_scheme_missing', /only v0/],
    [{ kind: 'outside_tolerance', age: 412 }, 'timestamp_outside_tolerance', /412 seconds ago/],
    [{ kind: 'outside_tolerance', age: -900 }, 'timestamp_outside_tolerance', /900 seconds in the future/],
    [{ kind: 'no_match' }, 'signature_mismatch', /another event destination/],
  ] as const)('name the cause of %o', (refusal, code, words) => {
    const said = explainRefusal(refusal, none);
    expect(said.code).toBe(code);
    expect(said.detail).toMatch(words);
  });
});
