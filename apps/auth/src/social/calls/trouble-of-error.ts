import { EgressFailed } from '@signalbox/egress';
import { errors as jose } from 'jose';
import { ClientError, ResponseBodyError, WWWAuthenticateChallengeError } from 'openid-client';
import { ProviderTrouble, type Trouble } from './trouble.js';

/** What went wrong, out of whatever the libraries on the way threw. Anything that is no trouble of a provider's is thrown on. */
export function troubleOfError(error: unknown): ProviderTrouble {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const trouble = ofOne(cause);
    if (trouble !== undefined) return trouble;
  }
  throw error;
}

function ofOne(error: Error): ProviderTrouble | undefined {
  if (error instanceof ProviderTrouble) return error;
  const trouble = troubleOf(error);
  return trouble === undefined ? undefined : new ProviderTrouble(trouble, error);
}

function troubleOf(error: Error): Trouble | undefined {
  if (error instanceof EgressFailed) return ofEgress(error);
  if (error instanceof ResponseBodyError) {
    // Of these a code of a visitor's own making may be the reason.
    if (error.error === 'invalid_grant' || error.error === 'invalid_request') return 'code_refused';
    return ofStatus(error.status) ?? 'refused';
  }
  if (error instanceof WWWAuthenticateChallengeError) return 'refused';
  if (error instanceof ClientError) return ofClient(error);
  if (error instanceof jose.JOSEError) return ofJose(error);
  return undefined;
}

/** Busy or broken, or undefined. */
export function ofStatus(status: number): Trouble | undefined {
  return status === 429 || status >= 500 ? 'server_error' : undefined;
}

function ofEgress({ stage }: EgressFailed): Trouble {
  switch (stage) {
    case 'timeout':
    case 'too_large':
      return stage;
    case 'answer_failed':
    case 'redirected':
      return 'bad_answer';
    case 'target_refused':
    case 'name_not_resolved':
    case 'connection_failed':
    case 'tls_failed':
      return 'unreachable';
  }
}

/** Codes of openid-client. What is behind one without a code of its own is looked at next. */
function ofClient(error: ClientError): Trouble | undefined {
  switch (error.code) {
    case 'OAUTH_TIMEOUT':
    case 'OAUTH_ABORT':
      return 'timeout';
    case 'OAUTH_RESPONSE_IS_NOT_CONFORM': {
      const { cause } = error;
      return (cause instanceof Response ? ofStatus(cause.status) : undefined) ?? 'bad_answer';
    }
    case 'OAUTH_JWT_TIMESTAMP_CHECK_FAILED':
      return 'expired_token';
    case 'OAUTH_JWT_CLAIM_COMPARISON_FAILED':
      return ofClaim(claimIn(error));
    case undefined:
      return undefined;
    default:
      return 'bad_answer';
  }
}

/** oauth4webapi says which claim it was in the cause of its own error, which is the cause of this one. */
function claimIn(error: Error): unknown {
  const { cause } = error;
  const behind = cause instanceof Error ? cause.cause : undefined;
  return typeof behind === 'object' && behind !== null && 'claim' in behind ? behind.claim : undefined;
}

function ofClaim(claim: unknown): Trouble {
  switch (claim) {
    case 'iss':
      return 'wrong_issuer';
    case 'aud':
    case 'azp':
      return 'wrong_audience';
    case 'nonce':
      return 'wrong_nonce';
    case 'exp':
    case 'iat':
    case 'nbf':
      return 'expired_token';
    default:
      return 'bad_answer';
  }
}

function ofJose(error: jose.JOSEError): Trouble {
  if (error instanceof jose.JWTExpired) return 'expired_token';
  if (error instanceof jose.JWTClaimValidationFailed) return ofClaim(error.claim);
  const isUnproven =
    error instanceof jose.JWSSignatureVerificationFailed ||
    error instanceof jose.JWKSNoMatchingKey ||
    error instanceof jose.JWKSMultipleMatchingKeys ||
    error instanceof jose.JOSEAlgNotAllowed;
  return isUnproven ? 'bad_signature' : 'bad_answer';
}
