/** The least that a process can do to send: no deadline, no answer that is read, no end of a connection that is noticed. */
import { once } from 'node:events';
import { connect } from 'node:http2';

export interface RawRequest {
  readonly headers: string[];
  readonly body: string;
}

export interface RawLoop {
  send(request: RawRequest): Promise<void>;
  close(): void;
}

export async function openRawLoop(origin: string, ca: string): Promise<RawLoop> {
  const session = connect(origin, { ca });
  await once(session, 'remoteSettings');
  return {
    send: ({ headers, body }) =>
      new Promise((resolve, reject) => {
        const stream = session.request(headers);
        stream.on('response', () => undefined);
        stream.on('data', () => undefined);
        stream.on('error', reject);
        stream.on('close', resolve);
        stream.end(body);
      }),
    close: () => session.close(),
  };
}

/** As many at once as told, until there are no more. */
export async function atOnce(count: number, total: number, send: () => Promise<unknown>): Promise<void> {
  let left = total;
  const sendUntilNoneIsLeft = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await send();
    }
  };
  await Promise.all(Array.from({ length: count }, sendUntilNoneIsLeft));
}
