import type { NewMerchant, Settings } from './merchant.js';

export const ORDINARY_SETTINGS: Settings = { duplicateCheckSeconds: 0, apiRequestKeys: false };

/** The merchant that needs no set-up. Its keys guard nothing. */
export const DEMO_MERCHANT: NewMerchant = {
  id: 'signalbox_demo',
  keys: [{ publicKey: 'sandbox_public_key', privateKey: 'sandbox_private_key' }],
  accounts: [
    { id: 'signalbox_usd', currency: 'USD' },
    { id: 'signalbox_eur', currency: 'EUR' },
    { id: 'signalbox_gbp', currency: 'GBP' },
    { id: 'signalbox_jpy', currency: 'JPY' },
  ],
  settings: ORDINARY_SETTINGS,
};
