/** One block of ports on 127.0.0.1. */
const OFFSETS = {
  console: 0,
  auth: 1,
  payments: 2,
  push: 3,
  events: 4,
  postgres: 9,
  'sandbox control': 10,
  'sandbox FCM': 11,
  'sandbox APNs': 12,
  'sandbox Stripe': 13,
  'sandbox Braintree': 14,
  'sandbox sign-in': 15,
  'sandbox mail': 16,
  'sandbox Web Push': 17,
} as const;

export type PortName = keyof typeof OFFSETS;
export type Ports = Readonly<Record<PortName, number>>;

export function portsFrom(base: number): Ports {
  const entries = Object.entries(OFFSETS).map(([name, offset]) => [name, base + offset]);
  return Object.fromEntries(entries) as Ports;
}

/** The address of an HTTP service in the block. */
export function urlOf(port: number): string {
  return `http://127.0.0.1:${port}`;
}
