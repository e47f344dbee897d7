import { z } from 'zod';
import type { Service } from './config.js';

const problemSchema = z.looseObject({
  title: z.string().optional(),
  detail: z.string().optional(),
  code: z.string().optional(),
  errors: z.array(z.object({ pointer: z.string(), reason: z.string() })).optional(),
});
export type ReceivedProblem = z.output<typeof problemSchema>;

/** A service refused the request, with its reasons (RFC 9457). */
export class RequestRefused extends Error {
  override readonly name = 'RequestRefused';

  constructor(
    readonly status: number,
    readonly problem: ReceivedProblem,
  ) {
    super(problem.detail ?? problem.title ?? `the service answered ${status}`);
  }
}

/** No answer came: the service is down, or the URL is wrong. */
export class ServiceUnreachable extends Error {
  override readonly name = 'ServiceUnreachable';

  constructor(service: Service, cause: unknown) {
    super(`the ${service.name} service does not answer at ${service.url}; is it running (npm start)?`, { cause });
  }
}

/** Something answered that is not the service: a proxy's page, another program on the port. */
export class AnswerNotUnderstood extends Error {
  override readonly name = 'AnswerNotUnderstood';

  constructor(service: Service, reason: string) {
    super(`what answers at ${service.url} does not speak like the ${service.name} service: ${reason}`);
  }
}

/** The caller holds no secret for what it wants to do. */
export class CredentialMissing extends Error {
  override readonly name = 'CredentialMissing';
}

export interface ApiRequest<Answer> {
  readonly as: 'operator' | 'app';
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** What of the answer this tool relies on; everything else is passed on untouched. */
  readonly answer: z.ZodType<Answer>;
  readonly signal: AbortSignal;
}

/** Milliseconds after which a silent service counts as unreachable. */
const DEADLINE = 15_000;

/** @throws RequestRefused, ServiceUnreachable, AnswerNotUnderstood or CredentialMissing. */
export async function callService<Answer>(service: Service, request: ApiRequest<Answer>): Promise<Answer> {
  const url = new URL(request.path, service.url);
  for (const [name, value] of Object.entries(request.query ?? {})) {
    if (value !== undefined) url.searchParams.set(name, value);
  }
  const headers: Record<string, string> = {
    authorization: `Bearer ${secretFor(service, request.as)}`,
    ...request.headers,
  };
  if (request.body !== undefined) headers['content-type'] = 'application/json';
  let status: number;
  let text: string;
  try {
    const response = await fetch(url, {
      method: request.method,
      headers,
      body: request.body === undefined ? null : JSON.stringify(request.body),
      signal: AbortSignal.any([request.signal, AbortSignal.timeout(DEADLINE)]),
    });
    status = response.status;
    text = await response.text();
  } catch (error) {
    throw new ServiceUnreachable(service, error);
  }
  const content = text === '' ? undefined : parseJson(service, text);
  if (status >= 400) throw new RequestRefused(status, problemSchema.catch({}).parse(content));
  const answer = request.answer.safeParse(content);
  if (!answer.success) throw new AnswerNotUnderstood(service, z.prettifyError(answer.error));
  return answer.data;
}

/** What a service is shown. @throws CredentialMissing saying where it comes from. */
export function secretFor(service: Service, as: ApiRequest<unknown>['as']): string {
  const secret = as === 'operator' ? service.operatorToken : service.apiKey;
  if (secret !== undefined) return secret;
  throw new CredentialMissing(
    as === 'operator'
      ? `no operator token for ${service.url}: set OPERATOR_TOKEN, or run this where npm start keeps .signalbox/local.json`
      : `no API key for ${service.url}: set SIGNALBOX_API_KEY (make a key with: signalbox key create)`,
  );
}

function parseJson(service: Service, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new AnswerNotUnderstood(service, 'the answer is not JSON');
  }
}
