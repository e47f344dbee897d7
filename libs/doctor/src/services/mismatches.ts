import { type Finding, teller } from '../finding.js';

const told = teller('stripe');

/** Webhooks that bore a wrong signature, from the text of payments' /metrics: since its process started. */
export function readMismatches(metrics: string): number {
  return metrics
    .split('\n')
    .filter((line) => line.startsWith('stripe_webhooks_total{') && line.includes('outcome="signature_mismatch"'))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}

export function judgeMismatches(count: number): Finding {
  if (count === 0) return told.ok('no webhook bore a wrong signature since payments started');
  const seen = `${count} webhooks bore a wrong signature since payments started`;
  return told.warning(
    seen,
    "compare the secret with Stripe's event destination (the log of payments names the source)",
  );
}
