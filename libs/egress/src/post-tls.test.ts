// @peculiar/x509 refuses to load without this polyfill, which must run first.
import 'reflect-metadata';
import { KeyObject, webcrypto } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer, type Server as HttpsServer } from 'node:https';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BasicConstraintsExtension, SubjectAlternativeNameExtension, X509CertificateGenerator } from '@peculiar/x509';
import { EgressFailed } from './egress-failed.js';
import { Poster } from './post.js';

const POLICY = { allowPrivate: true };
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

async function selfSigned(name: string): Promise<{ cert: string; key: string }> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: `CN=${name}`,
    keys,
    signingAlgorithm: ALGORITHM,
    notAfter: new Date(Date.now() + 3_600_000),
    extensions: [
      new BasicConstraintsExtension(true),
      new SubjectAlternativeNameExtension([{ type: 'dns', value: name }]),
    ],
  });
  const key = KeyObject.from(keys.privateKey).export({ type: 'pkcs8', format: 'pem' }).toString();
  return { cert: certificate.toString('pem'), key };
}

describe('an https endpoint', () => {
  let server: HttpsServer;
  let port: number;
  const asked: (string | undefined)[] = [];
  const authorities = getCACertificates();
  beforeAll(async () => {
    const identity = await selfSigned('hooks.example.com');
    setDefaultCACertificates([...authorities, identity.cert]);
    server = createServer(identity, (request, response) => {
      asked.push(request.headers.host);
      response.end('thanks');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    ({ port } = server.address() as AddressInfo);
  });
  afterAll(() => {
    setDefaultCACertificates(authorities);
    server.close();
  });

  const post = (host: string, options = {}, to = port) =>
    new Poster({ resolve: async () => ['127.0.0.1'], ...options })
      .post({ url: `https://${host}:${to}/`, headers: {}, body: '{}' }, POLICY)
      .then(
        (answer) => answer.status,
        (error: unknown) => (error instanceof EgressFailed ? error.message : error),
      );

  it('is trusted by the name of its URL, although an address was dialled', async () => {
    expect(await post('hooks.example.com')).toBe(200);
    expect(asked).toEqual([`hooks.example.com:${port}`]);
  });

  it('that shows the certificate of another name is told nothing', async () => {
    const before = asked.length;
    expect(await post('other.example.com')).toBe('tls_failed (ERR_TLS_CERT_ALTNAME_INVALID)');
    expect(await post('127.0.0.1')).toBe('tls_failed (ERR_TLS_CERT_ALTNAME_INVALID)');
    expect(asked).toHaveLength(before);
  });

  it('that does not speak TLS is no endpoint', async () => {
    const plain = await listening((socket) => socket.end('220 smtp\r\n'));
    expect(await post('hooks.example.com', {}, portOf(plain))).toMatch(/^tls_failed/);
    plain.close();
  });

  it('that takes the connection and says nothing is left when connecting has taken too long', async () => {
    const silent = await listening(() => undefined);
    expect(await post('hooks.example.com', { connectMs: 200 }, portOf(silent))).toMatch(/^timeout/);
    silent.close();
  });

  it('with several addresses is reached at the next one when the first does not answer', async () => {
    const dialled: string[] = [];
    const dial = (address: string, to: number) => {
      dialled.push(address);
      return connect({ host: '127.0.0.1', port: address === '::1' ? 1 : to });
    };
    expect(await post('hooks.example.com', { dial, resolve: async () => ['::1', '127.0.0.1'] })).toBe(200);
    expect(dialled).toEqual(['::1', '127.0.0.1']);
  });
});

async function listening(onSocket: (socket: Socket) => void): Promise<Server> {
  const server = createTcpServer((socket) => {
    socket.on('error', () => undefined);
    onSocket(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
