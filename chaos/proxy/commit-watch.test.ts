import { describe, expect, it } from '@jest/globals';
import { CommitWatch } from './commit-watch.ts';

const text = (value: string): Buffer => Buffer.from(`${value}\0`);
const message = (type: string, ...parts: Buffer[]): Buffer => {
  const body = Buffer.concat(parts);
  const head = Buffer.alloc(4);
  head.writeInt32BE(body.length + 4);
  return Buffer.concat([Buffer.from(type), head, body]);
};
const greeting = message('', Buffer.from([0, 3, 0, 0]), text('user'), text('ann'), Buffer.from([0]));
const query = (sql: string): Buffer => message('Q', text(sql));
const parse = (sql: string): Buffer => message('P', text(''), text(sql), Buffer.from([0, 0]));
const execute = message('E', text(''), Buffer.from([0, 0, 0, 0]));
const sync = message('S');

function greeted(): CommitWatch {
  const watch = new CommitWatch();
  expect(watch.sees(greeting)).toBe(false);
  return watch;
}

describe('who watches for commits', () => {
  it('sees COMMIT in the simple and in the extended protocol', () => {
    const watch = greeted();
    expect(watch.sees(query('BEGIN'))).toBe(false);
    expect(watch.sees(Buffer.concat([parse('INSERT INTO t VALUES ($1)'), execute, sync]))).toBe(false);
    expect(watch.sees(query('COMMIT'))).toBe(true);
    expect(watch.sees(Buffer.concat([parse('BEGIN'), execute, sync]))).toBe(false);
    expect(watch.sees(Buffer.concat([parse('COMMIT'), execute, sync]))).toBe(true);
  });

  it('sees that a write outside a transaction commits with its Sync, and a read does not', () => {
    const watch = greeted();
    expect(watch.sees(Buffer.concat([parse('\n  WITH input AS (SELECT 1) INSERT INTO t SELECT 1'), execute]))).toBe(
      false,
    );
    expect(watch.sees(sync)).toBe(true);
    expect(watch.sees(Buffer.concat([parse('SELECT 1'), execute, sync]))).toBe(false);
  });

  it('does not take a transaction that was rolled back for a commit', () => {
    const watch = greeted();
    watch.sees(query('BEGIN'));
    expect(watch.sees(query('ROLLBACK'))).toBe(false);
    expect(watch.sees(query('UPDATE t SET a = 1'))).toBe(true);
  });

  it('sees it also when the stream comes byte by byte', () => {
    const watch = new CommitWatch();
    const sawAt = [...Buffer.concat([greeting, query('COMMIT')])].map((byte) => watch.sees(Buffer.from([byte])));
    expect(sawAt.indexOf(true)).toBe(sawAt.length - 1);
  });
});
