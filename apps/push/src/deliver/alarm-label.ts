/** The reasons of alarms that have a name of their own: those of Apple, of Google, of the browsers' push services, and ours. */
const NAMED = new Set([
  'BadCertificate',
  'BadCertificateEnvironment',
  'BadDeviceToken',
  'BadEnvironmentKeyIdInToken',
  'BadEnvironmentKeyInToken',
  'BadTopic',
  'DeviceTokenNotForTopic',
  'ExpiredProviderToken',
  'InvalidProviderToken',
  'MissingProviderToken',
  'MissingTopic',
  'TooManyProviderTokenUpdates',
  'TopicDisallowed',
  'UnrelatedKeyIdInToken',
  'APNS_AUTH_ERROR',
  'INVALID_ARGUMENT',
  'NOT_FOUND',
  'PERMISSION_DENIED',
  'QUOTA_EXCEEDED',
  'RESOURCE_EXHAUSTED',
  'SENDER_ID_MISMATCH',
  'THIRD_PARTY_AUTH_ERROR',
  'UNAUTHENTICATED',
  'UNSPECIFIED_ERROR',
  'BadJwtToken',
  'VapidPkHashMismatch',
  'NotABrowser',
  'NotAnFcmTarget',
  'exception',
]);

/** What the metric calls a reason. It has a series for each label, so what others may write at will is `other`; the log line has it whole. */
export function alarmLabel(reason: string): string {
  if (NAMED.has(reason) || /^status [345]\d\d$/.test(reason)) return reason;
  return reason.startsWith('oauth: ') ? 'oauth' : 'other';
}
