/** Who makes the first keys of an app makes others wait, and nobody who only refers to it. $1 app. Index: app_pkey. */
export const LOCK_APP = `SELECT id FROM app WHERE id = $1::uuid FOR NO KEY UPDATE`;
