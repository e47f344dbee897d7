// @peculiar/x509 refuses to load without this polyfill, which must run first.
import 'reflect-metadata';
import { KeyObject, webcrypto } from 'node:crypto';
import { BasicConstraintsExtension, SubjectAlternativeNameExtension, X509CertificateGenerator } from '@peculiar/x509';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const AN_HOUR_MS = 3_600_000;

/** In PEM. */
export interface Identity {
  readonly cert: string;
  readonly key: string;
}

/** A certificate authority of a test's own. */
export interface Authority {
  /** In PEM: what whoever trusts it has to know. */
  readonly cert: string;
  /** An identity for one address of this machine. */
  issue(ip: string): Promise<Identity>;
}

export async function makeAuthority(name: string): Promise<Authority> {
  const keys = await makeKeys();
  const authority = await X509CertificateGenerator.createSelfSigned({
    name: `CN=${name}`,
    keys,
    signingAlgorithm: ALGORITHM,
    notAfter: new Date(Date.now() + AN_HOUR_MS),
    extensions: [new BasicConstraintsExtension(true, undefined, true)],
  });
  return {
    cert: authority.toString('pem'),
    async issue(ip) {
      const own = await makeKeys();
      const certificate = await X509CertificateGenerator.create({
        subject: `CN=${ip}`,
        issuer: authority.subject,
        publicKey: own.publicKey,
        signingKey: keys.privateKey,
        signingAlgorithm: ALGORITHM,
        notAfter: new Date(Date.now() + AN_HOUR_MS),
        extensions: [new SubjectAlternativeNameExtension([{ type: 'ip', value: ip }])],
      });
      const key = KeyObject.from(own.privateKey).export({ type: 'pkcs8', format: 'pem' }).toString();
      return { cert: certificate.toString('pem'), key };
    },
  };
}

function makeKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}
