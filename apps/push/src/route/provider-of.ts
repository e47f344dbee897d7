import type { Uuid } from '@signalbox/contracts';
import type { Provider } from '@signalbox/credentials';

/** The credential that each app has now, by provider. */
export type CurrentCredentials<Credential = { readonly id: Uuid }> = Readonly<
  Record<Provider, ReadonlyMap<Uuid, Credential>>
>;

/** Who speaks to a device with such a target. */
export function providerOf({ targetKind }: { readonly targetKind: string }): Provider {
  return targetKind === 'apns' || targetKind === 'webpush' ? targetKind : 'fcm';
}
