import { expect, it } from '@jest/globals';
import { usePostgres } from '@signalbox/testing';

const postgres = usePostgres();

/**
 * What becomes of a user's data in each table. A new table is added here, and to the holdings of its service unless it is of
 * nobody: this list is why none is forgotten.
 */
const TABLES: Readonly<Record<string, 'erased' | 'emptied' | 'pseudonym' | 'keyed hash' | 'of nobody'>> = {
  // auth
  auth_user: 'erased',
  auth_session: 'erased',
  oidc_record: 'erased',
  sign_in_progress: 'erased',
  one_time_token: 'erased',
  past_email: 'erased',
  operator: 'erased',
  auth_mail: 'erased',
  totp_factor: 'erased',
  passkey: 'erased',
  passkey_challenge: 'erased',
  recovery_code: 'erased',
  known_device: 'erased',
  known_country: 'erased',
  sign_in_prefix: 'erased',
  session_trail: 'erased',
  sign_in_alert: 'erased',
  password_reset_due: 'erased',
  identity: 'erased',
  pending_link: 'erased',
  sign_in_provider: 'of nobody',
  social_state: 'of nobody',
  native_nonce: 'of nobody',
  provider_notice: 'of nobody',
  revocation_event: 'of nobody',
  attempt_bucket: 'of nobody',
  auth_work: 'of nobody',
  data_request: 'keyed hash',
  data_request_step: 'of nobody',
  export_part: 'erased',
  auth_audit: 'keyed hash',
  app: 'of nobody',
  api_key: 'of nobody',
  api_key_trail: 'of nobody',
  credential: 'of nobody',
  data_key: 'of nobody',
  synthetic_check: 'of nobody',
  oauth_client: 'of nobody',
  oidc_signing_key: 'of nobody',
  auth_settings: 'of nobody',
  token_issuer: 'of nobody',
  // push
  device: 'erased',
  delivery: 'emptied',
  dead_letter: 'emptied',
  dead_letter_run: 'of nobody',
  notification_tally: 'of nobody',
  idem: 'of nobody',
  push_work: 'of nobody',
  push_policy: 'of nobody',
  push_user: 'erased',
  frequency_meter: 'erased',
  template: 'of nobody',
  template_version: 'of nobody',
  schedule: 'erased',
  topic_subscription: 'erased',
  segment: 'of nobody',
  broadcast: 'of nobody',
  deletion_guard: 'of nobody',
  deletion_guard_hour: 'of nobody',
  hold: 'of nobody',
  push_figure: 'of nobody',
  push_breaker: 'of nobody',
  breaker_setting: 'of nobody',
  apns_provider_token: 'of nobody',
  // payments
  gateway_breaker: 'of nobody',
  stripe_customer: 'erased',
  payment: 'pseudonym',
  payment_order: 'pseudonym',
  stripe_object: 'pseudonym',
  stripe_event: 'emptied',
  braintree_event: 'emptied',
  subscription_operation: 'erased',
  payment_operation: 'of nobody',
  payment_idem: 'of nobody',
  payment_settings: 'of nobody',
  ledger_transaction: 'of nobody',
  ledger_line: 'of nobody',
  stripe_inbox: 'of nobody',
  stripe_decision: 'of nobody',
  stripe_effect: 'of nobody',
  stripe_source: 'of nobody',
  stripe_secret: 'of nobody',
  stripe_cursor: 'of nobody',
  braintree_decision: 'of nobody',
  braintree_effect: 'of nobody',
  payments_work: 'of nobody',
  // events
  event_log: 'pseudonym',
  webhook_attempt: 'emptied',
  webhook_delivery: 'of nobody',
  webhook_line: 'of nobody',
  webhook_endpoint: 'of nobody',
  webhook_secret: 'of nobody',
  events_work: 'of nobody',
  consumer: 'of nobody',
  feed_generation: 'of nobody',
};

it('says of every table of ours what an erasure does to it', async () => {
  const { rows } = await postgres.database().query<{ name: string }>(
    `SELECT relname AS name FROM pg_class
     WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
       AND relname NOT LIKE '\\_%'`,
  );
  expect(rows.map(({ name }) => name).sort()).toEqual(Object.keys(TABLES).sort());
});
