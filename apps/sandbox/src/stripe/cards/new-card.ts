import { createHash } from 'node:crypto';
import type { Card } from '../objects/card.js';
import type { TestCard } from './test-cards.js';

/** The card as objects show it. One number has one fingerprint. */
export function newCard(card: TestCard, now: number, expiry?: { month: number; year: number }): Card {
  const { number, brand, funding = 'credit', country = 'US' } = card;
  return {
    brand,
    checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' },
    country,
    display_brand: brand,
    exp_month: expiry?.month ?? 12,
    exp_year: expiry?.year ?? new Date(now * 1000).getUTCFullYear() + 3,
    fingerprint: createHash('sha256').update(number).digest('base64url').replaceAll(/[-_]/g, 'x').slice(0, 16),
    funding,
    generated_from: null,
    last4: number.slice(-4),
    networks: { available: [brand], preferred: null },
    regulated_status: 'unregulated',
    three_d_secure_usage: { supported: true },
    wallet: null,
  };
}

/** How a charge shows the card that it was made on. */
export function chargedCard(
  { networks: _networks, display_brand: _brand, generated_from: _from, ...card }: Card,
  amount: number,
) {
  return {
    ...card,
    amount_authorized: amount,
    authorization_code: '123456',
    extended_authorization: { status: 'disabled' },
    incremental_authorization: { status: 'unavailable' },
    installments: null,
    mandate: null,
    multicapture: { status: 'unavailable' },
    network: card.brand,
    network_token: { used: false },
    overcapture: { maximum_amount_capturable: amount, status: 'unavailable' },
    three_d_secure: null,
  };
}
