import type { Envelope } from '@signalbox/credentials';
import type { Database, Sql } from '@signalbox/database';
import type { Metrics } from '@signalbox/telemetry';
import type { ActivatedSession } from '../sessions/sessions.js';
import type { SettingsDesk } from '../settings/settings-desk.js';
import type { JudgedSignIn, Judgement } from '../sign-in/judging.js';
import { LOCK_USER, RECENT_REFUSAL } from './alerts/alerts.queries.js';
import { raiseAlert } from './alerts/raise-alert.js';
import { MEET_NEIGHBOURS, REMEMBER_COUNTRY, REMEMBER_DEVICE } from './anomalies.queries.js';
import type { Circumstances } from './circumstances.js';
import { consequenceOf } from './consequence.js';
import { deviceHash } from './device-hash.js';
import type { Finding } from './finding.js';
import type { CountryBook } from './networks/country-book.js';
import { readCircumstances } from './read-circumstances.js';
import { readJudgement } from './read-judgement.js';
import { findingsOf } from './rules/sign-in-rules.js';
import type { Trails } from './trails/trails.js';

/** Says what is unusual about a sign-in, and remembers what is usual from then on. */
export class SignInJudge {
  private readonly judgements;

  constructor(
    private readonly parts: {
      readonly database: Database;
      readonly envelope: Envelope;
      readonly settings: Pick<SettingsDesk, 'of'>;
      readonly countries: CountryBook;
      readonly trails: Trails;
      readonly metrics: Metrics;
    },
  ) {
    this.judgements = parts.metrics.counter('sign_in_judgements_total', 'Sign-ins that were judged, by the verdict', [
      'verdict',
    ]);
  }

  /** Before a session begins, each time that the visitor has proven something. A refusal is told here: nothing follows it. */
  async judge(signIn: JudgedSignIn): Promise<Judgement> {
    const { database, settings, countries } = this.parts;
    const { appId, userId, visitor } = signIn;
    const country = await countries.countryOf(visitor.ip);
    const circumstances = await readCircumstances(database, signIn, country);
    if (isStranger(circumstances)) await database.query(MEET_NEIGHBOURS, [appId, visitor.prefix, userId]);
    const { anomalies } = await settings.of(appId);
    const { consequence, reasons } = consequenceOf(findingsOf(circumstances), anomalies);
    const verdict = consequence === 'ignore' ? 'allow' : consequence;
    this.judgements.inc({ verdict });
    if (verdict === 'refuse') await this.tellOfRefusal(signIn, reasons, country);
    return { verdict, reasons, country };
  }

  /**
   * In the transaction that activates a session: its device and country are usual from now on, and what was unusual is told. A
   * device that came with something unusual is known, and trusted when the user says so or a week has passed.
   */
  async began(tx: Sql, session: ActivatedSession): Promise<void> {
    const { id, app_id: appId, user_id: userId, device_id, device_name, prefix, country } = session;
    const { verdict, reasons } = readJudgement(session.anomaly);
    const isTold = verdict !== 'allow';
    const device = device_id === null ? undefined : deviceHash(userId, device_id);
    if (device !== undefined) await tx.query(REMEMBER_DEVICE, [userId, device, appId, !isTold]);
    if (country !== null) await tx.query(REMEMBER_COUNTRY, [userId, country, appId]);
    const sighting = prefix === null ? [] : [{ p: prefix, ...(country !== null && { c: country }), t: Date.now() }];
    await this.parts.trails.begin(tx, id, device, sighting);
    if (!isTold) return;
    await raiseAlert(tx, this.parts.envelope, {
      appId,
      userId,
      sessionId: id,
      device,
      deviceName: device_name ?? undefined,
      country: country ?? undefined,
      verdict,
      reasons,
    });
  }

  /** At most once an hour: whoever is refused may try again and again. */
  private async tellOfRefusal(
    { appId, userId, visitor }: JudgedSignIn,
    reasons: readonly Finding[],
    country: string | undefined,
  ): Promise<void> {
    const { database, envelope } = this.parts;
    const device = visitor.deviceId === undefined ? undefined : deviceHash(userId, visitor.deviceId);
    await database.transaction(async (tx) => {
      await tx.query(LOCK_USER, [userId]);
      if ((await tx.query(RECENT_REFUSAL, [userId])).rowCount > 0) return;
      const alert = { appId, userId, sessionId: undefined, device, deviceName: undefined, country };
      await raiseAlert(tx, envelope, { ...alert, verdict: 'refuse', reasons });
    });
  }
}

/** Whether it counts for the neighbours: whoever tries stolen passwords comes with a device that is new to the account. */
function isStranger({ isFirst, device }: Circumstances): boolean {
  return !isFirst && device !== 'known';
}
