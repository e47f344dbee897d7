/**
 * A user in a session of theirs, and what they may do here; none when the session, or the user, is over. $1 user, $2 session. Indexes:
 * auth_user_pkey, auth_session_pkey, operator_pkey.
 */
export const FIND_OPERATOR = `
  SELECT u.email, o.role
  FROM auth_user u
  JOIN auth_session s ON s.id = $2 AND s.user_id = u.id
  LEFT JOIN operator o ON o.user_id = u.id
  WHERE u.id = $1 AND u.status = 'active' AND s.revoked_at IS NULL AND s.expires_at > now()`;
