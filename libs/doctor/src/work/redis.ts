import type { RedisFacts } from '@signalbox/queues';
import { counted } from '../durations.js';
import { type Finding, teller } from '../finding.js';

const told = teller('queues');
/** Older ones lack commands that BullMQ uses. */
const LEAST_VERSION = 6.2;

/** Whether Redis keeps jobs, and its services have begun their queues in it. */
export function judgeRedis(facts: RedisFacts): Finding[] {
  const { version, maxmemoryPolicy, aofEnabled, appendfsync, saveFailed, aofFailed, epochsMissing, epochs } = facts;
  const findings: Finding[] = [];
  if (Number.parseFloat(version) < LEAST_VERSION) {
    findings.push(told.wrong(`Redis ${version}`, `run ${LEAST_VERSION} or newer`, 'redis-lost.md'));
  }
  if (maxmemoryPolicy === undefined) {
    findings.push(
      told.notChecked(
        'maxmemory-policy may not be read (CONFIG is forbidden)',
        'see that it is noeviction',
        'redis-lost.md',
      ),
    );
  } else if (maxmemoryPolicy !== 'noeviction') {
    const remedy = 'set it to noeviction: a full Redis would throw jobs away, and their work be late';
    findings.push(told.wrong(`maxmemory-policy is ${maxmemoryPolicy}`, remedy, 'redis-lost.md'));
  }
  if (!aofEnabled) {
    const remedy = 'set appendonly yes and appendfsync everysec: without it a restart offers all open work anew';
    findings.push(told.warning('appendonly is off', remedy, 'redis-lost.md'));
  } else if (appendfsync === 'no') {
    findings.push(told.warning('appendfsync is no', 'set it to everysec', 'redis-lost.md'));
  }
  if (saveFailed || aofFailed) {
    const what = [...(saveFailed ? ['snapshot'] : []), ...(aofFailed ? ['append-only file'] : [])].join(' and ');
    findings.push(told.wrong(`the last write of the ${what} failed`, "look at Redis' log and disk", 'redis-lost.md'));
  }
  if (epochsMissing.length > 0) {
    const seen = `${counted(epochsMissing.length, 'queue')} without an epoch key: ${epochsMissing.slice(0, 3).join(', ')}`;
    const remedy = 'see that QUEUE_PREFIX is the one of the services and that they run: each begins its own queues';
    findings.push(told.warning(seen, remedy, 'redis-lost.md'));
  }
  if (findings.length > 0) return findings;
  const append = appendfsync === undefined ? '' : ` (${appendfsync})`;
  return [told.ok(`Redis ${version}, noeviction, appendonly${append}, all ${epochs} queues begun`)];
}
