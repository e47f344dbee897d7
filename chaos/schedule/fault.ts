import type { Toxic } from '../proxy/toxic.ts';

/** The processes that may be struck. The sandbox is not among them: it stands for what is beyond the network. */
export const SERVICES = ['api', 'worker-1', 'worker-2', 'auth', 'events'] as const;
export type ServiceName = (typeof SERVICES)[number];
export type WorkerName = Extract<ServiceName, `worker-${number}`>;
export type PushName = 'api' | WorkerName;

export type Backend = 'redis' | 'postgres';

/** What the provider does wrong, to a share of its requests. */
export type ProviderTrouble =
  | 'unavailable'
  | 'too-many-requests'
  | 'goaway'
  | 'cut'
  | 'reset'
  | 'black-hole'
  /** It takes the message and never answers: whoever asks again sends it twice. */
  | 'did-it-then-silence';

/** One thing that goes wrong. Those with `ms` last that long and are then put right. */
export type Fault =
  | { readonly kind: 'kill'; readonly service: ServiceName }
  /** SIGKILL of a worker that certainly has work in hand; how long that work lies is measured. */
  | { readonly kind: 'kill-at-work'; readonly service: WorkerName; readonly ms: number }
  | { readonly kind: 'pause'; readonly service: WorkerName; readonly ms: number }
  | { readonly kind: 'flush-redis' }
  | { readonly kind: 'kill-redis'; readonly loses: boolean; readonly ms: number }
  | { readonly kind: 'pause-redis'; readonly ms: number }
  /** Failover to a copy that has nothing of what was acknowledged. */
  | { readonly kind: 'replace-redis' }
  | { readonly kind: 'crash-postgres'; readonly how: 'immediate' | 'kill' }
  /** Connections are cut after COMMIT was sent and before its answer came. */
  | { readonly kind: 'cut-after-commit'; readonly service: PushName; readonly times: number; readonly ms: number }
  | {
      readonly kind: 'network';
      readonly service: PushName;
      readonly to: Backend;
      readonly toxic: Toxic;
      readonly ms: number;
    }
  | { readonly kind: 'provider'; readonly trouble: ProviderTrouble; readonly share: number; readonly ms: number }
  /** The clock of one process jumps and jumps back. */
  | { readonly kind: 'clock'; readonly service: PushName; readonly byMs: number; readonly ms: number }
  /** Tomorrow begins, for the one who accepts, and nobody made its partitions. */
  | { readonly kind: 'no-partition'; readonly ms: number }
  | { readonly kind: 'disk-full'; readonly ms: number }
  /** The provider is in trouble for the phones of one app alone. */
  | { readonly kind: 'tenant'; readonly trouble: TenantTrouble; readonly ms: number }
  /** A message whose sending kills the worker, each time; over when it was given up, or after `ms`. */
  | { readonly kind: 'poison'; readonly ms: number };

export type TenantTrouble = 'hang' | 'too-many-requests' | 'half-errors';

export interface TimedFault {
  /** Milliseconds from the start of the load. */
  readonly at: number;
  readonly fault: Fault;
}

export const lastingOf = (fault: Fault): number => ('ms' in fault ? fault.ms : 0);

/** What a fault lays its hands on: two faults never have the same thing at the same time. */
export function thingsOf(fault: Fault): readonly string[] {
  switch (fault.kind) {
    case 'kill':
    case 'pause':
    case 'clock':
      return [fault.service];
    case 'kill-at-work':
      return [fault.service, 'provider'];
    case 'flush-redis':
    case 'kill-redis':
    case 'pause-redis':
    case 'replace-redis':
      return ['redis'];
    case 'crash-postgres':
    case 'disk-full':
      return ['postgres'];
    case 'cut-after-commit':
      return [`${fault.service} to postgres`];
    case 'network':
      return [`${fault.service} to ${fault.to}`];
    case 'provider':
    case 'tenant':
      return ['provider'];
    case 'poison':
      return ['worker-1', 'worker-2'];
    case 'no-partition':
      return ['api'];
  }
}
