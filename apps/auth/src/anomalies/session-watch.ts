import type { Uuid } from '@signalbox/contracts';
import type { Envelope } from '@signalbox/credentials';
import type { Database } from '@signalbox/database';
import { prefixOf } from '@signalbox/http';
import { atMostOnceAMinute, type Logger } from '@signalbox/telemetry';
import type { Sessions } from '../sessions/sessions.js';
import type { SettingsDesk } from '../settings/settings-desk.js';
import { raiseAlert } from './alerts/raise-alert.js';
import { consequenceOf } from './consequence.js';
import type { Finding } from './finding.js';
import type { CountryBook } from './networks/country-book.js';
import { networkKind } from './networks/network-kind.js';
import { twoNetworks } from './rules/two-networks.js';
import { SESSION_TOLD_OF } from './trails/trails.queries.js';
import type { Trails } from './trails/trails.js';

interface WatchedSession {
  readonly appId: Uuid;
  readonly userId: Uuid;
  readonly deviceName: string | null;
  readonly device: Buffer | null;
  readonly country: string | null;
}

const A_DAY_MS = 24 * 3_600_000;

/** Follows sessions that are in use. What it finds never ends one: at most its phone has to show its tokens anew. */
export class SessionWatch {
  private readonly underWay = new Set<Promise<void>>();
  private readonly onFailed;

  constructor(
    private readonly parts: {
      readonly database: Database;
      readonly envelope: Envelope;
      readonly settings: Pick<SettingsDesk, 'of'>;
      readonly sessions: Pick<Sessions, 'forceRotation'>;
      readonly countries: CountryBook;
      readonly trails: Trails;
      readonly logger: Logger;
    },
  ) {
    this.onFailed = atMostOnceAMinute((error: unknown, keptBack) =>
      parts.logger.warn({ err: error, keptBack }, 'a refresh was not looked at; its phone does not notice'),
    );
  }

  /** A session was refreshed from this address. Returns at once: no phone waits for it, and it fails without anybody. */
  refreshed(sessionId: Uuid, ip: string): void {
    const looked = this.look(sessionId, ip, Date.now()).catch(this.onFailed);
    this.underWay.add(looked);
    void looked.finally(() => this.underWay.delete(looked));
  }

  /** Resolves when every refresh so far was looked at. */
  async drain(): Promise<void> {
    await Promise.all(this.underWay);
  }

  private async look(sessionId: Uuid, ip: string, now: number): Promise<void> {
    if (networkKind(ip) === undefined) return;
    const country = await this.parts.countries.countryOf(ip);
    const sighting = { p: prefixOf(ip), ...(country !== undefined && { c: country }), t: now };
    const trail = await this.parts.trails.walk(sessionId, sighting);
    if (trail === undefined || (trail.toldAt !== null && trail.toldAt.getTime() > now - A_DAY_MS)) return;
    const finding = twoNetworks(trail.sightings);
    if (finding !== undefined) await this.tell(sessionId, finding);
  }

  private async tell(sessionId: Uuid, finding: Finding): Promise<void> {
    const { database, envelope, settings, sessions, trails } = this.parts;
    const { rows } = await database.query<WatchedSession>(SESSION_TOLD_OF, [sessionId]);
    const session = rows[0];
    if (session === undefined) return;
    const { anomalies } = await settings.of(session.appId);
    const { consequence, reasons } = consequenceOf([finding], anomalies);
    if (consequence === 'ignore') return;
    await database.transaction(async (tx) => {
      if (!(await trails.claimTelling(tx, sessionId))) return;
      await raiseAlert(tx, envelope, {
        ...session,
        sessionId,
        device: session.device ?? undefined,
        deviceName: session.deviceName ?? undefined,
        country: session.country ?? undefined,
        verdict: consequence,
        reasons,
      });
      if (consequence !== 'notify') await sessions.forceRotation(tx, [sessionId], finding.code);
    });
  }
}
