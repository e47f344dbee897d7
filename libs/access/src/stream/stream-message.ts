import type { Revocation } from '../revocations/revocation.js';

/** The keys of the stream and of the number of its last message; the prefix is a hash tag, so both are in one slot. */
export function streamKeys(prefix: string): { readonly stream: string; readonly number: string } {
  return { stream: `${prefix}:revocations`, number: `${prefix}:revocations:number` };
}

/** One message: revocations, or none and just a sign of life. */
export interface StreamMessage {
  /** Counted by Redis without a gap: a reader who misses a number missed a message. */
  readonly number: number;
  readonly id: string;
  /**
   * Of the server that took it. A failover loses the last messages, and numbers go on from an earlier one: another run is a gap, whatever the
   * numbers say. A connection to a cluster does not break then.
   */
  readonly run: string;
  /** When the one who wrote it had read all that there was, in milliseconds since 1970. */
  readonly knownAt: number;
  readonly entries: readonly Revocation[];
}

type Packed = readonly [Revocation['kind'], string, number | null, number, number];

export function packEntries(entries: readonly Revocation[]): string {
  return JSON.stringify(
    entries.map(({ kind, value, before, expiresAt, writtenAt }): Packed => [
      kind,
      value,
      before ?? null,
      expiresAt,
      writtenAt,
    ]),
  );
}

/** Only relays write to the stream; what does not read as theirs throws, and the reader goes to the database. */
export function readMessage([id, fields]: readonly [string, readonly string[]]): StreamMessage {
  const field = (name: string): string => fields[fields.indexOf(name) + 1]!;
  const packed = JSON.parse(field('entries')) as readonly Packed[];
  return {
    id,
    run: field('run'),
    number: Number(field('number')),
    knownAt: Number(field('knownAt')),
    entries: packed.map(([kind, value, before, expiresAt, writtenAt]) => ({
      kind,
      value,
      before: before ?? undefined,
      expiresAt,
      writtenAt,
    })),
  };
}
