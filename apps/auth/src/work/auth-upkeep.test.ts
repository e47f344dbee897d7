import { expect, it } from '@jest/globals';
import { usePostgres } from '@signalbox/testing';
import * as purges from './upkeep.queries.js';

const postgres = usePostgres();

it.each(Object.entries(purges).filter(([name]) => name.startsWith('PURGE_')))(
  '%s fits the tables that there are',
  async (_name, statement) => {
    expect((await postgres.database().query(statement, [10])).rowCount).toBe(0);
  },
);
