import { type Dashboard, panel, quantile, rate, single } from './panel.ts';

const HTTP = 'http_request_duration_seconds';
/** What is asked for by people and programs, without what machines ask around us. */
const ASKED = '{route!~"/health/.+|/metrics"}';

const services: Dashboard = {
  name: 'services',
  title: 'Signalbox: requests',
  panels: [
    panel('Requests a second', 'reqps', [rate(`${HTTP}_count`, 'service', ASKED), '{{service}}']),
    panel('Answered with 5xx a second', 'reqps', [
      `sum by (service) (rate(${HTTP}_count{status=~"5.."}[5m])) or sum by (service) (process_start_time_seconds * 0)`,
      '{{service}}',
    ]),
    panel('Time to answer, 99 of 100', 's', [quantile(0.99, HTTP, 'service', ASKED), '{{service}}']),
    panel('Time to answer, half', 's', [quantile(0.5, HTTP, 'service', ASKED), '{{service}}']),
    panel('Requests a second by route', 'reqps', [
      rate(`${HTTP}_count`, 'service, method, route', ASKED),
      '{{method}} {{route}}',
    ]),
    panel('Problems a second by code', 'reqps', [rate('http_problems_total', 'service, code'), '{{service}} {{code}}']),
    panel('Refused for too many requests', 'reqps', [
      rate('rate_limited_total', 'service, class'),
      '{{service}} {{class}}',
    ]),
  ],
};

const slo: Dashboard = {
  name: 'slo',
  title: 'Signalbox: promises',
  panels: [
    single('Budget of thirty days that is left', 'percentunit', ['slo:budget_left:ratio30d', '{{slo}}']),
    panel(
      'Burn rate over an hour; 14.4 wakes somebody',
      'short',
      ['slo:burn:rate1h', '{{slo}}'],
      ['slo:burn:rate5m', '{{slo}}, 5 min'],
    ),
    panel('Burn rate over six hours; 6 wakes somebody', 'short', ['slo:burn:rate6h', '{{slo}}']),
    panel('Burn rate over three days; 1 is a ticket', 'short', ['slo:burn:rate3d', '{{slo}}']),
    panel('Bad a second', 'ops', ['slo:bad:rate5m', '{{slo}}']),
    panel('All a second', 'ops', ['slo:total:rate5m', '{{slo}}']),
    single('Invariants: rows that violate them', 'short', [
      'max by (invariant) (invariant_violations)',
      '{{invariant}}',
    ]),
    panel('Since an invariant was looked at', 's', [
      'time() - max by (invariant) (invariant_checked_timestamp_seconds)',
      '{{invariant}}',
    ]),
  ],
};

const queues: Dashboard = {
  name: 'queues',
  title: 'Signalbox: queues',
  panels: [
    panel('Open work rows', 'short', ['max by (queue) (work_rows)', '{{queue}}']),
    panel('Items in them', 'short', ['max by (queue) (work_items)', '{{queue}}']),
    panel('The oldest has been due for', 's', ['max by (queue) (work_oldest_due_seconds)', '{{queue}}']),
    panel('Rows begun a second', 'ops', [rate('work_start_lag_seconds_count', 'queue'), '{{queue}}']),
    panel('From due to begun, 99 of 100', 's', [quantile(0.99, 'work_start_lag_seconds', 'queue'), '{{queue}}']),
    panel('Attempts that are to be made again, a second', 'ops', [
      'sum by (provider) (rate(provider_requests_total{outcome="retry"}[5m])) or sum by (provider) (provider_streams * 0)',
      '{{provider}}',
    ]),
    panel('Dead letters that nobody has dealt with', 'short', ['max by (queue) (dead_letters_open)', '{{queue}}']),
    panel('Jobs by state', 'short', ['max by (queue, state) (bullmq_job_count)', '{{queue}} {{state}}']),
    panel('Jobs completed a second', 'ops', [rate('bullmq_job_completed_total', 'queue'), '{{queue}}']),
    panel('Jobs failed a second', 'ops', [rate('bullmq_job_failed_total', 'queue'), '{{queue}}']),
  ],
};

const providers: Dashboard = {
  name: 'providers',
  title: 'Signalbox: push providers and webhooks',
  panels: [
    panel('Attempts a second by outcome', 'ops', [
      rate('provider_requests_total', 'provider, outcome'),
      '{{provider}} {{outcome}}',
    ]),
    panel('Deliveries that ended, a second', 'ops', [
      rate('deliveries_ended_total', 'provider, state'),
      '{{provider}} {{state}}',
    ]),
    panel('An attempt takes, 99 of 100', 's', [quantile(0.99, 'provider_request_seconds', 'provider'), '{{provider}}']),
    single('Credentials on hold', 'short', ['max by (provider, reason) (holds)', '{{provider}} {{reason}}']),
    panel('Breakers that opened in an hour', 'short', [
      'sum by (provider) (increase(breaker_opened_total[1h]))',
      '{{provider}}',
    ]),
    panel('Answers that a person has to look at, in an hour', 'short', [
      'sum by (provider, reason) (increase(provider_alarms_total[1h]))',
      '{{provider}} {{reason}}',
    ]),
    panel(
      'Connections, and requests under way on them',
      'short',
      ['sum by (provider) (provider_connections)', '{{provider}} connections'],
      ['sum by (provider) (provider_streams)', '{{provider}} under way'],
      ['sum by (provider) (provider_streams_waiting)', '{{provider}} waiting'],
    ),
    panel(
      'Connections that fell silent, failed or were asked to go, in an hour',
      'short',
      ['sum by (provider) (increase(provider_connections_silent_total[1h]))', '{{provider}} silent'],
      ['sum by (provider) (increase(provider_connect_failures_total[1h]))', '{{provider}} failed'],
      ['sum by (provider) (increase(provider_goaways_total[1h]))', '{{provider}} asked to go'],
    ),
    panel('Retries that had to wait, a second', 'ops', [
      rate('provider_retries_postponed_total', 'provider'),
      '{{provider}}',
    ]),
    single('Credentials that may delete no device', 'short', ['max(deletion_guards_tripped)', 'tripped']),
    panel('Attempts at webhooks a second', 'ops', [
      'sum by (outcome) (rate(webhook_attempts_total[5m])) or vector(0)',
      '{{outcome}}',
    ]),
    panel(
      'Webhook endpoints that stand still',
      'short',
      ['max by (reason) (webhook_endpoints_disabled)', 'disabled: {{reason}}'],
      ['max(webhook_breakers_open)', 'paused'],
    ),
  ],
};

const payments: Dashboard = {
  name: 'payments',
  title: 'Signalbox: payments',
  panels: [
    panel('Webhooks of Stripe a second by outcome', 'ops', [rate('stripe_webhooks_total', 'outcome'), '{{outcome}}']),
    panel('A webhook is answered in, 99 of 100', 's', [
      quantile(0.99, HTTP, 'route', '{route=~"/webhooks/.+"}'),
      '{{route}}',
    ]),
    panel('Events that are not decided', 'short', ['max by (state) (stripe_inbox_events)', '{{state}}']),
    panel('The oldest of them', 's', ['max by (state) (stripe_inbox_oldest_seconds)', '{{state}}']),
    panel('Calls of Stripe a second', 'ops', [rate('stripe_calls_total', 'outcome'), '{{outcome}}']),
    panel('Since events were compared with Stripe’s', 's', ['max(stripe_reconcile_age_seconds)', 'age']),
    panel('Events that Stripe did not deliver, in a day', 'short', [
      'sum(increase(stripe_gap_events_total[1d]))',
      'events',
    ]),
    panel(
      'Breakers of gateways that opened in an hour',
      'short',
      ['sum(increase(stripe_breaker_opened_total[1h]))', 'Stripe'],
      ['sum(increase(braintree_breaker_opened_total[1h]))', 'Braintree'],
    ),
    panel(
      'Calls about money whose outcome is unknown',
      'short',
      ['max(payment_outcomes_unknown)', 'payments'],
      ['max(subscription_outcomes_unknown)', 'subscriptions'],
    ),
    single('Sources without a secret', 'short', ['max(stripe_sources_without_secret)', 'sources']),
  ],
};

const postgres: Dashboard = {
  name: 'postgres',
  title: 'Signalbox: Postgres and Redis',
  panels: [
    single('Answers', 'short', ['min by (service, dependency) (dependency_up)', '{{service}} {{dependency}}']),
    panel('Takes to answer', 's', [
      'max by (service, dependency) (dependency_answer_seconds)',
      '{{service}} {{dependency}}',
    ]),
    panel('A notification’s commit, with all around it, 99 of 100', 's', [
      quantile(0.99, HTTP, 'route', '{method="POST",route=~"/v1/notifications.*"}'),
      '{{route}}',
    ]),
    panel('The feed is held back by', 's', ['max(event_feed_horizon_seconds)', 'oldest writing transaction']),
    panel(
      'Rows without a partition of their day',
      'short',
      ['max(event_log_default_partition_rows)', 'event_log'],
      ['max(delivery_default_partition_rows)', 'delivery'],
    ),
    single('Partitions that could not be made or dropped', 'short', [
      'max by (obstacle) (event_log_partitions_left)',
      '{{obstacle}}',
    ]),
    panel('Clocks are off by', 's', ['clock_skew_seconds', '{{service}}']),
    panel('Since revocations were heard of', 's', ['max by (service) (revocation_feed_age_seconds)', '{{service}}']),
  ],
};

const node: Dashboard = {
  name: 'node',
  title: 'Signalbox: processes',
  panels: [
    panel('The event loop is late, 99 of 100', 's', ['nodejs_eventloop_lag_p99_seconds', '{{service}} {{instance}}']),
    panel('Processor', 'percentunit', ['rate(process_cpu_seconds_total[5m])', '{{service}} {{instance}}']),
    panel('Memory', 'bytes', ['process_resident_memory_bytes', '{{service}} {{instance}}']),
    panel('Heap in use', 'bytes', ['nodejs_heap_size_used_bytes', '{{service}} {{instance}}']),
    panel('Time in garbage collection', 'percentunit', [
      'sum by (service, kind) (rate(nodejs_gc_duration_seconds_sum[5m]))',
      '{{service}} {{kind}}',
    ]),
    panel('Open files', 'short', ['process_open_fds', '{{service}} {{instance}}']),
    panel('Has run for', 's', ['time() - process_start_time_seconds', '{{service}} {{instance}}']),
  ],
};

export const DASHBOARDS: readonly Dashboard[] = [services, slo, queues, providers, payments, postgres, node];
