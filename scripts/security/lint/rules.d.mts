import type { Linter } from 'eslint';

export const securityRules: readonly (Linter.Config & { readonly rules: Linter.RulesRecord })[];
