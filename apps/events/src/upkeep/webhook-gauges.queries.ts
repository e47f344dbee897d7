/** Disabled endpoints by reason, and as the one without a reason those whose breaker is open. Sequential: there are few. */
export const COUNT_STANDSTILLS = `
  SELECT disabled_reason AS reason, count(*)::int AS count FROM webhook_endpoint
  WHERE NOT enabled OR open_until > now() GROUP BY 1`;
