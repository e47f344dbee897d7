/**
 * What a reason of Google's means for a registration, and what helps: the companion of the table in fcm-outcome.ts, for
 * people. Undefined for reasons that are not about a device.
 */
export function fcmHint(reason: string): string | undefined {
  switch (reason) {
    case 'UNREGISTERED':
      return 'Google says that the token is no longer in use: the app was removed, its data was cleared, or it was not opened for 270 days. The app registers its new token when it is opened again.';
    case 'SENDER_ID_MISMATCH':
      return 'The token belongs to another Firebase project than that of the FCM credential. Put the credential of the project that the app is built with, or register the token of a build for this project.';
    case 'INVALID_ARGUMENT':
      return 'Google does not recognise the token as one. Register exactly what the Firebase SDK returned, uncut.';
    default:
      return undefined;
  }
}
