/** $1 app, $2 name, $3 guarantee. `changed` is false when it was so before. Index: category_pkey. */
export const PUT_CATEGORY = `
  WITH before AS (SELECT guarantee FROM category WHERE app_id = $1 AND name = $2)
  INSERT INTO category (app_id, name, guarantee) VALUES ($1, $2, $3)
  ON CONFLICT (app_id, name) DO UPDATE
    SET guarantee = excluded.guarantee,
      updated_at = CASE WHEN category.guarantee = excluded.guarantee THEN category.updated_at ELSE now() END
  RETURNING name, guarantee, updated_at AS "updatedAt", guarantee IS DISTINCT FROM (SELECT guarantee FROM before) AS changed`;

/** $1 app. Index: category_pkey. */
export const CATEGORIES = `
  SELECT name, guarantee, updated_at AS "updatedAt" FROM category WHERE app_id = $1 ORDER BY name`;
