/**
 * The codes of `google.firebase.fcm.v1.FcmError` and the status each comes with:
 * https://firebase.google.com/docs/reference/fcm/rest/v1/ErrorCode
 */
const STATUS_OF_ERROR_CODE: Readonly<Record<string, number>> = {
  UNSPECIFIED_ERROR: 500,
  INVALID_ARGUMENT: 400,
  UNREGISTERED: 404,
  SENDER_ID_MISMATCH: 403,
  QUOTA_EXCEEDED: 429,
  UNAVAILABLE: 503,
  INTERNAL: 500,
  THIRD_PARTY_AUTH_ERROR: 401,
};

/** What Google says to each; the sentences of quotas are ours, Google publishes none. */
const SENTENCES: Readonly<Record<string, string>> = {
  INVALID_ARGUMENT: 'The registration token is not a valid FCM registration token',
  UNREGISTERED: 'Requested entity was not found.',
  SENDER_ID_MISMATCH: 'SenderId mismatch',
  QUOTA_EXCEEDED: 'Device message rate exceeded: too many messages were sent to this device.',
  UNAVAILABLE: 'The service is currently unavailable.',
  INTERNAL: 'Internal error encountered.',
  THIRD_PARTY_AUTH_ERROR: 'Auth error from APNS or Web Push Service',
};

const STATUS_NAMES: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  409: 'ABORTED',
  413: 'INVALID_ARGUMENT',
  429: 'RESOURCE_EXHAUSTED',
  499: 'CANCELLED',
  500: 'INTERNAL',
  501: 'UNIMPLEMENTED',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};

/** The sentences of answers without an `FcmError`. */
const PLAIN_SENTENCES: Readonly<Record<number, string>> = {
  400: 'Request contains an invalid argument.',
  401: 'Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.',
  403: "Permission 'cloudmessaging.messages.create' denied on resource (or it may not exist).",
  404: 'Requested entity was not found.',
};

/** The code meant by somebody who scripts a bare status. 401 and 403 come without a code when the credential is at fault. */
const USUAL_ERROR_CODE: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  404: 'UNREGISTERED',
  429: 'QUOTA_EXCEEDED',
  500: 'INTERNAL',
  503: 'UNAVAILABLE',
};

export function statusOfErrorCode(errorCode: string): number | undefined {
  return Object.hasOwn(STATUS_OF_ERROR_CODE, errorCode) ? STATUS_OF_ERROR_CODE[errorCode] : undefined;
}

export function usualErrorCode(status: number): string | undefined {
  return USUAL_ERROR_CODE[status];
}

/** The name of the status in `google.rpc.Status`: https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto */
export function statusName(status: number): string {
  return STATUS_NAMES[status] ?? (status >= 500 ? 'INTERNAL' : 'FAILED_PRECONDITION');
}

export function sentenceOf(status: number, errorCode: string | undefined): string {
  const sentence = errorCode === undefined ? PLAIN_SENTENCES[status] : SENTENCES[errorCode];
  return sentence ?? 'Unknown error.';
}
