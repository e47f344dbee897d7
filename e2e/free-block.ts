import { freePort } from '@signalbox/embedded-postgres';

/** Offsets of the ports that `npm start` takes from its PORT_BASE. */
const OFFSETS = [0, 1, 2, 3, 4, 9, 10, 11, 12, 13, 14, 15, 16, 17];

/** A PORT_BASE whose ports are all free. */
export async function freeBlock(): Promise<number> {
  for (;;) {
    const base = Math.floor((await freePort(0)) / 20) * 20;
    const free = await Promise.allSettled(OFFSETS.map((offset) => freePort(base + offset)));
    if (base <= 65_500 && free.every(({ status }) => status === 'fulfilled')) return base;
  }
}
