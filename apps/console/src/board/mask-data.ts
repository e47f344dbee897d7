import { deadJob, workJob } from '@signalbox/contracts';

/** What jobs are made of: ids, a lane, counts, why something died; and what a job says of how it went. */
const SHOWN: ReadonlySet<string> = new Set([
  ...Object.keys(workJob.shape),
  ...Object.keys(deadJob.shape),
  'skipped',
  'released',
]);

const MASK = '(not shown)';

/**
 * Figures are shown, and the members that our jobs have; anything else is masked. Neither content nor a phone's token can be read on the
 * board, whatever a queue carries.
 */
export function maskData(data: unknown): unknown {
  if (isPlain(data)) return data;
  if (typeof data !== 'object' || Array.isArray(data)) return MASK;
  return Object.fromEntries(
    Object.entries(data ?? {}).map(([name, value]) => [name, isPlain(value) || SHOWN.has(name) ? value : MASK]),
  );
}

function isPlain(value: unknown): boolean {
  return value === null || value === undefined || typeof value === 'number' || typeof value === 'boolean';
}
