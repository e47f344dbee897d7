/** Those who carry notifications, as people call them. */
export const PROVIDER_NAMES = { apns: 'APNs', fcm: 'FCM', webpush: 'Web push' } as const;

/** Those who are paid through. */
export const GATEWAY_NAMES = { stripe: 'Stripe', braintree: 'Braintree' } as const;

export function providerName(provider: string): string {
  return (PROVIDER_NAMES as Readonly<Record<string, string>>)[provider] ?? provider;
}
