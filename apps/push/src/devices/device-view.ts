import { type DeviceView, formatId, type Uuid } from '@signalbox/contracts';
import { type DeviceStanding, standingHint } from './device-hint.js';

/** A row of the device table, as the queries of this folder name its columns. */
export interface DeviceRow extends DeviceStanding {
  readonly id: Uuid;
  readonly installationId: string;
  readonly userId: string | null;
  readonly sessionId: string | null;
  readonly platform: string;
  readonly target: string;
  readonly locale: string | null;
  readonly timeZone: string | null;
  readonly appVersion: string | null;
  readonly status: string;
  readonly statusAt: Date;
  readonly signedOutAt: Date | null;
  readonly registeredAt: Date;
  readonly lastSeenAt: Date;
}

const SHOWN_OF_TARGET = 8;

export function view(row: DeviceRow): DeviceView {
  const { targetKind, target, registeredAt, lastSeenAt, id, ...more } = row;
  const { status, statusReason, statusBy, statusAt, signedOutAt, ...rest } = more;
  const hint = standingHint(row);
  return {
    id: formatId('device', id),
    ...rest,
    target: { kind: targetKind, endsWith: target.slice(-SHOWN_OF_TARGET) },
    status,
    ...(statusReason === null ? {} : { statusReason }),
    ...(statusBy === null ? {} : { statusBy }),
    statusAt: statusAt.toISOString(),
    ...(signedOutAt === null ? {} : { signedOutAt: signedOutAt.toISOString() }),
    ...(hint === undefined ? {} : { hint }),
    registeredAt: registeredAt.toISOString(),
    lastSeenAt: lastSeenAt.toISOString(),
  };
}
