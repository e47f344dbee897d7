/** The `code` of a system error such as ENOENT. Looks at the property, so errors of another realm count as well. */
export function systemErrorCode(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}
