import { describe, expect, it } from '@jest/globals';
import { errorCodeOf, isProjectQuota, readErrorBody, violatedFields } from './fcm-answer.js';

describe('an error body', () => {
  it('is kept as Google wrote it, with what we do not read', () => {
    const error = {
      code: 404,
      status: 'NOT_FOUND',
      message: 'Requested entity was not found.',
      details: [{ '@type': 'type.googleapis.com/google.firebase.fcm.v1.FcmError', errorCode: 'UNREGISTERED', more: 1 }],
    };
    expect(readErrorBody({ error })).toEqual({ error });
  });

  it.each([
    ['a page', '<html>502</html>', { text: '<html>502</html>' }],
    ['nothing', '', {}],
    ['JSON of somebody else', { oops: true }, { text: '{"oops":true}' }],
    ['an error that is a word', { error: 'NotRegistered' }, { text: '{"error":"NotRegistered"}' }],
    ['details that are none', { error: { details: 'x' } }, { text: '{"error":{"details":"x"}}' }],
    ['null', null, { text: 'null' }],
  ])('that is %s is kept as text', (_what, body, read) => {
    expect(readErrorBody(body)).toEqual(read);
  });

  it('keeps the beginning of a long page', () => {
    expect(readErrorBody('x'.repeat(10_000)).text).toHaveLength(500);
  });
});

describe('the details of an error', () => {
  it('say nothing when there are none', () => {
    expect([errorCodeOf(undefined), violatedFields({}), isProjectQuota({ details: [] })]).toEqual([
      undefined,
      undefined,
      false,
    ]);
  });

  it('are passed over when they have another form than they should', () => {
    const details = [
      { '@type': 'type.googleapis.com/google.firebase.fcm.v1.FcmError', errorCode: 7 },
      { '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations: 'x' },
      { '@type': 'type.googleapis.com/google.rpc.QuotaFailure', violations: [{ subject: null }] },
    ];
    expect([errorCodeOf({ details }), violatedFields({ details }), isProjectQuota({ details })]).toEqual([
      undefined,
      undefined,
      false,
    ]);
  });
});
