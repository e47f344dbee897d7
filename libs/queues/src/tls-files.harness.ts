// @peculiar/x509 refuses to load without this polyfill, which must run first.
import 'reflect-metadata';
import { KeyObject, webcrypto } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  BasicConstraintsExtension,
  SubjectAlternativeNameExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

export interface CertificateFiles {
  readonly certFile: string;
  readonly keyFile: string;
  readonly caFile: string;
}

/** A CA made for one test, and what it signs, as PEM files in a folder. */
export class TestAuthority {
  private constructor(
    private readonly folder: string,
    private readonly name: string,
    private readonly keys: webcrypto.CryptoKeyPair,
    private readonly certificate: X509Certificate,
  ) {}

  static async make(folder: string, name: string): Promise<TestAuthority> {
    const keys = await newKeys();
    const certificate = await X509CertificateGenerator.createSelfSigned({
      name: `CN=${name}`,
      keys,
      signingAlgorithm: ALGORITHM,
      notAfter: inAnHour(),
      extensions: [new BasicConstraintsExtension(true)],
    });
    const authority = new TestAuthority(folder, name, keys, certificate);
    await writeFile(authority.caFile, certificate.toString('pem'));
    return authority;
  }

  get caFile(): string {
    return join(this.folder, `${this.name}.pem`);
  }

  /** A certificate for this name or address. */
  async sign(name: string): Promise<CertificateFiles> {
    const keys = await newKeys();
    const type = /^[\d.]+$/.test(name) ? 'ip' : 'dns';
    const certificate = await X509CertificateGenerator.create({
      subject: `CN=${name}`,
      issuer: this.certificate.subject,
      publicKey: keys.publicKey,
      signingKey: this.keys.privateKey,
      signingAlgorithm: ALGORITHM,
      notAfter: inAnHour(),
      extensions: [new SubjectAlternativeNameExtension([{ type, value: name }])],
    });
    const files = {
      certFile: join(this.folder, `${this.name}-${name}.pem`),
      keyFile: join(this.folder, `${this.name}-${name}.key`),
      caFile: this.caFile,
    };
    await writeFile(files.certFile, certificate.toString('pem'));
    await writeFile(files.keyFile, KeyObject.from(keys.privateKey).export({ type: 'pkcs8', format: 'pem' }));
    return files;
  }
}

function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}

function inAnHour(): Date {
  return new Date(Date.now() + 3_600_000);
}
