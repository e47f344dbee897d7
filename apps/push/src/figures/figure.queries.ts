/** $1 process, $2 rows. push_figure_pkey. */
export const WRITE_FIGURES = `
  INSERT INTO push_figure (process, provider, lane, accepted, sent, failed, retried, latency)
  SELECT $1, provider, lane, accepted, sent, failed, retried, latency
  FROM jsonb_to_recordset($2::jsonb)
    AS figure (provider text, lane text, accepted int, sent int, failed int, retried int, latency int[])`;

/** Older than the charts reach. Index: push_figure_pkey. */
export const DROP_OLD_FIGURES = `DELETE FROM push_figure WHERE at < now() - interval '2 days'`;
