/**
 * How long an alert may be answered, and how long a device that came with one stays a stranger. The same time: who was told
 * and said nothing has agreed.
 */
export const ANSWER_TIME = `interval '7 days'`;

/**
 * Joins the device of a session as the user knows it (`d`). By what `deviceHash` makes of it and not by the trail: a session that is
 * over has none any more. Index: known_device_pkey.
 *
 * @param session its alias in the statement
 */
export const deviceOf = (session: string): string => `
  LEFT JOIN known_device d ON d.user_id = ${session}.user_id AND d.device = sha256('known-device\\000'::bytea
    || convert_to(${session}.user_id::text, 'UTF8') || '\\000'::bytea || convert_to(${session}.device_id, 'UTF8'))`;

/** Whether the user had vouched for the device `d` at a time: by a word, by a sign-in with nothing unusual, or by a week of silence. */
export const vouchedAt = (time: string): string =>
  `(d.trusted_at < ${time} OR d.first_seen_at < ${time} - ${ANSWER_TIME}) IS TRUE`;
