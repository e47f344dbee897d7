/** $1 app. */
export const INSERT_APP = `INSERT INTO app (id, name, mode) VALUES ($1, 'bench', 'test')`;

/** $1 id, $2 app, $3 hash, $4 scopes. */
export const INSERT_KEY = `
  INSERT INTO api_key (id, app_id, kind, name, hint, hash, scopes) VALUES ($1, $2, 'secret', 'bench', 'sbk_', $3, $4)`;
