/**
 * What a push service's reason means for a subscription, and what helps: the companion of the table in webpush-outcome.ts, for
 * people. Undefined for reasons that are not about a device.
 */
export function webPushHint(reason: string): string | undefined {
  switch (reason) {
    case 'status 404':
    case 'status 410':
    case 'Unregistered':
      return 'The push service says that the subscription has ended: the user withdrew the permission, cleared the data of the page, or the browser made a new one. The page registers its subscription when it is opened again.';
    case 'status 400':
    case 'status 401':
    case 'status 403':
    case 'VapidPkHashMismatch':
    case 'BadDeviceToken':
      return 'The push service does not take our key for this subscription: most often it was subscribed with another applicationServerKey. The page has to unsubscribe, subscribe with the key of GET /v1/webpush/public-key, and register again.';
    case 'BadJwtToken':
      return 'Apple refuses the signature of the Web Push credential, most often because of its subject: put one with a mailto: address or an https URL that exists.';
    default:
      return undefined;
  }
}
