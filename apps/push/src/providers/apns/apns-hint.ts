/** What a registration says of the place where its token belongs. */
export interface ApnsRegistration {
  readonly environment: string;
  readonly bundleId: string | null;
}

/**
 * What a reason of Apple's means for this registration, and what helps: the companion of the table in apns-outcome.ts,
 * for people. Undefined for reasons that are not about a device.
 */
export function apnsHint(reason: string, { environment, bundleId }: ApnsRegistration): string | undefined {
  switch (reason) {
    case 'BadDeviceToken':
      return environment === 'sandbox'
        ? `The token is registered for Apple's sandbox and most probably belongs to production: builds from TestFlight and the App Store have production tokens. Register the device with "environment": "production".`
        : `The token is registered for production and most probably belongs to Apple's sandbox: builds that Xcode installs have sandbox tokens. Register the device with "environment": "sandbox".`;
    case 'DeviceTokenNotForTopic':
      return `The token belongs to another app than the registered bundle id ${bundleId}. Register the device with the bundle id of the app that asked for the token.`;
    case 'BadEnvironmentKeyIdInToken':
    case 'BadEnvironmentKeyInToken':
      return `The key of the APNs credential is not for Apple's ${environment}, for which the device is registered. Register the device with the environment of its build, or put a key that Apple has enabled for this environment.`;
    case 'BadTopic':
    case 'MissingTopic':
    case 'TopicDisallowed':
      return `The key of the APNs credential may not send to the bundle id ${bundleId}, for which the device is registered. Register the device with the right bundle id, or put a key of the team that owns this one.`;
    case 'Unregistered':
    case 'ExpiredToken':
      return 'Apple says that the token is no longer in use: most often the app was removed from the phone. The app registers its new token when it is opened again.';
    default:
      return undefined;
  }
}
