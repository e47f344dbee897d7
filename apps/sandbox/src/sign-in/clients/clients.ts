import type { Client } from './client.js';

/** Every client of one provider. */
export class Clients {
  private readonly byId = new Map<string, Client>();

  constructor(private readonly born: readonly Client[]) {
    this.forget();
  }

  all(): Client[] {
    return [...this.byId.values()];
  }

  find(clientId: string): Client | undefined {
    return this.byId.get(clientId);
  }

  /** Replaces the one with the same id. */
  put(client: Client): void {
    this.byId.set(client.clientId, client);
  }

  remove(clientId: string): boolean {
    return this.byId.delete(clientId);
  }

  /** Back to those that are there at the start. */
  forget(): void {
    this.byId.clear();
    for (const client of this.born) this.put(client);
  }
}
