import { formatId } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import type { Metrics } from '@signalbox/telemetry';
import { type CredentialProvider, type FigureRow, FIGURES } from './check.queries.js';

/** Bad, if it takes longer than a phone should have to wait. Seconds. */
const BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** What Prometheus hears of checks. A series for each credential: there are as many as somebody has put by hand. */
export class CheckGauges {
  private readonly success;
  private readonly age;
  private readonly overdue;
  private readonly seconds;

  constructor(
    metrics: Metrics,
    private readonly providers: readonly CredentialProvider[],
  ) {
    const labels = ['provider', 'credential'] as const;
    this.success = metrics.gauge(
      'synthetic_check_success',
      'Whether the last check of a credential found that its provider takes it',
      labels,
    );
    this.age = metrics.gauge('synthetic_check_age_seconds', 'Since the last check of a credential', labels);
    this.overdue = metrics.gauge(
      'synthetic_check_overdue_seconds',
      'Since the check of a provider that is due the longest should have been made',
      ['provider'],
    );
    this.seconds = metrics.histogram('synthetic_check_seconds', 'How long a check took', BUCKETS, ['provider']);
    for (const provider of providers) {
      this.seconds.zero({ provider });
      this.overdue.set({ provider }, 0);
    }
  }

  took(provider: CredentialProvider, milliseconds: number): void {
    this.seconds.observe({ provider }, milliseconds / 1_000);
  }

  async sample(sql: Sql): Promise<void> {
    const { rows } = await sql.query<FigureRow>(FIGURES, [this.providers]);
    this.success.reset();
    this.age.reset();
    for (const provider of this.providers) {
      const ofIt = rows.filter((row) => row.provider === provider);
      this.overdue.set({ provider }, Math.max(0, ...ofIt.map(({ overdue }) => overdue)));
      for (const { credentialId, isWell, age } of ofIt) {
        const labels = { provider, credential: formatId('credential', credentialId) };
        this.success.set(labels, isWell ? 1 : 0);
        this.age.set(labels, age);
      }
    }
  }
}
