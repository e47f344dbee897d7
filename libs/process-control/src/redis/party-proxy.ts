import { connect, createServer, type Server, type Socket } from 'node:net';

/** Who talks to a Redis: the other servers, or those who use it. */
export type Party = 'servers' | 'clients';

/** Said by Sentinels and by replicas when they connect, and by nobody else. */
const SAID_BY_SERVERS = /sentinel-|REPLCONF|PSYNC/;
/** A replica's first word, which a client may say as well. */
const PING = '*1\r\n$4\r\nPING\r\n';

/**
 * Stands in front of one Redis or Sentinel. A party that is cut off hears nothing and is not heard, as when a network is partitioned: nothing
 * is refused, and what was on its way arrives once the partition has healed.
 */
export class PartyProxy {
  private readonly cutOff = new Set<Party>();
  private readonly lines = new Set<Line>();

  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  static async open(target: number): Promise<PartyProxy> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const proxy = new PartyProxy(server, (server.address() as { port: number }).port);
    server.on('connection', (from) => proxy.join(from, connect({ port: target, host: '127.0.0.1' })));
    return proxy;
  }

  cut(party: Party): void {
    this.cutOff.add(party);
    this.settle();
  }

  heal(): void {
    this.cutOff.clear();
    this.settle();
  }

  close(): void {
    this.server.close();
    for (const { from, to } of this.lines) {
      from.destroy();
      to.destroy();
    }
  }

  private join(from: Socket, to: Socket): void {
    const line: Line = { from, to, party: undefined, said: '' };
    this.lines.add(line);
    from.on('data', (chunk) => {
      this.listenTo(line, chunk);
      to.write(chunk);
    });
    to.on('data', (chunk) => from.write(chunk));
    for (const [end, other] of [
      [from, to],
      [to, from],
    ] as const) {
      end.on('error', () => undefined);
      end.on('close', () => {
        this.lines.delete(line);
        other.destroy();
      });
    }
    this.settle();
  }

  private listenTo(line: Line, chunk: Buffer): void {
    if (line.party !== undefined) return;
    line.said = (line.said + chunk.toString('latin1')).replaceAll(PING, '');
    if (line.said === '') return;
    line.party = SAID_BY_SERVERS.test(line.said) ? 'servers' : 'clients';
    this.settle();
  }

  private settle(): void {
    for (const { from, to, party } of this.lines) {
      // Whoever has not said who he is is heard until he does, and gets no answer from behind a cut.
      const isCut = party === undefined ? this.cutOff.size > 0 : this.cutOff.has(party);
      if (isCut && party !== undefined) from.pause();
      else from.resume();
      if (isCut) to.pause();
      else to.resume();
    }
  }
}

interface Line {
  readonly from: Socket;
  readonly to: Socket;
  party: Party | undefined;
  said: string;
}
