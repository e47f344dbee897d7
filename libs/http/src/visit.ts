import type { IncomingHttpHeaders } from 'node:http';

/** A request, before its body is read. */
export interface RequestHead {
  readonly params: Readonly<Record<string, string>>;
  readonly headers: IncomingHttpHeaders;
}

/** A request that may come in. */
export interface Visit {
  /** What it is answered with. Verifies the signature over `body`, which is what came, byte for byte. */
  answer(body: Buffer): Promise<object>;
  /** Called once, when the request is over, however it ended. */
  leave(): void;
}
