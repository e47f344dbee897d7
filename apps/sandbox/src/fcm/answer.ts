import { sentenceOf, statusName } from './error-codes.js';
import type { Refusal } from './ending.js';

/** An HTTP answer, ready to be written. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const JSON_TYPE = 'application/json; charset=UTF-8';

export function json(status: number, body: object, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers: { 'content-type': JSON_TYPE, ...headers }, body: JSON.stringify(body) };
}

/** The page Google's front end shows for what it has no service for, or no service left. */
export function page(status: number, headers: Readonly<Record<string, string>> = {}): Answer {
  const title = `Error ${status} (${status === 404 ? 'Not Found' : 'Server Error'})!!1`;
  const body = `<!DOCTYPE html>\n<html lang=en>\n<title>${title}</title>\n<p><b>${status}.</b> <ins>That’s an error.</ins>\n`;
  return { status, headers: { 'content-type': 'text/html; charset=UTF-8', ...headers }, body };
}

/** `google.rpc.Status` as JSON, with the details Google puts in: https://cloud.google.com/apis/design/errors */
export function refuse(refusal: Refusal): Answer {
  const { status, errorCode, retryAfter } = refusal;
  const headers = {
    ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }),
    // RFC 9110 section 11.6.1: a 401 says how to log in.
    ...(status === 401 &&
      errorCode === undefined && {
        'www-authenticate': 'Bearer realm="https://accounts.google.com/", error="invalid_token"',
      }),
  };
  if (refusal.html) return page(status, headers);
  const details = detailsOf(refusal);
  const message = refusal.message ?? sentenceOf(status, errorCode);
  const error = { code: status, message, status: statusName(status), ...(details.length > 0 && { details }) };
  return json(status, { error }, headers);
}

function detailsOf({ errorCode, fieldViolations, quota, reason }: Refusal): object[] {
  const details: object[] = [];
  if (fieldViolations) details.push({ '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations });
  if (reason !== undefined) {
    const metadata = { service: 'fcm.googleapis.com', method: 'google.firebase.fcm.v1.FcmService.SendMessage' };
    details.push({ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason, domain: 'googleapis.com', metadata });
  }
  if (errorCode !== undefined)
    details.push({ '@type': 'type.googleapis.com/google.firebase.fcm.v1.FcmError', errorCode });
  if (quota) {
    const description = quota === 'project' ? 'Message rate exceeded' : 'Device message rate exceeded';
    details.push({
      '@type': 'type.googleapis.com/google.rpc.QuotaFailure',
      violations: [{ subject: quota, description }],
    });
  }
  return details;
}
