import { describe, expect, it } from '@jest/globals';
import { readDocument } from '../../api/source/files.ts';
import { type ApiDocument, SERVICES, type Service } from '../../api/source/services.ts';
import { allRoutes, nameOf } from '../routes.js';
import { judgeBy } from './judge.js';
import type { FuzzedRequest } from './request.js';
import type { Outcome } from './send.js';

const documents = Object.fromEntries(SERVICES.map((service) => [service, readDocument(service)])) as Record<
  Service,
  ApiDocument
>;
const judge = judgeBy(documents);

function asked(name: string, more: Partial<FuzzedRequest> = {}): FuzzedRequest {
  const route = allRoutes(documents).find((each) => nameOf(each) === name)!;
  const headers = { 'content-type': 'application/json' };
  return { route, caller: 'backend', who: 0, target: '', headers, body: undefined, oddity: 'body', ...more };
}

function answered(status: number, body: object, type = 'application/json'): Outcome {
  return { kind: 'answered', status, type, text: JSON.stringify(body) };
}

function refused(status: number, more: object = {}): Outcome {
  const problem = { type: 'https://example.com/p', title: 'No', status, code: 'no', detail: 'no', ...more };
  return answered(status, problem, 'application/problem+json');
}

const LIST = 'push GET /v1/topics';
const PUT = 'push PUT /v1/categories/{name}';
const wrongGuarantee = asked(PUT, { body: '{"guarantee":1}', spoiledAt: '/guarantee' });
const naming = (pointer: string) =>
  refused(422, { code: 'invalid_request', errors: [{ pointer, reason: 'is wrong' }] });

describe('an answer to a fuzzed request', () => {
  it.each([
    ['is a failure of ours', asked(LIST), refused(500), /a failure of ours/],
    ['never comes', asked(LIST), { kind: 'silent', why: 'no answer in 25000 ms' } as const, /no answer/],
    ['has a status that the route does not declare', asked(LIST), refused(404), /404 is not in the document/],
    ['refuses in words of its own', asked(LIST), answered(422, { error: 'no' }), /a refusal of type/],
    ['lacks a member', asked(LIST), answered(200, { items: [] }), /required property 'next'/],
    ['has one that nobody declared', asked(LIST), answered(200, { items: [], next: null, hash: 'x' }), /additional/],
    [
      'takes what is forbidden',
      asked(PUT, { body: '{"guarantee":"x"}' }),
      answered(200, { name: 'x', guarantee: 'at-least-once' }),
      /./,
    ],
    ['names no field', wrongGuarantee, refused(422, { code: 'invalid_request', errors: [] }), /no field is named/],
    ['names another field', wrongGuarantee, naming('/to/somebody'), /spoiled at "\/guarantee"/],
  ])('is wrong when it %s', (_what, request, outcome, why) => {
    expect(judge(request, outcome)).toMatch(why);
  });

  it.each([
    ['a page', asked(LIST), answered(200, { items: [], next: null })],
    ['who may not', asked(LIST), refused(403)],
    ['the field by its name', wrongGuarantee, naming('/guarantee')],
    [
      'what else is wrong, where what was taken away may be',
      asked('auth PUT /v1/apps/{id}/auth-settings', { body: '{"theme":{"displayName":""}}', spoiledAt: '/mfa' }),
      naming('/theme/displayName'),
    ],
    ['that a service makes no progress', asked('push GET /health/ready'), refused(503)],
  ])('is right when it says %s', (_what, request, outcome) => {
    expect(judge(request, outcome)).toBeUndefined();
  });
});
