import { statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';

/** The small log has as many. */
export const FEWEST = 20_000;
/** With its indexes, and its share of deliveries. */
const BYTES_OF_AN_EVENT = 1_100;
/** Write-ahead log, a million devices and keys, and what a round makes. */
const BYTES_BESIDES = 4e9;

/** Why logs of these sizes cannot be measured here; undefined: they can. */
export function whyNot(sizes: readonly number[]): string | undefined {
  const odd = sizes.find((size) => !Number.isSafeInteger(size) || size <= FEWEST);
  if (odd !== undefined)
    return `sizes are numbers of events above ${FEWEST.toLocaleString('en')}: npm run bench:growth -- 1000000 10000000`;
  const most = Math.max(...sizes);
  const needed = most * BYTES_OF_AN_EVENT + BYTES_BESIDES;
  const { bavail, bsize } = statfsSync(tmpdir());
  const free = bavail * bsize;
  if (free >= needed) return undefined;
  const gigabytes = (bytes: number): string => (bytes / 1e9).toFixed(0);
  return `${most.toLocaleString('en')} events need about ${gigabytes(needed)} GB in ${tmpdir()}, where ${gigabytes(free)} are free; make room, set TMPDIR to a folder with more, or ask for fewer: npm run bench:growth -- 1000000`;
}
