/**
 * The reasons APNs gives and the status each comes with:
 * https://developer.apple.com/documentation/usernotifications/handling-notification-responses-from-apns
 */
export const STATUS_OF_REASON = {
  BadCollapseId: 400,
  BadDeviceToken: 400,
  BadExpirationDate: 400,
  BadMessageId: 400,
  BadPriority: 400,
  BadTopic: 400,
  DeviceTokenNotForTopic: 400,
  DuplicateHeaders: 400,
  IdleTimeout: 400,
  InvalidPushType: 400,
  MissingDeviceToken: 400,
  MissingTopic: 400,
  PayloadEmpty: 400,
  TopicDisallowed: 400,
  BadCertificate: 403,
  BadCertificateEnvironment: 403,
  // Apple documents BadEnvironmentKeyIdInToken and its servers send this spelling.
  BadEnvironmentKeyInToken: 403,
  ExpiredProviderToken: 403,
  Forbidden: 403,
  InvalidProviderToken: 403,
  MissingProviderToken: 403,
  UnrelatedKeyIdInToken: 403,
  BadPath: 404,
  MethodNotAllowed: 405,
  ExpiredToken: 410,
  Unregistered: 410,
  PayloadTooLarge: 413,
  TooManyProviderTokenUpdates: 429,
  TooManyRequests: 429,
  InternalServerError: 500,
  ServiceUnavailable: 503,
  Shutdown: 503,
} as const;

export type Reason = keyof typeof STATUS_OF_REASON;

/** The reason meant by somebody who scripts a bare status. */
const USUAL_REASON: Readonly<Record<number, Reason>> = {
  400: 'BadDeviceToken',
  403: 'InvalidProviderToken',
  404: 'BadPath',
  405: 'MethodNotAllowed',
  410: 'Unregistered',
  413: 'PayloadTooLarge',
  429: 'TooManyRequests',
  500: 'InternalServerError',
  503: 'ServiceUnavailable',
};

export function statusOfReason(reason: string): number | undefined {
  return isReason(reason) ? STATUS_OF_REASON[reason] : undefined;
}

export function usualReason(status: number): Reason {
  return USUAL_REASON[status] ?? (status >= 500 ? 'InternalServerError' : 'BadDeviceToken');
}

function isReason(text: string): text is Reason {
  return Object.hasOwn(STATUS_OF_REASON, text);
}
