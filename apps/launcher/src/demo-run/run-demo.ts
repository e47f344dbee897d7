import { randomBytes } from 'node:crypto';
import { Signalbox } from '@signalbox/server';
import type { LocalFile } from '../demo/local-file.js';
import type { Terminal } from '../terminal.js';
import { castOf } from './cast.js';
import { planClasses } from './class-plan.js';
import { isComplete, reportOf } from './class-report.js';
import { ONCE_ONLY } from './demo-classes.js';
import { demoLinks } from './demo-links.js';
import { demoTable } from './demo-table.js';
import { readBack } from './read-back.js';
import { registerPhones } from './register-phones.js';
import { sendToCast } from './send-to-cast.js';
import { Settlements } from './settlements.js';
import { watchSettling } from './watch-settling.js';

/**
 * Sends notifications to sandbox phones of every kind, as any backend would, and shows what became of them. All that it
 * shows was read back through the public API.
 *
 * @returns whether everything ended as it shall.
 * @throws DemoFailed or a SignalboxError when it could not be carried through.
 */
export async function runDemo(local: LocalFile, count: number, terminal: Terminal): Promise<boolean> {
  const { urls, demo } = local;
  const signalbox = new Signalbox({ apiKey: demo.secretKey, urls });
  const run = randomBytes(4).toString('hex');
  const plan = planClasses(count);
  const cast = castOf(plan, run);
  const many = count.toLocaleString('en-US');

  terminal.say(`\nA demo: ${many} notifications to sandbox phones of ${plan.classes.length} kinds`);
  await signalbox.categories.put(ONCE_ONLY, { guarantee: 'at-most-once' });
  await terminal.step('phones registered', () => registerPhones(signalbox, cast));
  const { next: cursor } = await signalbox.events.list({ after: 'now' });
  const sent = await terminal.step(`${many} notifications stored`, () => sendToCast(signalbox, cast, run));
  const settlements = new Settlements(sent.map(({ id }) => id));
  await terminal.progress('ended', count, (tell) =>
    watchSettling(signalbox, cursor, settlements, () => tell(count - settlements.left)),
  );
  const stories = await terminal.step('all read back', () => readBack(signalbox, sent, settlements.phones));

  const reports = reportOf(plan.classes, stories);
  terminal.say(`\n${demoTable(reports)}\n`);
  if (plan.leftOut.length > 0) {
    terminal.say(`  Not shown by so few: ${plan.leftOut.map(({ name }) => name).join('; ')}\n`);
  }
  terminal.say(`${demoLinks(local, reports)}\n`);
  return isComplete(reports);
}
