// Preloaded into a service with --import: on SIGUSR2 its wall clock goes off by the milliseconds written in the file that
// CLOCK_OFFSET_FILE names, there at the start too. The monotonic clock stays, as it does on a real machine.
import { readFileSync } from 'node:fs';

const file = process.env['CLOCK_OFFSET_FILE'];
const RealDate = Date;
let offset = 0;

function readOffset() {
  try {
    offset = Number(readFileSync(file, 'utf8')) || 0;
  } catch {
    offset = 0;
  }
}

globalThis.Date = class Date extends RealDate {
  constructor(...given) {
    if (given.length === 0) super(RealDate.now() + offset);
    else super(...given);
  }

  static now() {
    return RealDate.now() + offset;
  }
};

readOffset();
process.on('SIGUSR2', readOffset);
