import type { Envelope } from '@signalbox/credentials';
import type { Database } from '@signalbox/database';
import { atMostOnceAMinute, type Logger, type Metrics } from '@signalbox/telemetry';
import type { DropSince } from '../accounts/account-parts.js';
import type { Sessions } from '../sessions/sessions.js';
import type { SettingsDesk } from '../settings/settings-desk.js';
import { type BeginRecovery, SignInAlerts } from './alerts/sign-in-alerts.js';
import { anomalyUpkeep } from './anomaly-upkeep.js';
import { CountryBook } from './networks/country-book.js';
import { SessionWatch } from './session-watch.js';
import { SignInJudge } from './sign-in-judge.js';
import { Trails } from './trails/trails.js';

export interface AnomalyParts {
  readonly database: Database;
  readonly envelope: Envelope;
  readonly settings: Pick<SettingsDesk, 'of'>;
  readonly sessions: Pick<Sessions, 'revoke' | 'revokeAll' | 'forceRotation' | 'signBrowsersOut'>;
  readonly beginRecovery: BeginRecovery;
  readonly dropSince: DropSince;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** Unusual sign-ins and sessions: who judges, who watches, and who takes the user's answer. */
export class Anomalies {
  readonly judge: SignInJudge;
  readonly watch: SessionWatch;
  readonly alerts: SignInAlerts;
  private readonly trails: Trails;
  private readonly upkeep;

  constructor(parts: AnomalyParts) {
    const countries = new CountryBook(
      atMostOnceAMinute((error: unknown, keptBack) =>
        parts.logger.warn(
          { err: error, keptBack },
          'the table of countries cannot be read; no rule about countries fires',
        ),
      ),
    );
    this.trails = new Trails(parts.database);
    this.judge = new SignInJudge({ ...parts, countries, trails: this.trails });
    this.watch = new SessionWatch({ ...parts, countries, trails: this.trails });
    this.alerts = new SignInAlerts(parts);
    this.upkeep = anomalyUpkeep(parts.database, parts.logger);
  }

  start(): void {
    this.upkeep.start();
  }

  async stop(): Promise<void> {
    await this.upkeep.stop();
    await this.watch.drain();
  }
}
