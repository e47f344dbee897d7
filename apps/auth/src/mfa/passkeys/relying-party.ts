import type { AppLinks, MfaSettings } from '../settings-of.js';

/** Who asks for a passkey, and from where an answer may come. */
export interface RelyingParty {
  /** The host of the issuer: one for all apps, since a passkey is bound to a host. */
  readonly id: string;
  readonly name: string;
  readonly origins: string[];
}

/** The app's own origins only: another app's phone app shares the relying party, and its answers count for nothing here. */
export function relyingParty(issuer: string, { displayName, appLinks }: MfaSettings): RelyingParty {
  const { hostname, origin } = new URL(issuer);
  return { id: hostname, name: displayName, origins: [origin, ...nativeOrigins(hostname, appLinks)] };
}

function nativeOrigins(host: string, { android, ios }: AppLinks): string[] {
  return [
    ...android.flatMap(({ sha256Fingerprints }) => sha256Fingerprints.map(apkKeyHashOrigin)),
    // iOS names the host that its association file was found at, never a port.
    ...(ios.length > 0 ? [`https://${host}`] : []),
  ];
}

/** As Android names an app: by the certificate that signed it. @param fingerprint SHA-256, hexadecimal with colons. */
export function apkKeyHashOrigin(fingerprint: string): string {
  return `android:apk-key-hash:${Buffer.from(fingerprint.replaceAll(':', ''), 'hex').toString('base64url')}`;
}
