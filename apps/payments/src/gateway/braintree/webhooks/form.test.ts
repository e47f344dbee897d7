import { describe, expect, it } from '@jest/globals';
import { readForm } from './form.js';

const read = (text: string) => readForm(Buffer.from(text));

describe('the form that Braintree posts', () => {
  it('is read exactly: plus signs, slashes and line ends as they were signed', () => {
    expect(read('bt_signature=key%7Cabc%26k2%7Cdef&bt_payload=ab%2Bc%2Fd%3D%0Aef%3D%0A')).toEqual({
      signature: 'key|abc&k2|def',
      payload: 'ab+c/d=\nef=\n',
    });
  });

  it('may have its fields in any order, and others', () => {
    expect(read('x=1&bt_payload=abc&bt_signature=k%7Ca')).toEqual({ signature: 'k|a', payload: 'abc' });
  });

  it.each([
    ['of nothing', '', 'form_malformed'],
    ['with two payloads', 'bt_signature=k%7Ca&bt_payload=abc&bt_payload=abd', 'form_malformed'],
    ['with two signatures', 'bt_signature=k%7Ca&bt_signature=k%7Cb&bt_payload=abc', 'form_malformed'],
    ['that is not ASCII', 'bt_signature=k%7Ca&bt_payload=äbc', 'form_malformed'],
    ['that is JSON', '{"bt_signature":"k|a","bt_payload":"abc"}', 'signature_missing'],
    ['without a signature', 'bt_payload=abc', 'signature_missing'],
    ['without a payload', 'bt_signature=k%7Ca', 'payload_malformed'],
    ['whose plus signs were decoded twice', 'bt_signature=k%7Ca&bt_payload=ab+c', 'payload_malformed'],
    ['whose payload has line ends of another system', 'bt_signature=k%7Ca&bt_payload=ab%0D%0A', 'payload_malformed'],
  ])('%s is none', (_what, body, flaw) => {
    expect(read(body)).toBe(flaw);
  });
});
