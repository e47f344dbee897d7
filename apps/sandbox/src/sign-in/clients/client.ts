/** An app, or a part of one, as it is registered at a provider. */
export type Client =
  | {
      readonly kind: 'web';
      readonly clientId: string;
      readonly clientSecret: string;
      /** Absent: any. */
      readonly redirectUris?: readonly string[] | undefined;
    }
  /** Google's for Android and iOS: named in `azp`, without a secret; the web client exchanges what it gets. */
  | { readonly kind: 'native'; readonly clientId: string }
  /** Apple's for the web, and for an app; their secrets are signed with a key of the team. */
  | {
      readonly kind: 'bundle' | 'services';
      readonly clientId: string;
      readonly teamId: string;
      readonly redirectUris?: readonly string[] | undefined;
    };

/** Whether it may send people's browsers to the provider. */
export function isForBrowsers(client: Client): client is Extract<Client, { kind: 'bundle' | 'services' | 'web' }> {
  return client.kind === 'web' || client.kind === 'services';
}
