/** $1 app, $2 user, $3 how many. Index: one_time_token_user_id_idx. */
export const ERASE_TOKENS = `
  DELETE FROM one_time_token WHERE hash IN (
    SELECT hash FROM one_time_token WHERE app_id = $1 AND user_id = $2 LIMIT $3)`;

/** $1 app, $2 user, $3 how many. Sequential: the table holds what is not sent yet. */
export const ERASE_MAILS = `
  DELETE FROM auth_mail WHERE id IN (SELECT id FROM auth_mail WHERE app_id = $1 AND user_id = $2 LIMIT $3)`;
