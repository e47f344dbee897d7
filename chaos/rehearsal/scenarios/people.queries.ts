/** As if it had been asked for so much earlier. $1 request, $2 hours. Index: data_request_pkey. */
export const AGE_REQUEST = `
  UPDATE data_request SET requested_at = requested_at - $2 * interval '1 hour', due_at = due_at - $2 * interval '1 hour'
  WHERE id = $1`;
