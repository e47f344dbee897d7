import { X509Certificate } from 'node:crypto';
import type { CredentialCheck, Uuid } from '@signalbox/contracts';
import { type AnyCredential, type CredentialReader, type Provider, tryCredential } from '@signalbox/credentials';
import type { Sql } from '@signalbox/database';
import type { ApnsProvider } from '../providers/apns/apns-provider.js';
import type { FcmProvider } from '../providers/fcm/fcm-provider.js';
import { BUNDLES_OF_APP } from './credential-checks.queries.js';
import { judgeApns } from './judge-apns.js';
import { judgeFcm } from './judge-fcm.js';
import { tryVapid } from './try-vapid.js';
import type { Verdict } from './verdict.js';

export interface CredentialChecksOptions {
  readonly database: Sql;
  readonly credentials: CredentialReader;
  readonly apns: ApnsProvider;
  readonly fcm: FcmProvider;
}

interface Bundle {
  readonly environment: 'sandbox' | 'production';
  readonly bundleId: string;
}

const PROVIDERS: readonly Provider[] = ['apns', 'fcm', 'webpush'];
/** What is tried of a key whose app has no iPhone yet. Reserved for examples; Apple's word about it is about the key all the same. */
const NO_BUNDLE: Bundle = { environment: 'production', bundleId: 'com.example.signalbox' };

/**
 * Tries each credential with which an app's notifications are sent, over the very connections that send them, and sends nothing. What it
 * learns is told and kept nowhere: no hold is placed or lifted, no device changes.
 */
export class CredentialChecks {
  constructor(private readonly options: CredentialChecksOptions) {}

  async ofApp(appId: Uuid): Promise<CredentialCheck[]> {
    const { database, credentials } = this.options;
    const found = await Promise.all(
      PROVIDERS.map((provider) =>
        tryCredential(credentials, database, { appId, provider }, async (id) => {
          const opened = await credentials.open(database, id);
          if (opened === undefined) return [];
          const endsAt = endOf(opened);
          return (await this.dryRun(opened)).map((each) => ({ ...each, ...(endsAt !== undefined && { endsAt }) }));
        }),
      ),
    );
    return found.flat();
  }

  /** Tries one; several times where it is for several bundle ids. */
  async dryRun(credential: AnyCredential): Promise<(Verdict & { readonly of: string })[]> {
    switch (credential.provider) {
      case 'apns': {
        const { rows } = await this.options.database.query<Bundle>(BUNDLES_OF_APP, [credential.appId]);
        const session = this.options.apns.sessionFor(credential);
        const bundles = rows.length === 0 ? [NO_BUNDLE] : rows;
        return Promise.all(
          bundles.map(async ({ environment, bundleId }) => ({
            of: rows.length === 0 ? environment : `${environment}, ${bundleId}`,
            ...judgeApns(await session.dryRun(environment, bundleId), rows.length === 0),
          })),
        );
      }
      case 'fcm':
        return [
          { of: credential.secret.project_id, ...judgeFcm(await this.options.fcm.sessionFor(credential).dryRun()) },
        ];
      case 'webpush':
        return [{ of: credential.secret.subject, ...tryVapid(credential.secret) }];
    }
  }
}

/** Apple's and Google's keys do not end by a date that they would tell; a certificate of a server in their place does. */
function endOf({ secret }: AnyCredential): string | undefined {
  return secret.endpoint && new X509Certificate(secret.endpoint.ca).validToDate.toISOString();
}
