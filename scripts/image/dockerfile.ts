/** One instruction of a Dockerfile, its words unread. */
export interface Instruction {
  readonly name: string;
  readonly rest: string;
}

export interface Stage {
  readonly name: string | undefined;
  readonly instructions: readonly Instruction[];
}

/** The instructions that a stage may have here. Another one is refused rather than passed over. */
const KNOWN = ['WORKDIR', 'ENV', 'COPY', 'RUN', 'USER', 'HEALTHCHECK', 'CMD'];

/** Reads what our Dockerfile is written in. @throws at an instruction that nobody here would carry out. */
export function parseDockerfile(text: string): Stage[] {
  const lines = text
    .split('\n')
    .filter((line) => !/^\s*(#|$)/.test(line))
    .join('\n')
    .replaceAll(/\\\n\s*/g, ' ')
    .split('\n');
  const stages: { name: string | undefined; instructions: Instruction[] }[] = [];
  for (const line of lines) {
    const [, name = '', rest = ''] = /^(\w+)\s+(.*)$/.exec(line) ?? [];
    if (name === 'FROM') stages.push({ name: / AS (\w+)$/.exec(rest)?.[1], instructions: [] });
    else if (stages.length === 0 && name === 'ARG') continue;
    else if (KNOWN.includes(name)) stages.at(-1)!.instructions.push({ name, rest });
    else throw new Error(`no step for this line of the Dockerfile: ${line}`);
  }
  return stages;
}

/** `A=1 B="2 3"` of an ENV. */
export function variablesIn(rest: string): Record<string, string> {
  const pairs = [...rest.matchAll(/(\w+)=(?:"([^"]*)"|(\S+))/g)];
  return Object.fromEntries(pairs.map(([, name, quoted, bare]) => [name!, quoted ?? bare!]));
}

/** The words of a command in its JSON form. @throws for the form that a shell would run: it would not hand on SIGTERM. */
export function execForm(rest: string): string[] {
  const words: unknown = JSON.parse(rest.slice(rest.indexOf('[')));
  if (!Array.isArray(words)) throw new Error(`no list of words: ${rest}`);
  return words.map(String);
}
