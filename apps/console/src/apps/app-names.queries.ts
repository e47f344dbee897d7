/** $1 ids. Index: app_pkey. */
export const APP_NAMES = `SELECT id, name FROM app WHERE id = ANY ($1::uuid[])`;
