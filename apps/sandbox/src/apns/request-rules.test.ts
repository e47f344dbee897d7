import { describe, expect, it } from '@jest/globals';
import { type ApnsRequest, brokenAddress, brokenRule, deviceTokenOf } from './request-rules.js';

const TOKEN = 'ab'.repeat(32);

function request(change: Partial<ApnsRequest> = {}, headers: Record<string, string> = {}): ApnsRequest {
  const payload = change.payload ?? '{"aps":{}}';
  return {
    method: 'POST',
    path: `/3/device/${TOKEN}`,
    authorization: undefined,
    duplicateHeader: undefined,
    payload,
    payloadBytes: Buffer.byteLength(payload),
    connection: 1,
    ...change,
    headers: { 'apns-topic': 'dev.signalbox.demo', ...headers },
  };
}

const payloadOf = (bytes: number): string => JSON.stringify({ a: 'x'.repeat(bytes - 8) });
const to = (token: string): Partial<ApnsRequest> => ({ path: `/3/device/${token}` });

describe('the address of a request', () => {
  it.each([
    ['/3/device/abc', 'abc'],
    ['/3/device/', ''],
    ['/3/devices/abc', undefined],
    ['/3/device/abc/more', undefined],
    ['/4/broadcasts/apps/x', undefined],
  ])('%s names the token %j', (path, token) => {
    expect(deviceTokenOf(path)).toBe(token);
  });

  it('is BadPath for another path and MethodNotAllowed for another method', () => {
    expect(brokenAddress(request({ path: '/' }))).toBe('BadPath');
    expect(brokenAddress(request({ method: 'GET' }))).toBe('MethodNotAllowed');
    expect(brokenAddress(request())).toBeUndefined();
  });
});

describe('the rules of APNs', () => {
  it.each<[string, ApnsRequest]>([
    ['nothing but a topic', request()],
    [
      'every optional header',
      request({}, { 'apns-push-type': 'alert', 'apns-priority': '5', 'apns-expiration': '0', 'apns-collapse-id': 'x' }),
    ],
    ['a background push of priority 5', request({}, { 'apns-push-type': 'background', 'apns-priority': '5' })],
    ['a collapse id of 64 bytes', request({}, { 'apns-collapse-id': 'x'.repeat(64) })],
    ['a payload of 4096 bytes', request({ payload: payloadOf(4096) })],
    ['a VoIP payload of 5120 bytes', request({ payload: payloadOf(5120) }, { 'apns-push-type': 'voip' })],
    ['a simulator token of 80 bytes', request(to('ab'.repeat(80)))],
    ['an apns-id in capitals', request({}, { 'apns-id': '0195F8E0-0000-7000-8000-00000000000A' })],
  ])('allow %s', (_name, allowed) => {
    expect(brokenRule(allowed, new Set())).toBeUndefined();
  });

  it.each<[string, string, ApnsRequest]>([
    ['MissingTopic', 'no topic', { ...request(), headers: {} }],
    ['BadTopic', 'a topic with a space', request({}, { 'apns-topic': 'a b' })],
    ['DuplicateHeaders', 'a header sent twice', request({ duplicateHeader: 'apns-id' })],
    ['BadMessageId', 'an apns-id that is no UUID', request({}, { 'apns-id': 'ntf_1' })],
    ['InvalidPushType', 'an unknown push type', request({}, { 'apns-push-type': 'loud' })],
    ['BadPriority', 'an unknown priority', request({}, { 'apns-priority': '7' })],
    [
      'BadPriority',
      'a background push of priority 10',
      request({}, { 'apns-push-type': 'background', 'apns-priority': '10' }),
    ],
    ['BadPriority', 'a background push without a priority', request({}, { 'apns-push-type': 'background' })],
    ['BadExpirationDate', 'an expiration in milliseconds', request({}, { 'apns-expiration': '1763000000000' })],
    ['BadExpirationDate', 'an expiration in words', request({}, { 'apns-expiration': 'tomorrow' })],
    ['BadCollapseId', 'a collapse id of 65 bytes', request({}, { 'apns-collapse-id': 'x'.repeat(65) })],
    ['MissingDeviceToken', 'no token', request(to(''))],
    ['BadDeviceToken', 'a token that is not hexadecimal', request(to('z'.repeat(64)))],
    ['BadDeviceToken', 'a token that is too short', request(to('ab'.repeat(31)))],
    ['BadDeviceToken', 'a token with half a byte', request(to(`${TOKEN}a`))],
    ['PayloadEmpty', 'no payload', request({ payload: '' })],
    ['PayloadEmpty', 'a payload that is not JSON', request({ payload: '{' })],
    ['PayloadEmpty', 'a payload that is a list', request({ payload: '[]' })],
    ['PayloadTooLarge', 'a payload of 4097 bytes', request({ payload: payloadOf(4097) })],
    [
      'PayloadTooLarge',
      'a VoIP payload of 5121 bytes',
      request({ payload: '', payloadBytes: 5121 }, { 'apns-push-type': 'voip' }),
    ],
  ])('answer %s to %s', (reason, _name, broken) => {
    expect(brokenRule(broken, new Set())).toBe(reason);
  });

  it('disallow a topic that is not on the list of topics', () => {
    expect(brokenRule(request(), new Set(['dev.signalbox.other']))).toBe('TopicDisallowed');
    expect(brokenRule(request(), new Set(['dev.signalbox.demo']))).toBeUndefined();
  });
});
