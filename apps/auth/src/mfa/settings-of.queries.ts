/** $1 app. Index: app_pkey. */
export const APP_NAME = `SELECT name FROM app WHERE id = $1`;
