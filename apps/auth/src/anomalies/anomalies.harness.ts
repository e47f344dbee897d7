import { formatId, loginAnomalyContent, newUuid, parseId, type LoginAnomaly, type Uuid } from '@signalbox/contracts';
import { ContentCipher } from '@signalbox/credentials';
import { prefixOf } from '@signalbox/http';
import type { Judgement } from '../sign-in/judging.js';
import type { TestSignIn } from '../sign-in.harness.js';

/** Addresses that the table of countries has there. */
export const IP_OF = { DE: '193.99.144.80', US: '8.8.8.8', FR: '194.2.0.20', NOWHERE: '10.0.0.7' } as const;

export interface TestVisit {
  readonly device?: string | undefined;
  readonly ip?: string;
  readonly amr?: readonly string[];
  readonly deviceName?: string;
}

/** A user of an app of the test's own, and what becomes of attempts to sign in as them. */
export interface TestUser {
  readonly appId: Uuid;
  readonly id: Uuid;
  readonly publicId: string;
  judge(visit?: TestVisit): Promise<Judgement>;
  /** Judged, begun and activated, whatever the verdict. */
  signIn(visit?: TestVisit): Promise<{ readonly judgement: Judgement; readonly sessionId: Uuid }>;
  events(type: string): Promise<{ readonly subject: string; readonly data: Record<string, unknown> }[]>;
  /** The alerts so far, with the tokens that only the user's phones get. */
  alerts(): Promise<readonly TestAlert[]>;
}

export interface TestAlert {
  readonly id: Uuid;
  readonly subject: string;
  readonly data: LoginAnomaly;
  readonly token: string;
  readonly deviceName: string | undefined;
}

export async function newTestUser(signIn: TestSignIn, inApp?: Uuid): Promise<TestUser> {
  const appId = inApp ?? (await signIn.newApp());
  const publicId = await signIn.newUser(appId);
  const id = parseId('user', publicId)!;
  const clientId = formatId('client', newUuid());
  const { database } = signIn;
  await database().query(`UPDATE auth_user SET password_hash = 'x' WHERE id = $1`, [id]);

  const judge: TestUser['judge'] = ({ device, ip = IP_OF.DE, amr = ['pwd'] } = {}) =>
    signIn.side().anomalies.judge.judge({
      appId,
      userId: id,
      clientId,
      amr,
      visitor: {
        ip,
        prefix: prefixOf(ip),
        userAgent: undefined,
        deviceId: device,
        installation: undefined,
        locale: 'en',
      },
    });

  return {
    appId,
    id,
    publicId,
    judge,
    async signIn(visit = {}) {
      const judgement = await judge(visit);
      const { sessions, anomalies } = signIn.side();
      const sessionId = await database().transaction(async (tx) => {
        const begun = await sessions.begin(tx, {
          appId,
          userId: id,
          clientId,
          deviceId: visit.device,
          deviceName: visit.deviceName,
          prefix: prefixOf(visit.ip ?? IP_OF.DE),
          country: judgement.country,
          anomaly: judgement,
          authTime: new Date(),
          acr: 'urn:signalbox:1fa',
          amr: visit.amr ?? ['pwd'],
          expiresAt: new Date(Date.now() + 86_400_000),
        });
        await anomalies.judge.began(tx, (await sessions.activate(tx, begun, undefined))!);
        return begun;
      });
      return { judgement, sessionId };
    },
    async events(type) {
      const { rows } = await database().query<{ subject: string; data: Record<string, unknown> }>(
        `SELECT subject, payload AS data FROM event_log WHERE app_id = $1 AND type = $2 AND payload ->> 'userId' = $3 ORDER BY id`,
        [appId, type, publicId],
      );
      return rows;
    },
    async alerts() {
      const cipher = new ContentCipher(database(), signIn.envelope());
      const { rows } = await database().query<{ subject: string; data: LoginAnomaly; content: Buffer; dek_id: Uuid }>(
        `SELECT subject, payload AS data, content, dek_id FROM event_log
         WHERE app_id = $1 AND type = 'auth.login_anomaly' AND payload ->> 'userId' = $2 ORDER BY id`,
        [appId, publicId],
      );
      return Promise.all(
        rows.map(async ({ subject, data, content, dek_id }) => {
          const opened = JSON.parse((await cipher.decrypt(appId, dek_id, content)).toString()) as unknown;
          const { token, deviceName } = loginAnomalyContent.parse(opened);
          return { id: parseId('signInAlert', data.noticeId)!, subject, data, token, deviceName };
        }),
      );
    },
  };
}
