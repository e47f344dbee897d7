import {
  connect,
  constants,
  createServer,
  type ClientHttp2Session,
  type Http2Server,
  type ServerHttp2Stream,
} from 'node:http2';
import { createConnection, type AddressInfo, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Connection } from './connection.js';
import { ApnsFlight } from './apns-flight.js';

describe('a connection that is told to go away because of an error', () => {
  let server: Http2Server;
  let session: ClientHttp2Session;
  let connection: Connection;

  beforeEach(async () => {
    server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    let socket: Socket | undefined;
    session = connect(`http://127.0.0.1:${port}`, {
      createConnection: () => (socket = createConnection(port, '127.0.0.1')),
    });
    session.on('error', () => undefined);
    connection = new Connection(session, socket!, 1000);
  });
  afterEach(async () => {
    await connection.destroy();
    await new Promise((resolve) => server.close(resolve));
  });

  function fly(path: string): ApnsFlight {
    const flight = new ApnsFlight(5000, undefined);
    const stream = session.request({ ':method': 'POST', ':path': path });
    flight.board(stream, connection, 0);
    stream.end();
    return flight;
  }

  it('knows which requests the server has not looked at', async () => {
    const arrived: ServerHttp2Stream[] = [];
    server.on('stream', (stream: ServerHttp2Stream) => {
      stream.on('error', () => undefined);
      arrived.push(stream);
      if (arrived.length === 2) stream.session?.goaway(constants.NGHTTP2_INTERNAL_ERROR, arrived[0]!.id);
    });
    const [processed, untouched] = [fly('/first'), fly('/second')];
    expect(await Promise.all([processed.landed, untouched.landed])).toEqual([
      { kind: 'unanswered', code: 'RESET' },
      { kind: 'unprocessed', code: 'GOAWAY' },
    ]);
  });

  it('reads an answer whose end is lost by its status', async () => {
    server.on('stream', (stream: ServerHttp2Stream) => {
      stream.on('error', () => undefined);
      stream.respond({ ':status': 503, 'retry-after': '9' });
      stream.write('{"reason":"Serv', () => stream.close(constants.NGHTTP2_INTERNAL_ERROR));
    });
    expect(await fly('/').landed).toEqual({ kind: 'answered', status: 503, retryAfterMs: 9000, jwtAgeMs: 0 });
  });
});
