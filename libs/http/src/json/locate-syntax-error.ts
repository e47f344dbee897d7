/** Where JSON stops being JSON. Lines and columns count from 1, columns in UTF-16 units. */
export interface SyntaxErrorPlace {
  readonly line: number;
  readonly column: number;
  readonly expected: string;
}

const SPACE = /[ \t\n\r]*/y;
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const SCALAR = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-])/y;

type Expecting = 'value' | 'value or ]' | 'name' | 'name or }' | 'colon' | 'separator' | 'end';

const WORDS: Record<Expecting, string> = {
  value: 'a JSON value',
  'value or ]': 'a JSON value or "]"',
  name: 'a member name in double quotes',
  'name or }': 'a member name in double quotes or "}"',
  colon: '":"',
  separator: '"," or the end of the object or array',
  end: 'the end of the text',
};

/**
 * Finds the first place that breaks RFC 8259, or undefined when the text is JSON. Only run after `JSON.parse` refused:
 * V8 tells a position in some of its messages only, and a message is not something to parse.
 */
export function locateSyntaxError(text: string): SyntaxErrorPlace | undefined {
  const open: ('{' | '[')[] = [];
  let expecting: Expecting = 'value';
  let at = 0;
  const afterValue = (): Expecting => (open.length === 0 ? 'end' : 'separator');
  for (;;) {
    at = endOfMatch(SPACE, text, at) ?? at;
    const character = text[at];
    if (character === undefined) return expecting === 'end' ? undefined : place(text, at, WORDS[expecting]);
    let next: Expecting | undefined;
    let end: number | undefined = at + 1;
    if (expecting === 'value' || expecting === 'value or ]') {
      if (character === '{' || character === '[') {
        open.push(character);
        next = character === '{' ? 'name or }' : 'value or ]';
      } else if (character === ']' && expecting === 'value or ]') {
        open.pop();
        next = afterValue();
      } else {
        end = endOfMatch(character === '"' ? STRING : SCALAR, text, at);
        next = afterValue();
      }
    } else if (expecting === 'name' || expecting === 'name or }') {
      if (character === '}' && expecting === 'name or }') {
        open.pop();
        next = afterValue();
      } else {
        end = endOfMatch(STRING, text, at);
        next = 'colon';
      }
    } else if (expecting === 'colon' && character === ':') {
      next = 'value';
    } else if (expecting === 'separator' && character === ',') {
      next = open.at(-1) === '{' ? 'name' : 'value';
    } else if (expecting === 'separator' && character === (open.at(-1) === '{' ? '}' : ']')) {
      open.pop();
      next = afterValue();
    }
    if (next === undefined || end === undefined) return place(text, at, WORDS[expecting]);
    expecting = next;
    at = end;
  }
}

function endOfMatch(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

function place(text: string, at: number, expected: string): SyntaxErrorPlace {
  const before = text.slice(0, at);
  return { line: before.split('\n').length, column: at - before.lastIndexOf('\n'), expected };
}
