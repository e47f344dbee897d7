/**
 * What is called of a gateway, by what a breaker and a bulkhead stand before: sheets that open; charges; what settles them; reading for a
 * caller; reading what an event was about.
 */
export const GATEWAY_CALLS = ['open', 'charge', 'settle', 'read', 'events'] as const;
export type GatewayCalls = (typeof GATEWAY_CALLS)[number];
