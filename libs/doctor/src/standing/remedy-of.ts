/** What helps with what a provider said about a message, by its reason; docs/first-push.md says more of each. */
const REMEDIES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  apns: {
    BadDeviceToken: 'the token is of the other environment, or cut: register it with the environment of its build',
    DeviceTokenNotForTopic: "register the device with the app's own bundleId",
    Unregistered: 'the app was removed from the phone, or has a newer token: open it, and it registers anew',
    ExpiredToken: 'the app has a newer token: open it, and it registers anew',
    TopicDisallowed: "the key's team has no such bundleId: compare both with the Apple developer account",
    BadTopic: 'bundleId is no bundle id',
    InvalidProviderToken: 'key id, team id and .p8 key do not belong together, or the key was revoked',
    ExpiredProviderToken: "set the clock of the database's machine",
    BadEnvironmentKeyInToken: 'the .p8 key may not send in this environment: make one that may',
    PayloadTooLarge: 'make it smaller than 4 KB',
  },
  fcm: {
    UNREGISTERED: 'the app was removed from the phone, or has a newer token: open it, and it registers anew',
    SENDER_ID_MISMATCH: "the phone's google-services.json is of another project than the service account",
    INVALID_ARGUMENT: 'the token is cut or of something else than FCM, or a field of the message is not allowed',
    THIRD_PARTY_AUTH_ERROR: "put the APNs key into the Firebase project's settings: the token is of an iPhone",
    PERMISSION_DENIED: 'give the account the role Firebase Cloud Messaging API Admin, and enable that API',
  },
};

const OURS: Readonly<Record<string, string>> = {
  no_credential: 'put the credential of this provider: signalbox credential put',
  expired_before_retry: 'it was worth sending for less time than the provider was away: see ttlSeconds',
};

/** One sentence; of a reason that nobody foresaw, where the whole story is. */
export function remedyOf(provider: string, reason: string, notification: string): string {
  return (
    REMEDIES[provider]?.[reason] ??
    OURS[reason] ??
    `GET /v1/notifications/${notification}/explain has what the provider answered`
  );
}
