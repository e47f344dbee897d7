/** Index: app_pkey. */
export const READ_APP_NAME = `SELECT name FROM app WHERE id = $1`;
