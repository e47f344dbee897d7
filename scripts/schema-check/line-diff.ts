/**
 * The lines that only one of two texts has: `-` for the first, `+` for the second, each behind the unindented line that
 * it stands under. Ample for a catalog, where every line is a statement of its own. Empty only for equal texts.
 */
export function lineDiff(before: string, after: string): string[] {
  if (before === after) return [];
  const left = sectioned(before);
  const right = sectioned(after);
  const gone = left.filter((line) => !right.includes(line)).map((line) => `- ${line}`);
  const fresh = right.filter((line) => !left.includes(line)).map((line) => `+ ${line}`);
  if (gone.length + fresh.length === 0) return ['the same lines in another order'];
  return [...gone, ...fresh].sort((one, other) => compareText(one.slice(2), other.slice(2)));
}

function sectioned(text: string): string[] {
  let section = '';
  return text.split('\n').flatMap((line) => {
    if (line.trim() === '') return [];
    if (!line.startsWith(' ')) {
      section = line.split(',')[0]!;
      return [line];
    }
    return [`${section} | ${line.trim()}`];
  });
}

function compareText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
