import type { Params } from '../wire/params.js';
import { invalid, missing } from '../wire/refused.js';

const SWITCH = ['disabled', 'enabled'] as const;
const REDISPLAY = ['always', 'limited', 'unspecified'] as const;

/** What may be named where: https://docs.stripe.com/api/customer_sessions/create */
const FEATURES: Readonly<Record<string, readonly string[] | undefined>> = {
  active_entitlements: undefined,
  buy_button: undefined,
  customer_portal: undefined,
  customer_sheet: ['payment_method_allow_redisplay_filters', 'payment_method_remove'],
  mobile_payment_element: [
    'payment_method_allow_redisplay_filters',
    'payment_method_redisplay',
    'payment_method_remove',
    'payment_method_save',
    'payment_method_save_allow_redisplay_override',
  ],
  payment_element: [
    'payment_method_allow_redisplay_filters',
    'payment_method_redisplay',
    'payment_method_redisplay_limit',
    'payment_method_remove',
    'payment_method_save',
    'payment_method_save_usage',
  ],
  pricing_table: undefined,
};

/** The components of a customer session with everything that was left out. @throws Refused when none is enabled. */
export function sessionComponents(params: Params | undefined): object {
  if (!params) throw missing('components');
  refuseUnknown(params, Object.keys(FEATURES));
  const components = Object.entries(FEATURES).map(([name, features]) => {
    const given = params.child(name);
    const enabled = given?.flag('enabled') ?? false;
    return [
      name,
      features ? { enabled, features: featuresIn(given?.child('features'), features) } : { enabled },
    ] as const;
  });
  if (!components.some(([, { enabled }]) => enabled))
    throw invalid('At least one component must be enabled.', 'components');
  return Object.fromEntries(components);
}

function featuresIn(given: Params | undefined, known: readonly string[]): object | null {
  if (!given) return null;
  refuseUnknown(given, known);
  return Object.fromEntries(known.map((name) => [name, featureIn(given, name)]));
}

function featureIn(given: Params, name: string): unknown {
  if (name === 'payment_method_allow_redisplay_filters') return given.has(name) ? given.texts(name) : ['always'];
  if (name === 'payment_method_save_allow_redisplay_override') return given.choice(name, REDISPLAY) ?? null;
  if (name === 'payment_method_save_usage') return given.choice(name, ['off_session', 'on_session']) ?? null;
  if (name === 'payment_method_redisplay_limit') return given.integer(name) ?? null;
  return given.choice(name, SWITCH) ?? null;
}

/** A feature that is misspelt would otherwise be missing from the sheet without a word. */
function refuseUnknown(params: Params, known: readonly string[]): void {
  for (const name of params.names())
    if (!known.includes(name))
      throw invalid(`Received unknown parameter: ${params.named(name)}`, params.named(name), 'parameter_unknown');
}
