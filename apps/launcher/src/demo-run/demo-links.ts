import type { LocalFile } from '../demo/local-file.js';
import type { ClassReport } from './class-report.js';

/** Where to look next: lines to paste and addresses to open. */
export function demoLinks({ urls, operatorPassword, demo }: LocalFile, reports: readonly ClassReport[]): string {
  const bearer = `-H 'Authorization: Bearer ${demo.secretKey}'`;
  const explain = reports.flatMap(({ of, fates }) =>
    fates
      .slice(0, 1)
      .map(({ example }) => `curl -sS ${urls.push}/v1/notifications/${example}/explain ${bearer}  # ${of.name}`),
  );
  return [
    '  The whole story of one of each, with the raw answers (/deliveries in place of /explain: by device):',
    '',
    ...explain,
    '',
    '  What the sandbox received as Apple, and as Google:',
    '',
    `curl -sS '${urls.sandbox}/v1/apns/requests?order=desc&limit=10'`,
    `curl -sS '${urls.sandbox}/v1/fcm/requests?order=desc&limit=10'`,
    '',
    `  Queues             ${urls.console}/queues`,
    `  Dead letters       ${urls.console}/dead-letters`,
    `  Operator password  ${operatorPassword}`,
  ].join('\n');
}
