import { formatId, type Quotas as QuotasOfApp, type UsageAnswer, type Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { type LimitBook, Problem } from '@signalbox/http';
import type { AcceptResult } from '../notify/acceptor.js';
import { READ_USAGE } from './quota.queries.js';
import type { Refusal } from './purse.js';
import type { QuotaLots } from './quota-lots.js';

/** What was answered to the same request before, if anything. */
type Earlier = () => Promise<AcceptResult | undefined>;

/** How many notifications each app may still send today and this month. */
export class Quotas {
  constructor(
    private readonly sql: Sql,
    private readonly lots: QuotaLots,
    private readonly limits: LimitBook,
  ) {}

  /**
   * Runs what takes a notification on, which counts if it was not taken on before; what `earlier` finds is told whatever is left.
   *
   * @throws Problem 429 `quota_exceeded`, and then nothing was done; whatever `accept` does.
   */
  spend(appId: Uuid, accept: () => Promise<AcceptResult>, earlier: Earlier): Promise<AcceptResult> {
    const quotas = this.quotasOf(appId);
    return quotas === undefined ? accept() : this.spendOf(appId, quotas, accept, earlier);
  }

  async usageOf(appId: Uuid, now = new Date()): Promise<UsageAnswer> {
    const quotas = this.quotasOf(appId);
    const { rows } = await this.sql.query<{ day: number; month: number }>(READ_USAGE, [appId]);
    const used = rows[0] ?? (quotas === undefined ? { day: null, month: null } : { day: 0, month: 0 });
    return {
      appId: formatId('app', appId),
      notifications: {
        day: { used: used.day, limit: quotas?.notificationsPerDay ?? null, resetsAt: endOf('day', now) },
        month: { used: used.month, limit: quotas?.notificationsPerMonth ?? null, resetsAt: endOf('month', now) },
      },
    };
  }

  private quotasOf(appId: Uuid): QuotasOfApp | undefined {
    const quotas = this.limits.of(appId)?.quotas;
    const hasNone = quotas?.notificationsPerDay === undefined && quotas?.notificationsPerMonth === undefined;
    return hasNone ? undefined : quotas;
  }

  private async spendOf(
    appId: Uuid,
    quotas: QuotasOfApp,
    accept: () => Promise<AcceptResult>,
    earlier: Earlier,
  ): Promise<AcceptResult> {
    const day = this.lots.today;
    const taken = this.lots.take(appId, quotas);
    const refusal = taken === true ? undefined : await taken;
    if (refusal !== undefined) {
      const before = await earlier();
      if (before?.kind === 'replayed') return before;
      throw exceeded(refusal);
    }
    let isCounted = false;
    try {
      const result = await accept();
      // Where nobody knows whether it was stored, it counts: the repeat with the same key is then not counted again if it was.
      isCounted = result.kind === 'accepted' || result.kind === 'unknown';
      return result;
    } finally {
      if (!isCounted) this.lots.putBack(appId, day);
    }
  }
}

function exceeded({ met, day, quotas }: Refusal): Problem {
  // Of the day that was refused: meanwhile the next one may have begun.
  const resetsAt = endOf(met, new Date(day));
  const quota = met === 'day' ? quotas.notificationsPerDay : quotas.notificationsPerMonth;
  const seconds = Math.max(1, Math.ceil((Date.parse(resetsAt) - Date.now()) / 1_000));
  const window = met === 'day' ? 86_400 : 31 * 86_400;
  return new Problem({
    status: 429,
    code: 'quota_exceeded',
    detail:
      `This app may send ${quota} notifications a ${met} (UTC), and has. Nothing was stored; more from ${resetsAt} on. ` +
      'GET /v1/usage says what is used; the operator of this Signalbox sets quotas.',
    headers: {
      'retry-after': String(seconds),
      'ratelimit-policy': `"notifications-a-${met}";q=${quota};w=${window}`,
      ratelimit: `"notifications-a-${met}";r=0;t=${seconds}`,
    },
  });
}

/** RFC 3339: when the next one begins. */
function endOf(period: 'day' | 'month', now: Date): string {
  const [year, month, day] = [now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()];
  return new Date(period === 'day' ? Date.UTC(year, month, day + 1) : Date.UTC(year, month + 1, 1)).toISOString();
}
