import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { verifySignature } from '../verify/verify-signature.js';
import { Probe } from './probe.js';
import { EdgeBroken, proveEdge } from './self-test.js';

describe('the self-test of the edge', () => {
  let server: Server;
  afterEach(() => void server.close());

  /** Proves an edge that does with the bytes what `receive` does. */
  async function prove(receive: (body: Buffer, header: string, probe: Probe) => number): Promise<void> {
    const probe = new Probe();
    const answer: RequestListener = (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const status = receive(Buffer.concat(chunks), String(request.headers['stripe-signature']), probe);
        expect(probe.find(request.url!.split('/').at(-1)!)).toBeDefined();
        response.writeHead(status).end();
      });
    };
    server = createServer(answer).listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      await proveEdge(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, probe);
    } finally {
      expect(probe.find('')).toBeUndefined();
    }
  }
  const verified = (body: Buffer, header: string, probe: Probe) => {
    const { secrets } = (probe as unknown as { source: { secrets: [] } }).source;
    return verifySignature(header, body, secrets, new Date()).kind === 'genuine' ? 200 : 400;
  };

  it('passes where bytes arrive as they were sent', async () => {
    await expect(prove(verified)).resolves.toBeUndefined();
  });

  it.each([
    [
      'parses JSON and writes it again',
      (body: Buffer) => Buffer.from(JSON.stringify(JSON.parse(body.toString().trim()))),
    ],
    ['reads text as Latin-1', (body: Buffer) => Buffer.from(body.toString('latin1'))],
    ['trims', (body: Buffer) => Buffer.from(body.toString().trim())],
    ['drops carriage returns', (body: Buffer) => Buffer.from(body.toString().replaceAll('\r', ''))],
  ])('fails where somebody %s', async (_what, change) => {
    const proving = prove((body, header, probe) => verified(change(body), header, probe));
    await expect(proving).rejects.toThrow(EdgeBroken);
    await expect(proving).rejects.toThrow(/what was signed.*was answered 400/);
  });

  it('fails where nobody looks at signatures', async () => {
    await expect(prove(() => 200)).rejects.toThrow(/changed after it was signed was answered 200/);
  });

  it('fails where the service does not answer', async () => {
    await expect(prove(verified)).resolves.toBeUndefined();
    const { port } = server.address() as AddressInfo;
    server.close();
    await expect(proveEdge(`http://127.0.0.1:${port}`, new Probe())).rejects.toThrow(/could not be reached/);
  });
});
