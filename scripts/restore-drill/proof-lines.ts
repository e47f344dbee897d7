import type { Proof } from './drill.ts';

/** What was proven, for a file that an auditor may ask for. */
export function proofLines({ manifest, failures, findings, seals, owed, seconds }: Proof): string[] {
  const rows = manifest.tables.reduce((sum, table) => sum + Number(table.rows), 0);
  const megabytes = manifest.tables.reduce((sum, { bytes }) => sum + bytes, 0) / 1e6;
  const largest = manifest.tables.toSorted((one, other) => Number(other.rows) - Number(one.rows)).slice(0, 5);
  const { throughHorizon } = manifest.log;
  const facts: (readonly [string, string])[] = [
    ['backup of', `${manifest.madeAt}, Postgres ${manifest.version}, ${manifest.migrations.length} migrations`],
    ['copied', `${rows} rows of ${manifest.tables.length} tables, ${megabytes.toFixed(1)} MB`],
    ['the largest', largest.map(({ name, rows: count }) => `${name} ${count}`).join(', ')],
    ['event log', `${throughHorizon.rows} events up to the feed's horizon, checksum ${throughHorizon.digest}`],
    [
      'master key',
      seals === undefined
        ? 'not tried: set MASTER_KEY_FILE'
        : `opens ${seals.opened} of ${seals.credentials} credentials`,
    ],
    ['owed', `${owed.items} notifications in ${owed.rows} rows: a real start would send them, under the ids they have`],
    [
      'invariants',
      findings.some(({ check, state }) => check === 'invariants' && state !== 'ok') ? 'see below' : 'all hold',
    ],
    ['delivered', 'nothing: no process that sends was started'],
    [
      'time',
      `backup ${seconds.backup.toFixed(1)} s, restore ${seconds.restore.toFixed(1)} s, all ${seconds.whole.toFixed(1)} s`,
    ],
  ];
  const notes = findings
    .filter(({ state }) => state === 'wrong' || state === 'not checked')
    .map(({ check, state, seen }) => `${state === 'wrong' ? '✗' : '?'} ${check}: ${seen}`);
  return [
    '',
    ...facts.map(([name, value]) => `${name.padEnd(12)} ${value}`),
    ...(notes.length > 0 ? ['', 'the doctor says of the restored database:', ...notes] : []),
    '',
    ...(failures.length === 0
      ? ['This backup can be restored.']
      : ['This backup was NOT restored as it was:', ...failures.map((failure) => `  ${failure}`)]),
  ];
}
