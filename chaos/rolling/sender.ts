import { Agent, type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import type { RoleName } from './roles.ts';

/** A connection that is idle for longer is given up: before a process has drained, or it would be cut under a request. Milliseconds. */
const KEPT_IDLE_MS = 2_000;
/** As many as it takes, so that an answer that is late holds nobody else back. */
const CONNECTIONS = 50;
const PATIENCE_MS = 30_000;

/** Something that a client does again and again, the n-th time with `ask(n)`. */
export interface Flow {
  readonly name: string;
  readonly role: RoleName;
  readonly perSecond: number;
  ask(n: number): {
    readonly method: 'GET' | 'POST' | 'PUT';
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: string;
  };
  /** Hears of the answer to the n-th, when it was one that says yes. */
  onAnswer?(n: number, body: string): void;
}

/** A request that was not answered 2xx. */
export interface Failure {
  readonly flow: string;
  readonly why: string;
  /** Whether it went out over a connection that had been used before. */
  readonly reused: boolean;
}

/**
 * Sends at an even pace, whatever comes of it, over connections that are kept alive. It sends nothing twice: what the connection breaks
 * under has failed.
 */
export class Sender {
  readonly failures: Failure[] = [];
  answered = 0;
  private readonly flow: Flow;
  private readonly base: string;
  private readonly agent: Agent;
  private readonly pending = new Set<Promise<void>>();
  private timer: NodeJS.Timeout | undefined;
  private sent = 0;

  constructor(flow: Flow, base: string) {
    this.flow = flow;
    this.base = base;
    this.agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS, scheduling: 'lifo', timeout: KEPT_IDLE_MS });
  }

  start(): void {
    this.timer = setInterval(() => {
      const asked = this.send(this.sent++).finally(() => this.pending.delete(asked));
      this.pending.add(asked);
    }, 1_000 / this.flow.perSecond);
  }

  /** Resolves when everything that was sent is answered, or has failed. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await Promise.all(this.pending);
    this.agent.destroy();
  }

  private send(n: number): Promise<void> {
    const { flow } = this;
    const { method, path, headers, body } = flow.ask(n);
    return new Promise((resolve) => {
      const asked = request(
        new URL(path, this.base),
        {
          method,
          agent: this.agent,
          signal: AbortSignal.timeout(PATIENCE_MS),
          headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
        },
        (response) => void this.read(response).then(settle, fail),
      );
      const fail = (error: NodeJS.ErrnoException): void => {
        this.failures.push({ flow: flow.name, why: error.code ?? error.message, reused: asked.reusedSocket });
        resolve();
      };
      const settle = ({ status, said }: { status: number; said: string }): void => {
        if (status < 200 || status > 299) {
          fail(new Error(`${status}: ${said.slice(0, 300)}`));
          return;
        }
        this.answered += 1;
        flow.onAnswer?.(n, said);
        resolve();
      };
      asked.once('error', fail);
      asked.end(body);
    });
  }

  private async read(response: IncomingMessage): Promise<{ status: number; said: string }> {
    return { said: await text(response), status: response.statusCode ?? 0 };
  }
}
