import { createConfig, lint } from '@redocly/openapi-core';

/** Rules of Redocly's `recommended` that do not fit us, each with why. */
const NOT_OURS = {
  // Every operation has `default`, which is a problem whatever its status.
  'operation-4xx-response': 'off',
  // /{id}/replay and /runs/{id}: an id has a prefix, so none is `runs`.
  'no-ambiguous-paths': 'off',
} as const;

/**
 * What is wrong with an OpenAPI or AsyncAPI document, by the rules of its specification and by Redocly's recommended ones; warnings
 * count. One line for each finding.
 */
export async function findings(file: string): Promise<string[]> {
  const config = await createConfig({ extends: ['recommended'], rules: NOT_OURS });
  const problems = await lint({ ref: file, config });
  return problems.map(({ ruleId, message, location }) => `${location[0]?.pointer ?? '#/'}: ${message} (${ruleId})`);
}
