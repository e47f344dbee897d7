import type { Machine } from '../machine/machine.ts';
import { startSink } from '../machine/start-sink.ts';
import type { ComparisonPlan, Side } from '../measure/comparison.ts';
import { appleWays } from './apple-ways.ts';
import { googleWays } from './google-ways.ts';
import { measureWay, type Way } from './way.ts';

const ROUNDS = 5;
const ABOUT =
  '10,000 messages, 250 at once (closed loop), one connection but where the library takes more, nothing recorded';
const OURS = 'signalbox';
const LOOP = 'raw node:http2';

/**
 * Transports alone, beside the SDKs of others and a loop that only sends. firebase-admin's own HTTP/2, which `sendEach` takes unless told
 * otherwise, expects Google's host and cannot be led to a server of ours: its other transport is measured.
 */
export async function transport(machine: Machine): Promise<ComparisonPlan[]> {
  const sink = await startSink(machine);
  const [apple, google] = [appleWays(sink), googleWays(sink)];
  const side = (name: string, open: () => Promise<Way>): Side => ({ name, measure: () => measureWay(open) });
  const plan = { unit: 'messages', about: ABOUT, rounds: ROUNDS, noiseOf: OURS };
  return [
    {
      ...plan,
      name: 'transport, APNs',
      sides: [side(OURS, apple.own), side('node-apn', apple.nodeApn), side(LOOP, apple.raw)],
      claims: [
        { side: OURS, against: 'node-apn' },
        { side: OURS, against: LOOP },
      ],
    },
    {
      ...plan,
      name: 'transport, FCM',
      sides: [
        side(OURS, google.own),
        side('firebase-admin send', google.send),
        side('firebase-admin sendEach, legacy', google.sendEach),
        side(LOOP, google.raw),
      ],
      claims: [
        { side: OURS, against: 'firebase-admin send', floor: 1.5, aim: 2 },
        { side: OURS, against: 'firebase-admin sendEach, legacy' },
        { side: OURS, against: LOOP },
      ],
    },
  ];
}
