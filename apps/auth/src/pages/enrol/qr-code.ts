import { type Html, html } from '@signalbox/html';
import { encodeQR } from 'qr';

/** Modules of light around the code, without which readers do not find it (ISO/IEC 18004). */
const QUIET_ZONE = 4;

/** A QR code as a picture in the page: dark on light whatever the page looks like, one path, nothing loaded. */
export function qrCode(text: string, description: string): Html {
  const rows = encodeQR(text, 'raw', { ecc: 'medium', border: QUIET_ZONE });
  const path = rows
    .map((row, y) =>
      runsOf(row)
        .map(({ from, length }) => `M${from} ${y}h${length}v1h-${length}z`)
        .join(''),
    )
    .join('');
  return html`<svg
    class="qr"
    viewBox="0 0 ${rows.length} ${rows.length}"
    role="img"
    aria-label="${description}"
    shape-rendering="crispEdges"
  >
    <path fill="#fff" d="M0 0h${rows.length}v${rows.length}H0z" />
    <path fill="#000" d="${path}" />
  </svg>`;
}

function runsOf(row: readonly boolean[]): { from: number; length: number }[] {
  const runs: { from: number; length: number }[] = [];
  row.forEach((dark, x) => {
    const last = runs.at(-1);
    if (!dark) return;
    if (last !== undefined && last.from + last.length === x) last.length += 1;
    else runs.push({ from: x, length: 1 });
  });
  return runs;
}
