import type { AppLinks } from '../settings-of.js';

/** One statement of `assetlinks.json` (Digital Asset Links, version 1). */
interface AssetStatement {
  readonly relation: readonly string[];
  readonly target: {
    readonly namespace: 'android_app';
    readonly package_name: string;
    readonly sha256_cert_fingerprints: readonly string[];
  };
  readonly relation_extensions: object;
}

const OPENS_LINKS = 'delegate_permission/common.handle_all_urls';

/**
 * Which Android apps may ask for passkeys of this host. Android asks for both relations before it gives any; from Android 15
 * on the extension says that none of our addresses opens in an app, since those in mails are nobody's but ours.
 */
export function assetLinks(links: readonly AppLinks[]): AssetStatement[] {
  return links.flatMap(({ android }) =>
    android.map(({ packageName, sha256Fingerprints }) => ({
      relation: [OPENS_LINKS, 'delegate_permission/common.get_login_creds'],
      target: {
        namespace: 'android_app' as const,
        package_name: packageName,
        sha256_cert_fingerprints: sha256Fingerprints,
      },
      relation_extensions: { [OPENS_LINKS]: { dynamic_app_link_components: [{ '/': '*', exclude: true }] } },
    })),
  );
}

/** Which iOS apps may ask for passkeys of this host; none opens its addresses. */
export function appleAppSiteAssociation(links: readonly AppLinks[]): { webcredentials: { apps: string[] } } {
  const apps = links.flatMap(({ ios }) => ios.map(({ teamId, bundleId }) => `${teamId}.${bundleId}`));
  return { webcredentials: { apps: [...new Set(apps)] } };
}
