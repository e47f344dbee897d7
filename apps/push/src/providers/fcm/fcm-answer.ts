import { z } from 'zod';

/**
 * An error as Google's servers write it: `google.rpc.Status` with typed details. Kept whole, because the details say
 * more than any of the fields above them.
 */
const googleError = z.looseObject({
  status: z.string().optional(),
  message: z.string().optional(),
  details: z.array(z.looseObject({ '@type': z.string() })).optional(),
});
export type GoogleError = z.output<typeof googleError>;

/** Google answered. Plain JSON, as all of FcmAnswer: it is kept with the delivery. */
export type AnsweredByFcm = {
  readonly kind: 'answered';
  readonly status: number;
  /** `projects/{id}/messages/{id}`, when it was accepted. */
  readonly messageId?: string;
  readonly error?: GoogleError;
  /** The beginning of a body that is not Google's JSON: the page of a proxy, as a rule. */
  readonly text?: string;
  readonly retryAfterMs?: number;
  /** How old our access token was when it went out: a refused young one means that the credential is at fault. */
  readonly tokenAgeMs: number;
};

/**
 * What became of one request to Google:
 * `unsent`: nothing left this process, `unprocessed`: the server says it did not act on it (RFC 9113, section 8.7),
 * `unanswered`: it went out and no (whole) answer came, so it may have been delivered, `unauthorized`: Google gave us no
 * access token, so nothing was sent, `refused`: the client library would not build the request.
 */
export type FcmAnswer =
  | AnsweredByFcm
  | { readonly kind: 'unsent'; readonly code: string }
  | { readonly kind: 'unprocessed'; readonly code: string }
  | { readonly kind: 'unanswered'; readonly code: string; readonly status?: number }
  | UnauthorizedByGoogle
  | { readonly kind: 'refused'; readonly message: string };

export type UnauthorizedByGoogle = {
  readonly kind: 'unauthorized';
  /** The OAuth error (`invalid_grant`), or why there was no answer (`ECONNREFUSED`). */
  readonly code: string;
  /** Of the token endpoint, if it answered. */
  readonly status?: number;
  readonly text?: string;
};

const TEXT_KEPT = 500;

/** What an error body says: Google's error, or the beginning of whatever else came. */
export function readErrorBody(body: unknown): { error?: GoogleError; text?: string } {
  const parsed = z.object({ error: googleError }).safeParse(body);
  if (parsed.success) return { error: parsed.data.error };
  if (body === undefined || body === '') return {};
  return { text: (typeof body === 'string' ? body : JSON.stringify(body)).slice(0, TEXT_KEPT) };
}

/** What the body of an answer says: the message's id, or an error. */
export function readBody(text: string): Pick<AnsweredByFcm, 'messageId' | 'error' | 'text'> {
  const body = parsed(text);
  if (typeof body === 'object' && body !== null && 'name' in body && typeof body.name === 'string')
    return { messageId: body.name };
  return readErrorBody(body);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const fcmErrorDetail = z.object({
  '@type': z.literal('type.googleapis.com/google.firebase.fcm.v1.FcmError'),
  errorCode: z.string(),
});
const badRequestDetail = z.object({
  '@type': z.literal('type.googleapis.com/google.rpc.BadRequest'),
  fieldViolations: z.array(z.looseObject({ field: z.string().default('') })),
});
const quotaFailureDetail = z.object({
  '@type': z.literal('type.googleapis.com/google.rpc.QuotaFailure'),
  violations: z.array(z.looseObject({ subject: z.string().default('') })),
});
/** How Google's API front end, which knows projects and no devices, refuses above a quota. */
const rateLimitDetail = z.object({
  '@type': z.literal('type.googleapis.com/google.rpc.ErrorInfo'),
  reason: z.literal('RATE_LIMIT_EXCEEDED'),
});

/** `FcmError.errorCode`: the only field that says what FCM, rather than something on the way to it, has decided. */
export function errorCodeOf(error: GoogleError | undefined): string | undefined {
  return detail(error, fcmErrorDetail)?.errorCode;
}

/** The fields of the request that Google objects to; undefined when it names none. */
export function violatedFields(error: GoogleError | undefined): readonly string[] | undefined {
  return detail(error, badRequestDetail)?.fieldViolations.map(({ field }) => field);
}

/** Whether the quota that is used up is the whole project's, not one device's or topic's. */
export function isProjectQuota(error: GoogleError | undefined): boolean {
  const failure = detail(error, quotaFailureDetail);
  if (failure) return failure.violations.some(({ subject }) => subject.startsWith('project'));
  return errorCodeOf(error) === undefined && detail(error, rateLimitDetail) !== undefined;
}

function detail<Schema extends z.ZodType>(
  error: GoogleError | undefined,
  schema: Schema,
): z.output<Schema> | undefined {
  for (const each of error?.details ?? []) {
    const parsed = schema.safeParse(each);
    if (parsed.success) return parsed.data;
  }
  return undefined;
}
