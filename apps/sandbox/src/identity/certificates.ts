// @peculiar/x509 refuses to load without this polyfill, which must run first.
import 'reflect-metadata';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  AuthorityKeyIdentifierExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { createPrivateKey, KeyObject, X509Certificate, type webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import { z } from 'zod';
import type { StateDirectory } from './state-directory.js';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY_MS = 86_400_000;
const CA_DAYS = 3650;
const SERVER_DAYS = 1825;
/** A certificate this close to its end is replaced at the next start. */
const RENEW_BEFORE_MS = 60 * DAY_MS;
const FILE = 'tls.json';

const storedTls = z.strictObject({
  ca: z.string(),
  caKey: z.string(),
  certificate: z.string(),
  key: z.string(),
});

/** PEM texts: the authority that clients trust, and the server's own certificate and key. */
export type TlsIdentity = z.output<typeof storedTls>;

/**
 * The sandbox's certificate authority and server certificate, kept in the state directory. The authority stays the same
 * while it is valid, so a client that stored it keeps working when the server certificate gets a new name or date.
 */
export async function tlsIdentity(state: StateDirectory, publicHost: string, now = Date.now()): Promise<TlsIdentity> {
  const names = [...new Set(['localhost', '127.0.0.1', '::1', publicHost])];
  const stored = await state.read(FILE, storedTls);
  if (stored && lasts(stored.ca, now) && lasts(stored.certificate, now) && covers(stored.certificate, names))
    return stored;
  const authority = stored && lasts(stored.ca, now) ? stored : await makeAuthority(now);
  const identity = { ...authority, ...(await makeServerCertificate(authority, names, now)) };
  await state.write(FILE, identity);
  return identity;
}

async function makeAuthority(now: number): Promise<Pick<TlsIdentity, 'ca' | 'caKey'>> {
  const keys = await keyPair();
  const ca = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=Signalbox sandbox CA (test only)',
    keys,
    ...validity(now, CA_DAYS),
    signingAlgorithm: ALGORITHM,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { ca: ca.toString('pem'), caKey: pem(keys.privateKey) };
}

async function makeServerCertificate(
  authority: Pick<TlsIdentity, 'ca' | 'caKey'>,
  names: readonly string[],
  now: number,
): Promise<Pick<TlsIdentity, 'certificate' | 'key'>> {
  const keys = await keyPair();
  const signingKey = createPrivateKey(authority.caKey).toCryptoKey(ALGORITHM, false, ['sign']);
  const issuer = new X509Certificate(authority.ca);
  const certificate = await X509CertificateGenerator.create({
    subject: 'CN=Signalbox sandbox',
    issuer: issuer.subject,
    publicKey: keys.publicKey,
    signingKey,
    ...validity(now, SERVER_DAYS),
    signingAlgorithm: ALGORITHM,
    extensions: [
      new SubjectAlternativeNameExtension(names.map((value) => ({ type: isIP(value) ? 'ip' : 'dns', value }))),
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      await AuthorityKeyIdentifierExtension.create(await publicKeyOf(issuer)),
    ],
  });
  return { certificate: certificate.toString('pem'), key: pem(keys.privateKey) };
}

function keyPair(): Promise<webcrypto.CryptoKeyPair> {
  return crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}

function pem(key: webcrypto.CryptoKey): string {
  return KeyObject.from(key).export({ type: 'pkcs8', format: 'pem' }).toString();
}

async function publicKeyOf(certificate: X509Certificate): Promise<webcrypto.CryptoKey> {
  return certificate.publicKey.toCryptoKey(ALGORITHM, true, ['verify']);
}

function validity(now: number, days: number): { notBefore: Date; notAfter: Date } {
  // A day back, so that a client whose clock is a little behind accepts a certificate made this minute.
  return { notBefore: new Date(now - DAY_MS), notAfter: new Date(now + days * DAY_MS) };
}

function lasts(certificate: string, now: number): boolean {
  return new X509Certificate(certificate).validToDate.getTime() - now > RENEW_BEFORE_MS;
}

function covers(certificate: string, names: readonly string[]): boolean {
  const parsed = new X509Certificate(certificate);
  return names.every((name) => (isIP(name) ? parsed.checkIP(name) : parsed.checkHost(name)) !== undefined);
}
