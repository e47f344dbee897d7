import type { Sql } from './sql.js';

/** Something that may have happened, and mostly has not. */
export interface Question {
  /** An expression for yes or no that finds out by an index and locks nothing; `$1` and so on are its own parameters. */
  readonly asks: string;
  readonly params?: readonly unknown[];
}

interface Asked extends Question {
  readonly answer: PromiseWithResolvers<boolean>;
}

/** Milliseconds that a question waits for the others' answers: one may stand behind a lock that is no matter of the rest. */
const PATIENCE_MS = 500;

const BEGINNING = 'SELECT ARRAY[';

const tables = new WeakMap<Sql, Table>();

/**
 * Asks a question, in one statement with all that others ask in the same turn of the event loop: a process at rest that asks ten things
 * each second is woken by one answer, and so is Postgres. Where that fails, or takes long, each is asked alone, so that none of them
 * depends on what another one is about.
 *
 * @throws what the question's own statement does.
 */
export function askTogether(sql: Sql, question: Question): Promise<boolean> {
  const table = tables.get(sql) ?? new Table(sql);
  tables.set(sql, table);
  return table.ask(question);
}

/** Whether a statement was made here. There are few of them, and each comes again and again. */
export function isAskedTogether(text: string): boolean {
  return text.startsWith(BEGINNING);
}

class Table {
  /** By what is asked: who asks the same shares the answer. */
  private asked = new Map<string, Asked>();
  private isWaiting = false;

  constructor(private readonly sql: Sql) {}

  ask(question: Question): Promise<boolean> {
    const key = JSON.stringify([question.asks, question.params]);
    const known = this.asked.get(key);
    if (known !== undefined) return known.answer.promise;
    const asked = { ...question, answer: Promise.withResolvers<boolean>() };
    if (this.asked.size === 0) setImmediate(() => this.send());
    this.asked.set(key, asked);
    return asked.answer.promise;
  }

  private send(): void {
    // In one order, so that the same questions are the same statement.
    const asked = [...this.asked.values()].sort((one, another) => (one.asks < another.asks ? -1 : 1));
    this.asked = new Map();
    // Behind one that is not answered nobody queues up: each round would keep another connection.
    if (asked.length === 1 || this.isWaiting) this.sendOneByOne(asked);
    else this.sendTogether(asked);
  }

  private sendTogether(asked: readonly Asked[]): void {
    let isOver = false;
    const giveUp = (): void => {
      if (!isOver) this.sendOneByOne(asked);
      isOver = true;
    };
    const timer = setTimeout(giveUp, PATIENCE_MS);
    this.isWaiting = true;
    void query(this.sql, asked)
      .then((answers) => {
        isOver = true;
        for (const [index, { answer }] of asked.entries()) answer.resolve(answers[index]!);
      }, giveUp)
      .finally(() => {
        clearTimeout(timer);
        this.isWaiting = false;
      });
  }

  private sendOneByOne(asked: readonly Asked[]): void {
    for (const each of asked) {
      query(this.sql, [each]).then((answers) => each.answer.resolve(answers[0]!), each.answer.reject);
    }
  }
}

async function query(sql: Sql, questions: readonly Question[]): Promise<readonly boolean[]> {
  const params: unknown[] = [];
  const asked = questions.map(({ asks, params: own = [] }) => {
    const before = params.length;
    params.push(...own);
    return `(${asks.replaceAll(/\$(\d+)/g, (_, number: string) => `$${before + Number(number)}`)}) IS TRUE`;
  });
  const { rows } = await sql.query<{ answers: boolean[] }>(`${BEGINNING}${asked.join(', ')}] AS answers`, params);
  return rows[0]!.answers;
}
