import { z } from 'zod';
import { signOutDevices } from '../devices/sign-out-devices.js';
import type { NoticeCatalogue } from '../notices/catalogue.js';
import { factorAddedNotice } from './kinds/factor-added.js';
import { factorRemovedNotice } from './kinds/factor-removed.js';
import { loginAnomalyNotice } from './kinds/login-anomaly.js';
import { stolenSignIn } from './kinds/stolen-sign-in.js';

const alerted = z.object({ noticeId: z.string() });

/** "Was this you?": users are told of unusual sign-ins, of sessions that ended because of a copy, and of ways in that come and go. */
export const SIGN_IN_NOTICES: NoticeCatalogue = {
  reader: 'push.sign-in-notices',
  about: 'sign-ins',
  counter: {
    name: 'sign_in_notices_total',
    help: 'Facts about sign-ins and second factors that a user could be told of, by what became of them',
  },
  category: 'security',
  // Whoever was away for a day still wants to hear who is in the account; the answer counts for seven days.
  oldestMs: 6 * 24 * 3_600_000,
  first: signOutDevices,
  kinds: {
    'auth.login_anomaly': loginAnomalyNotice,
    'auth.signed_out': stolenSignIn,
    'auth.factor_added': factorAddedNotice,
    'auth.factor_removed': factorRemovedNotice,
  },
  // Answered on another phone: nobody needs to be asked again.
  ends: { 'auth.login_anomaly_answered': ['auth.login_anomaly'] },
  // What was answered is that one alert: of the same session there may be another.
  taleOf: (data) => alerted.safeParse(data).data?.noticeId,
  hints: [],
  tellsBetter: () => false,
};
