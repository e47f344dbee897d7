import { Agent, createServer, request as httpRequest, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FcmFlight } from './fcm-flight.js';

/** Sockets that call themselves finished TLS connections. */
class AuthorizedAgent extends Agent {
  override createConnection(options: object, done?: (error: Error | null, socket: Duplex) => void) {
    return Object.assign(super.createConnection(options, done) as Socket, { authorized: true });
  }
}

describe('a flight', () => {
  let server: Server;
  let respond: (response: ServerResponse) => void;
  beforeEach(async () => {
    server = createServer((request, response) => {
      request.resume().once('end', () => respond(response));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });

  function fly(agent = new AuthorizedAgent()): FcmFlight {
    const { port } = server.address() as AddressInfo;
    const flight = new FcmFlight(5000, undefined);
    // As the library does it: an error ends the call, an answer is read to its end, one that breaks off goes unnoticed.
    const request = httpRequest({ port, host: '127.0.0.1', method: 'POST', agent }, (response) => {
      response.on('error', () => undefined).resume();
      response.on('end', () => flight.settle({ kind: 'answered', status: response.statusCode!, tokenAgeMs: 0 }));
    });
    flight.board(request);
    request.on('error', () => undefined).end();
    return flight;
  }

  it('lands with the answer of the library', async () => {
    respond = (response) => response.writeHead(404).end('{}');
    expect(await fly().landed).toEqual({ kind: 'answered', status: 404, tokenAgeMs: 0 });
  });

  it('does not take an answer that breaks off for one: a 404 would mean something else', async () => {
    respond = (response) => {
      response.writeHead(404, { 'content-length': '1000' });
      response.write('{"error":{"code":404', () => response.destroy());
    };
    const landed = await fly().landed;
    expect(landed).toEqual({ kind: 'unanswered', code: 'BROKEN_OFF', status: 404 });
  });

  it('says that the message may have arrived when the connection breaks before an answer', async () => {
    respond = (response) => response.destroy();
    expect(await fly().landed).toEqual({ kind: 'unanswered', code: 'ECONNRESET' });
  });

  it('says that nothing was sent as long as the connection is not secure', async () => {
    respond = (response) => response.destroy();
    const plain = new Agent() as AuthorizedAgent;
    expect(await fly(plain).landed).toEqual({ kind: 'unsent', code: 'ECONNRESET' });
  });

  it('lands once', async () => {
    const flight = new FcmFlight(5000, undefined);
    flight.settle({ kind: 'unsent', code: 'first' });
    flight.settle({ kind: 'unsent', code: 'second' });
    expect([flight.isOver, await flight.landed]).toEqual([true, { kind: 'unsent', code: 'first' }]);
  });
});
