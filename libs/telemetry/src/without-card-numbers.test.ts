import { describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { createLogger } from './logger.js';
import { withoutCardNumbers } from './without-card-numbers.js';

const CARD = '4242 4242 4242 4242';

describe('a line of the log', () => {
  const lines: string[] = [];
  const kept = { write: (line: string) => void lines.push(line) };
  // Without the list of fields, which would keep most of this away from it.
  const logger = pino({ level: 'trace', base: { service: 'test' }, hooks: { streamWrite: withoutCardNumbers } }, kept);
  const logged = (write: () => void): Record<string, unknown> => {
    lines.length = 0;
    write();
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/\n$/);
    return JSON.parse(lines[0]!) as Record<string, unknown>;
  };

  it('has no card number in its message', () => {
    expect(logged(() => logger.info(`paid with\n${CARD}`))).toMatchObject({ msg: 'paid with\n[card number]' });
    expect(logged(() => logger.info('paid with %s', CARD))).toMatchObject({ msg: 'paid with [card number]' });
  });

  it('has none in bindings, their names, and what is in them', () => {
    const child = logger.child({ order: `o-${CARD}` });
    const facts = { nested: [{ deep: CARD }, 4242424242424242], [CARD]: 1, amount: 4200, [`x ${CARD}`]: { y: 'kept' } };
    expect(logged(() => child.warn(facts, 'refused'))).toMatchObject({
      level: 40,
      service: 'test',
      order: 'o-[card number]',
      nested: [{ deep: '[card number]' }, '[card number]'],
      '[card number]': 1,
      amount: 4200,
      'x [card number]': { y: 'kept' },
      msg: 'refused',
    });
  });

  it('has none in an error, its stack and its cause', () => {
    const error = new Error(`declined: ${CARD}`, { cause: new Error('4242424242424242') });
    logged(() => logger.error({ err: error }, 'failed'));
    expect(lines[0]!.replace(/\D/g, '')).not.toContain('42424242');
    expect(lines[0]).toContain('declined: [card number]');
    expect(logged(() => logger.error(error))).toMatchObject({
      msg: expect.stringContaining('declined: [card number]'),
    });
    expect(lines[0]!.replace(/\D/g, '')).not.toContain('42424242');
  });

  it('has none in an integer that is exact only as it is written', () => {
    expect(logged(() => logger.info({ pan: 4000000000000000006n }, 'big'))).toMatchObject({ pan: '[card number]' });
  });

  it('is left as it was when there is none', () => {
    const facts = { at: 1_790_000_000_000, id: '0192f0c4-5b7e-7a3c-9f12-0242ac120002', big: 9_007_199_254_740_993n };
    logged(() => logger.info(facts, 'told'));
    expect(lines[0]).toContain('"at":1790000000000,"id":"0192f0c4-5b7e-7a3c-9f12-0242ac120002","big":9007199254740993');
  });

  it('of a service has none either, not even in the name of a field that was left out', () => {
    const service = createLogger('test', 'trace', kept);
    const fields: object = { reason: CARD, [CARD]: 1, items: [{ deep: 4242424242424242 }] };
    logged(() => service.info(fields, `paid with ${CARD}`));
    expect(lines[0]!.replace(/\D/g, '')).not.toContain('42424242');
    expect(lines[0]).toContain('"leftOut":["[card number]"]');
  });
});
