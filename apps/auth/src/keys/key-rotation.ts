import { Chore } from '@signalbox/resilience';
import type { Logger } from '@signalbox/telemetry';
import type { SigningKeys } from './signing-keys.js';

const LOOK_EVERY_MS = 10_000;

/** Changes the signing key when it is old enough, and notices when another process or an operator did. */
export function keyRotation(
  keys: SigningKeys,
  { days, onChange, logger }: { readonly days: number; readonly onChange: () => void; readonly logger: Logger },
): Chore {
  return new Chore(LOOK_EVERY_MS, async () => {
    try {
      const current = (await keys.inUse()).find(({ state }) => state === 'current');
      const since = current?.current_since?.getTime() ?? Date.now();
      if (Date.now() - since > days * 86_400_000) await keys.rotate({ emergency: false });
      if (!(await keys.load())) return;
      logger.info({ kid: keys.all[0]?.kid }, 'tokens are signed with another key from now on');
      onChange();
    } catch (error) {
      logger.warn({ err: error }, 'the signing keys could not be looked at; those known stay in use');
    }
  });
}
