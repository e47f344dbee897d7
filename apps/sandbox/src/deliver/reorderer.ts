import type { Random } from '../world/random.js';
import type { DeliveryBehaviour } from './delivery-behaviour.js';
import type { Schedule } from './schedule.js';

/** Gathers what leaves for an endpoint, and lets it leave in another order. */
export class Reorderer {
  private readonly gathered = new Map<string, (() => void)[]>();

  constructor(
    private readonly random: () => Random,
    private readonly schedule: Schedule,
  ) {}

  enter(endpointId: string, { reorder, reorderWithinMs }: DeliveryBehaviour, leave: () => void): void {
    if (reorder <= 1) return leave();
    const waiting = this.gathered.get(endpointId) ?? [];
    waiting.push(leave);
    this.gathered.set(endpointId, waiting);
    if (waiting.length >= reorder) this.release(endpointId, waiting);
    else if (waiting.length === 1) this.schedule.after(reorderWithinMs, () => this.release(endpointId, waiting));
  }

  forget(): void {
    this.gathered.clear();
  }

  /** Nothing happens when this gathering has left already. */
  private release(endpointId: string, waiting: readonly (() => void)[]): void {
    if (this.gathered.get(endpointId) !== waiting) return;
    this.gathered.delete(endpointId);
    for (const leave of this.random().shuffled(waiting)) leave();
  }
}
