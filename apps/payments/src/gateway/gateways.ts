import type { PaymentRoutingRule, Uuid } from '@signalbox/contracts';
import { GATEWAYS, type GatewayName, type PaymentGateway } from './gateway.js';

/** What is to be paid, as far as it matters for who takes it. */
export interface Wanted {
  readonly appId: Uuid;
  /** Absent: any. */
  readonly currency?: string | undefined;
  /** Absent: any. */
  readonly method?: string | undefined;
}

/** A gateway that could take a payment. */
export interface Candidate {
  readonly gateway: PaymentGateway;
  readonly livemode: boolean;
  /** Milliseconds after which it is worth asking; undefined: now. */
  readonly turnsAwayMs: number | undefined;
}

/** The gateways there are, and which of them takes what. */
export class Gateways {
  private readonly byName: ReadonlyMap<GatewayName, PaymentGateway>;

  constructor(gateways: readonly PaymentGateway[]) {
    this.byName = new Map(gateways.map((gateway) => [gateway.name, gateway]));
  }

  /** @throws when this process has no such gateway. */
  named(name: GatewayName): PaymentGateway {
    const gateway = this.byName.get(name);
    if (gateway === undefined) throw new Error(`there is no gateway ${name} here`);
    return gateway;
  }

  /**
   * Who could take a payment, in the order of the app's rules; without rules every gateway that the app has keys for. Those
   * that answer come before those that do not.
   */
  async candidates(wanted: Wanted, rules: readonly PaymentRoutingRule[]): Promise<Candidate[]> {
    const names =
      rules.length === 0 ? GATEWAYS : rules.filter((rule) => fits(rule, wanted)).map((rule) => rule.gateway);
    const found = await Promise.all(
      [...new Set(names)].map(async (name): Promise<Candidate[]> => {
        const gateway = this.byName.get(name);
        const mode = await gateway?.modeOf(wanted.appId);
        if (gateway === undefined || mode === undefined) return [];
        return [{ gateway, livemode: mode.livemode, turnsAwayMs: gateway.turnsAway(wanted.appId, 'open') }];
      }),
    );
    const all = found.flat();
    const isUp = ({ turnsAwayMs }: Candidate): boolean => turnsAwayMs === undefined;
    return [...all.filter(isUp), ...all.filter((each) => !isUp(each))];
  }
}

function fits({ currencies, methods }: PaymentRoutingRule, { currency, method }: Wanted): boolean {
  const takesCurrency = currencies === undefined || currency === undefined || currencies.includes(currency);
  return takesCurrency && (methods === undefined || method === undefined || methods.includes(method));
}
