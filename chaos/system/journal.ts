/** Something that was done to the system, or that it did unasked, in milliseconds from the start of the load. */
export interface Entry {
  readonly at: number;
  readonly what: string;
  readonly detail?: unknown;
}

/** What happened in a run, in order: the faults with their ends, and what nobody asked for. */
export class Journal {
  readonly entries: Entry[] = [];
  /** Processes that ended though nobody killed them. */
  readonly deaths: string[] = [];
  private readonly tell: (line: string) => void;
  private origin = performance.now();
  /** When the load began, in milliseconds since 1970. */
  startedAt = Date.now();

  constructor(tell: (line: string) => void) {
    this.tell = tell;
  }

  /** The load begins now. */
  begin(): void {
    this.origin = performance.now();
    this.startedAt = Date.now();
  }

  /** Milliseconds since the load began. */
  now(): number {
    return Math.round(performance.now() - this.origin);
  }

  add(what: string, detail?: unknown): void {
    const entry = { at: this.now(), what, ...(detail === undefined ? {} : { detail }) };
    this.entries.push(entry);
    const more = detail === undefined ? '' : ` ${JSON.stringify(detail)}`;
    this.tell(`${(entry.at / 1_000).toFixed(1).padStart(7)} s  ${what}${more}`);
  }

  died(service: string, how: unknown): void {
    this.deaths.push(service);
    this.add(`${service} ended by itself`, how);
  }
}
