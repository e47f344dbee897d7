import type { LocalFile } from './demo/local-file.js';
import { DEMO_DEVICES, DEMO_USER } from './demo/seed-demo.js';

/** What stands on the terminal once everything runs. */
export function welcome({ urls, operatorPassword, operators, demo }: LocalFile, queueBackend: string): string {
  const bearer = `-H 'Authorization: Bearer ${demo.secretKey}'`;
  const body = JSON.stringify({ to: { userId: DEMO_USER }, content: { title: 'Hello', body: 'from Signalbox' } });
  const payment = JSON.stringify({ userId: DEMO_USER, outcome: 'insufficient_funds' });
  const rows = [
    ['Console', `${urls.console}  (queues: ${urls.console}/queues)`],
    ...(operators === undefined
      ? []
      : [
          ['  sign in as', operators.email],
          ['  password', operators.password],
        ]),
    ['Operator password', `${operatorPassword}  (when nobody can sign in)`],
    ['Push API', `${urls.push}  (docs: ${urls.push}/docs)`],
    ['Auth API', `${urls.auth}  (docs: ${urls.auth}/docs)`],
    ['Payments API', `${urls.payments}  (docs: ${urls.payments}/docs)`],
    ['Event feed', `${urls.events}  (docs: ${urls.events}/docs)`],
    ['Sandbox', `${urls.sandbox}  (stand-in for APNs, FCM and Stripe)`],
    ['Queues run on', queueBackend],
    ['Demo app', demo.appId],
    ['  secret key', demo.secretKey],
    ['  publishable key', demo.publishableKey],
    ['  sign-in client', `${demo.clientId ?? ''}  (OpenID Connect at ${urls.auth})`],
    ['  devices', `two iPhones and an Android phone of user ${DEMO_USER}:`],
    ['', DEMO_DEVICES.map(({ installationId }) => installationId).join(', ')],
  ];
  return [
    '',
    'Signalbox is ready.',
    '',
    ...rows.map(([name = '', value = '']) => `  ${name.padEnd(18)}  ${value}`),
    '',
    '  Send a notification to the demo user:',
    '',
    `curl -sS -i ${urls.push}/v1/notifications ${bearer} -H 'Content-Type: application/json' -d '${body}'`,
    '',
    '  See what the sandbox iPhones received, and the Android phone:',
    '',
    `curl -sS '${urls.sandbox}/v1/apns/requests?order=desc&limit=10'`,
    `curl -sS '${urls.sandbox}/v1/fcm/requests?order=desc&limit=10'`,
    '',
    '  Let a browser register itself as a device, and list what it is sent:',
    '',
    `${urls.sandbox}/web-push?push=${urls.push}&key=${demo.publishableKey}`,
    '',
    '  Let a payment of the demo user fail at the sandbox Stripe: the phones hear of it. And what the payments API knows:',
    '',
    `curl -sS ${urls.sandbox}/v1/stripe/payments -H 'Content-Type: application/json' -d '${payment}'`,
    `curl -sS '${urls.payments}/v1/payments?limit=1' ${bearer}`,
    '',
    '  Ask for its outcome, with the id of the first answer in place of ID (or ID/deliveries, ID/explain):',
    '',
    `curl -sS ${urls.push}/v1/notifications/ID ${bearer}`,
    '',
    '  Send 1,000 to phones of every kind and see what becomes of them, in another terminal: npm run demo',
    '',
    'Ctrl-C stops everything; data stays for the next start.',
    '',
  ].join('\n');
}
