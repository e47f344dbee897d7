import type { Bound } from '../measure/bound.ts';
import { spreadOf } from '../measure/spread.ts';
import { TABLE_SIZES } from './growth.queries.ts';
import type { System } from './system.ts';

const TABLES = ['event_log', 'delivery', 'idem', 'device'];

interface TableSize {
  readonly name: string;
  readonly partitions: number;
  readonly tableMb: number;
  readonly indexMb: number;
  readonly dead: number;
}

/** What each table takes on disk, with its indexes; shown, not promised. */
export async function tableSizes({ patient }: System, log: string): Promise<Bound[]> {
  const { rows } = await patient.query<TableSize>(TABLE_SIZES, [TABLES]);
  return rows.map(({ name, partitions, tableMb, indexMb, dead }) => ({
    name: `${name}, ${log}`,
    about: `${tableMb.toFixed(0)} MB of rows, ${indexMb.toFixed(0)} MB of indexes, ${partitions} partitions, ${dead} dead rows`,
    unit: 'MB',
    measured: spreadOf([tableMb + indexMb]),
  }));
}
