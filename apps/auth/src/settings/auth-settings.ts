import { z } from 'zod';

/** Links that people tap: never `javascript:`, never in clear. */
const httpsUrl = z.url({ protocol: /^https$/, error: 'must be an https:// URL' }).max(2_048);

/** What follows when a rule about unusual sign-ins fires, from the mildest. */
const ANOMALY_ACTIONS = ['ignore', 'notify', 'step_up', 'refuse'] as const;
const anomalyAction = z.enum(ANOMALY_ACTIONS);
export type AnomalyAction = z.output<typeof anomalyAction>;

const theme = z.strictObject({
  displayName: z.string().trim().min(1).max(60).optional().meta({ description: "the app's name unless told" }),
  accentColor: z
    .string()
    .regex(/^#[0-9a-fA-F]{6}$/, 'must be a colour such as #1f6feb')
    .default('#1f6feb'),
  logoUrl: httpsUrl.optional(),
  supportUrl: httpsUrl.optional(),
  privacyUrl: httpsUrl.optional(),
  termsUrl: httpsUrl.optional(),
});

const anomalies = z.strictObject({
  newDevice: anomalyAction.default('notify'),
  // The tables of countries are maintained no longer (docs/anomalies.md): they do not make honest people prove more, unless an app says so.
  newCountry: anomalyAction.default('notify'),
  manyAccounts: anomalyAction.default('step_up'),
  twoNetworks: anomalyAction.default('notify'),
});

const appLinks = z.strictObject({
  android: z
    .array(
      z.strictObject({
        packageName: z
          .string()
          .regex(/^[A-Za-z]\w*(\.[A-Za-z]\w*)+$/, 'must be a package name such as com.example.app'),
        sha256Fingerprints: z
          .array(
            z
              .string()
              .regex(
                /^([0-9A-F]{2}:){31}[0-9A-F]{2}$/,
                'must be 32 upper-case hex bytes with colons, as keytool prints them',
              ),
          )
          .min(1)
          .max(10),
      }),
    )
    .max(20)
    .default([]),
  ios: z
    .array(
      z.strictObject({
        teamId: z.string().regex(/^[A-Z0-9]{10}$/, 'must be the ten characters of the team id'),
        bundleId: z.string().regex(/^[A-Za-z0-9.-]{1,155}$/, 'must be a bundle id such as com.example.app'),
      }),
    )
    .max(20)
    .default([]),
});

/** How users of one app sign in. Every member has a default, so an app that set nothing has settings, too. */
export const authSettings = z.strictObject({
  theme: theme.prefault({}),
  registration: z.enum(['open', 'closed']).default('open'),
  emailVerification: z.enum(['required', 'later']).default('required').meta({
    description:
      'required: nobody who has an address gets in before it is proven; later: at once, and whoever registers an address can tell by it that it had no account',
  }),
  mfa: z.enum(['off', 'optional', 'required']).default('optional'),
  anomalies: anomalies.prefault({}),
  sessionDays: z
    .int()
    .min(1)
    .max(3_650)
    .default(365)
    .meta({ description: 'a device that keeps using its session signs in again after this many days' }),
  idleDays: z
    .int()
    .min(1)
    .max(3_650)
    .default(60)
    .meta({ description: 'a device that was not seen for this long signs in again' }),
  appLinks: appLinks.prefault({}),
});
export type AuthSettings = z.output<typeof authSettings>;

/** An app that set nothing. */
export const DEFAULT_SETTINGS: AuthSettings = authSettings.parse({});

/** Settings as they are kept: a member that has become stricter since must not lock an app's users out. */
export function readSettings(kept: unknown): AuthSettings {
  return authSettings.safeParse(kept ?? {}).data ?? DEFAULT_SETTINGS;
}
