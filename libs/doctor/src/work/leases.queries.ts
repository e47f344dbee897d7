/**
 * Work whose lease ran out a while ago and that nobody has taken since, and work that is about to be taken for one that kills its
 * workers. Sequential over a small work table. $1 seconds, $2 claims.
 */
export function leasesOf(table: string): string {
  return `
    SELECT count(*) FILTER (WHERE lease_until < now() - $1 * interval '1 s' AND next_offer_at < now() - $1 * interval '1 s')::int AS "ranOut",
      count(*) FILTER (WHERE claims >= $2)::int AS "claimedOften"
    FROM ${table}`;
}
