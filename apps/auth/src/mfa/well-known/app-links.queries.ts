/** Of all apps that said so, in the order they were made. Sequential: a row for each app, and the answer is cached by who asks. */
export const ALL_APP_LINKS = `
  SELECT settings->'appLinks' AS links FROM auth_settings WHERE settings ? 'appLinks' ORDER BY app_id`;
