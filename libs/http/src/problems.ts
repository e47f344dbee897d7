import type { ProblemError } from '@signalbox/contracts';
import { challenge, type ChallengeError, type Scheme } from './challenge.js';
import { LISTED_ERRORS, Problem } from './problem.js';

/** The problems that routes meet often, one constructor each. */
export const problems = {
  /** 422: values that can never be accepted; each named. */
  invalid(errors: readonly ProblemError[]): Problem {
    const more = errors.length - LISTED_ERRORS;
    return new Problem({
      status: 422,
      code: 'invalid_request',
      detail:
        `The request has ${errors.length === 1 ? 'one problem' : `${errors.length} problems`}; see errors.` +
        (more > 0 ? ` The first ${LISTED_ERRORS} are listed.` : ''),
      errors: errors.slice(0, LISTED_ERRORS),
    });
  },
  /** 422: part of the design, not built yet. */
  notAvailable(pointer: string, detail: string): Problem {
    return new Problem({ status: 422, code: 'not_available', detail, errors: [{ pointer, reason: detail }] });
  },
  /** 404: also for a thing of another app, so that ids cannot be probed. */
  notFound(detail: string): Problem {
    return new Problem({ status: 404, code: 'not_found', detail });
  },
  /** 409: the thing is in a state that does not allow this. */
  conflict(code: string, detail: string, errors?: readonly ProblemError[]): Problem {
    return new Problem({ status: 409, code, detail, ...(errors !== undefined && { errors }) });
  },
  /** 401 with the challenge of RFC 6750. */
  unauthenticated(detail: string): Problem {
    return new Problem({ status: 401, code: 'unauthenticated', detail, headers: { 'www-authenticate': 'Bearer' } });
  },
  /** 401 for an access token: why it is refused, in the problem and in the challenge. */
  invalidToken(detail: string, scheme: Scheme = 'Bearer', error: ChallengeError = 'invalid_token'): Problem {
    return new Problem({ status: 401, code: error, detail, headers: challenge(scheme, error) });
  },
  /** 403: a known caller that may not do this. */
  forbidden(code: string, detail: string): Problem {
    return new Problem({ status: 403, code, detail });
  },
  /** 503: nothing was stored or done; the same request may be sent again after `retryAfterSeconds`. */
  unavailable(detail: string, retryAfterSeconds: number, cause?: unknown): Problem {
    return new Problem({
      status: 503,
      code: 'unavailable',
      detail,
      headers: { 'retry-after': String(Math.ceil(retryAfterSeconds)) },
      cause,
    });
  },
} as const;
