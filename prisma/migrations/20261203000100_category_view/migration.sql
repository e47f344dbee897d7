-- For the version before alone, whose workers ask this name for the guarantee of a category while both run: the policy in force, under the
-- name and in the form of the table that it was in. To be dropped with the release after this one.
CREATE VIEW "category" AS
SELECT p."app_id", c."key" AS "name", c."value" ->> 'guarantee' AS "guarantee", p."at" AS "updated_at"
FROM (SELECT DISTINCT ON ("app_id") * FROM "push_policy" ORDER BY "app_id", "version" DESC) p
CROSS JOIN LATERAL jsonb_each(p."document" -> 'categories') c;
