import type { z } from 'zod';
import { jsonPointer } from './json-pointer.js';
import type { ProblemError } from '@signalbox/contracts';

type Part = ProblemError['in'];
type Issue = z.core.$ZodIssue;

/**
 * Every zod issue as a pointer and a reason: unknown members one by one, unions by the branch that was meant. Needs
 * issues made with `reportInput`.
 */
export function zodErrors(issues: readonly Issue[], part: Part): ProblemError[] {
  return issues.flatMap((issue) => errorsOf(issue, [], part));
}

function errorsOf(issue: Issue, prefix: readonly PropertyKey[], part: Part): ProblemError[] {
  const path = [...prefix, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ ...where(part, [...path, key]), reason: 'is not a known field' }));
  }
  if (issue.code === 'invalid_union') {
    const meant = branchThatWasMeant(issue.errors);
    if (meant !== undefined) return meant.flatMap((inner) => errorsOf(inner, path, part));
  }
  return [{ ...where(part, path), reason: reasonOf(issue, path) }];
}

function reasonOf(issue: Issue, path: readonly PropertyKey[]): string {
  if (issue.code !== 'invalid_type' || issue.input !== undefined) return issue.message;
  return path.length === 0 ? 'a JSON body is required' : 'is required';
}

/**
 * Of a union's branches the one that came furthest: it did not fail at its root, and has the fewest issues. Who wrote
 * `{"userId": 1}` reads that userId must be a string, not that no branch matched.
 */
function branchThatWasMeant(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  return branches
    .filter(
      (issues) =>
        issues.length > 0 && !issues.some((issue) => issue.path.length === 0 && issue.code === 'invalid_type'),
    )
    .sort((left, right) => left.length - right.length)[0];
}

function where(part: Part, path: readonly PropertyKey[]): Pick<ProblemError, 'in' | 'pointer'> {
  const pointer = jsonPointer(path);
  return part === undefined ? { pointer } : { in: part, pointer };
}
