/** What each minute of the last hour had, 0 being the one that is now. Index: push_figure_pkey; some thousands of rows for a process that is always busy. */
export const MINUTES = `
  SELECT floor(extract(epoch FROM now() - at) / 60)::int AS ago, provider, sum(accepted)::int AS accepted,
    sum(sent)::int AS sent, sum(failed)::int AS failed, sum(retried)::int AS retried
  FROM push_figure WHERE at > now() - interval '1 hour' GROUP BY 1, 2`;

/** Attempts of the last $1 minutes by their duration. Index: push_figure_pkey. */
export const LATENCIES = `
  SELECT provider, place::int, sum(n)::int AS count FROM push_figure, unnest(latency) WITH ORDINALITY AS counted (n, place)
  WHERE at > now() - $1 * interval '1 minute' AND provider <> '*' GROUP BY 1, 2`;
