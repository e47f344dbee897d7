import { type KeyObject, X509Certificate, createPrivateKey } from 'node:crypto';

/** The private key in a PEM text, or undefined when there is none that opens without a passphrase. */
export function parsePrivateKey(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey({ key: pem, format: 'pem' });
  } catch {
    return undefined;
  }
}

/** The certificate in a PEM text, or undefined. */
export function parseCertificate(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}
