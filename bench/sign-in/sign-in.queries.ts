/** What the benchmark of sign-in begins with, put where the service would have put it. */
export const INSERT_SIGN_IN_APP = `INSERT INTO app (id, name, mode) VALUES ($1, 'bench', 'test')`;

export const INSERT_SIGN_IN_USER = `
  INSERT INTO auth_user (id, app_id, email, email_key, email_verified_at) VALUES ($1, $2, 'ann@example.com', 'ann@example.com', now())`;

export const INSERT_SIGN_IN_CLIENT = `
  INSERT INTO oauth_client (id, app_id, name, kind, secret_hash, redirect_uris, post_logout_redirect_uris, scopes, resources, dpop_required)
  VALUES ($1, $2, 'bench', $3, $4, $5, '{}', $6, '{}', false)`;

/** Devices that are signed in, $1 their ids, each with its grant and one refresh token. */
export const INSERT_SESSIONS = `
  INSERT INTO auth_session (id, app_id, user_id, client_id, auth_time, acr, amr, activated_at, expires_at)
  SELECT id, $2, $3, $4, now(), 'urn:signalbox:1fa', '{pwd}', now(), now() + interval '1 year' FROM unnest($1::uuid[]) AS id`;

export const INSERT_RECORDS = `
  INSERT INTO oidc_record (kind, id, grant_id, payload, expires_at)
  SELECT kind, id, grant_id, payload, now() + interval '60 days'
    FROM unnest($1::text[], $2::bytea[], $3::uuid[], $4::jsonb[]) AS record (kind, id, grant_id, payload)`;

/** People who signed in nowhere yet, $1 their ids; they have one password. */
export const INSERT_PEOPLE = `
  INSERT INTO auth_user (id, app_id, email, email_key, email_verified_at, password_hash)
  SELECT id, $2, id || '@example.com', id || '@example.com', now(), $3 FROM unnest($1::uuid[]) AS id`;
