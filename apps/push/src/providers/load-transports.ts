import type { ApnsTransport, ApnsTransportOptions } from './apns/apns-transport.js';
import { OwnApnsTransport } from './apns/own-apns-transport.js';
import type { FcmTransport, FcmTransportOptions } from './fcm/fcm-transport.js';
import { OwnFcmTransport } from './fcm/own-fcm-transport.js';
import type { TransportKind } from './transport-kind.js';

/** The code that speaks to each provider. */
export interface Transports {
  readonly kind: TransportKind;
  readonly apns: (options: ApnsTransportOptions) => ApnsTransport;
  readonly fcm: (options: FcmTransportOptions) => FcmTransport;
}

/** Loads the SDKs only when they are chosen: every other process would carry them for nothing (30 MB, a quarter of a second). */
export async function loadTransports(kind: TransportKind): Promise<Transports> {
  switch (kind) {
    case 'own':
      return { kind, apns: (options) => new OwnApnsTransport(options), fcm: (options) => new OwnFcmTransport(options) };
    case 'sdk': {
      const [{ SdkApnsTransport }, { SdkFcmTransport }] = await Promise.all([
        import('./apns/sdk/sdk-apns-transport.js'),
        import('./fcm/sdk/sdk-fcm-transport.js'),
      ]);
      return { kind, apns: (options) => new SdkApnsTransport(options), fcm: (options) => new SdkFcmTransport(options) };
    }
  }
}
