import { describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { cloneTemplate, dropClone } from './clone-database.js';

describe('the database of a test file', () => {
  it('cannot be left with a connection open: whoever forgot to close is named', async () => {
    const url = await cloneTemplate('test_leak');
    const forgotten = new pg.Client({ connectionString: url, application_name: 'forgetful worker' });
    forgotten.on('error', () => undefined);
    await forgotten.connect();
    await forgotten.query('SELECT 42');
    await expect(dropClone('test_leak')).rejects.toThrow(/1 connection.*\n.*forgetful worker \(idle\): SELECT 42/);
    await expect(dropClone('test_leak')).rejects.toThrow(/does not exist/);
  }, 20_000);
});
