/**
 * The stances `s` in force by which a flag is off for an app, to follow FROM; flag and app are SQL. It stands with the database and not with the flags,
 * since what goes by flags in SQL is further down than these: the offer loop, too. Sequential over the stances, which are few.
 */
export const stancesAgainst = (flag: string, app: string): string =>
  `flag_stance s WHERE s.flag = ${flag} AND s.until > now() AND NOT coalesce((s.apps -> ${app}::text ->> 'on')::boolean, s.is_on)`;

/** Those that stop the webhooks of an app: who posts them and who offers them to be posted must not disagree. */
export const stancesAgainstWebhooks = (app: string): string => stancesAgainst(`'webhooks.post'`, app);
