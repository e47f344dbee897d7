import type { Provider } from '../providers/provider.js';

/** What has happened at the provider itself when it tells of such an event. */
export function letHappen(provider: Provider, type: string, sub: string, clientId: string): void {
  const client = provider.clients.find(clientId);
  switch (type) {
    case 'consent-revoked':
    case 'tokens-revoked':
      if (client) provider.withdraw(client, sub);
      break;
    case 'account-delete':
    case 'account-deleted':
      provider.grants.end(sub);
      provider.people.remove(sub);
      break;
  }
}
