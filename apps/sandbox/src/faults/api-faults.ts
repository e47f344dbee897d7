import { appliesTo, type Fault } from './fault.js';

/** What holds for a whole API until it is replaced. */
export interface FaultyBehaviour {
  readonly blackhole: boolean;
  readonly latencyMs: number;
  readonly faults: readonly Fault[];
}

interface Standing {
  due: number;
  used: number;
}

/** Decides which requests fail. The first fault that takes a request decides. */
export class ApiFaults<Behaviour extends FaultyBehaviour> {
  private standing = new Map<Fault, Standing>();

  constructor(private current: Behaviour) {}

  get behaviour(): Behaviour {
    return this.current;
  }

  set behaviour(behaviour: Behaviour) {
    this.current = behaviour;
    this.standing = new Map(behaviour.faults.map((fault) => [fault, { due: 0, used: 0 }]));
  }

  decide(route: string, accountId: string): Behaviour['faults'][number] | undefined {
    return this.current.faults.find((fault) => appliesTo(fault, route, accountId) && this.isDue(fault));
  }

  /** How often each fault has taken a request. */
  used(): number[] {
    return this.current.faults.map((fault) => this.standing.get(fault)?.used ?? 0);
  }

  private isDue(fault: Fault): boolean {
    const standing = this.standing.get(fault);
    if (!standing || (fault.times !== undefined && standing.used >= fault.times)) return false;
    standing.due += fault.share;
    // Tolerates what adding up tenths loses, so that ten times 0.1 is one.
    if (standing.due < 1 - 1e-9) return false;
    standing.due -= 1;
    standing.used += 1;
    return true;
  }
}
