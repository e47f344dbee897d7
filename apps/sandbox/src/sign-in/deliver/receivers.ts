import { randomBytes } from 'node:crypto';
import type { Receiver } from './receiver.js';

/** Every place that security events go to. */
export class Receivers {
  private readonly byId = new Map<string, Receiver>();

  add(given: Pick<Receiver, 'clientId' | 'provider' | 'url'>): Receiver {
    const receiver: Receiver = { id: randomBytes(8).toString('hex'), status: 'enabled', ...given };
    this.byId.set(receiver.id, receiver);
    return receiver;
  }

  all(): Receiver[] {
    return [...this.byId.values()];
  }

  of(provider: string): Receiver[] {
    return this.all().filter((receiver) => receiver.provider === provider);
  }

  /** Answers whether it was there. */
  remove(id: string): boolean {
    const receiver = this.byId.get(id);
    // Nothing of it that is still on its way may leave.
    if (receiver) receiver.status = 'disabled';
    return this.byId.delete(id);
  }
}
