/**
 * What is called of a gateway, by what a breaker and a bulkhead stand before: sheets that open; charges; what settles them; reading for a
 * caller; reading what an event was about.
 */
export type GatewayCalls = 'open' | 'charge' | 'settle' | 'read' | 'events';
