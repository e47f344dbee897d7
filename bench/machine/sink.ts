/**
 * What stands for Apple and Google in benchmarks, as a process of its own: accepts whatever looks like a request to APNs, FCM or Google's
 * token endpoint, at once, counts it, and does nothing else.
 */
import { createSecureServer, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tlsIdentity } from '../../apps/sandbox/dist/identity/certificates.js';
import { StateDirectory } from '../../apps/sandbox/dist/identity/state-directory.js';

const STREAMS = 1_000;
const GRANTED = JSON.stringify({ access_token: 'ya29.bench', expires_in: 3_600, token_type: 'Bearer' });
const ACCEPTED = JSON.stringify({ name: 'projects/bench/messages/0:1795382142002000%9f1c2ab34d5e6f70' });

const { key, certificate, ca } = await tlsIdentity(new StateDirectory(undefined), '127.0.0.1');
const server = createSecureServer({
  key,
  cert: certificate,
  allowHTTP1: true,
  settings: { maxConcurrentStreams: STREAMS },
});
let received = 0;

server.on('stream', (stream, headers) => {
  stream.on('error', () => undefined);
  stream.resume();
  stream.on('end', () => {
    received += 1;
    if (headers[':path']?.startsWith('/3/device/'))
      stream.respond({ ':status': 200, 'apns-id': headers['apns-id'] }, { endStream: true });
    else {
      stream.respond({ ':status': 200, 'content-type': 'application/json' });
      stream.end(ACCEPTED);
    }
  });
});
server.on(
  'request',
  (request: IncomingMessage | Http2ServerRequest, response: ServerResponse | Http2ServerResponse) => {
    if (request.httpVersionMajor === 2) return;
    request.resume();
    request.on('end', () => {
      const isGrant = request.url === '/token';
      if (!isGrant) received += 1;
      const body = isGrant ? GRANTED : ACCEPTED;
      response.setHeader('content-type', 'application/json');
      response.setHeader('content-length', Buffer.byteLength(body));
      response.end(body);
    });
  },
);
process.on('message', () => process.send?.({ received }));
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port, ca }));
