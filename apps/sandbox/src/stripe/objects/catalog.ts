import type { Metadata } from '../wire/params.js';
import type { StripeObject } from './stripe-object.js';

export interface Product extends StripeObject {
  readonly object: 'product';
  active: boolean;
  metadata: Metadata;
  name: string;
  updated: number;
}

export type Interval = 'day' | 'month' | 'week' | 'year';

export interface Price extends StripeObject {
  readonly object: 'price';
  active: boolean;
  readonly currency: string;
  metadata: Metadata;
  nickname: string | null;
  readonly product: string;
  readonly recurring: { interval: Interval; interval_count: number; [field: string]: unknown } | null;
  readonly unit_amount: number;
}
