import type { CountedStatement } from '@signalbox/testing';

/** How often each part of the way was gone. */
export interface Turns {
  /** Commits in which notifications were accepted. */
  readonly accepts: number;
  /** Work rows that were routed. */
  readonly routes: number;
  /** Work rows that a job of their own brought to be sent; all others were handed on inside of the process that routed them. */
  readonly sends: number;
  /** Commits in which outcomes were recorded. */
  readonly records: number;
  /** Work rows that were handed on and lay for so long before they were begun that what routing had read was read again. */
  readonly readAgain?: number;
}

interface Asked {
  readonly text: RegExp;
  /** How often, however many notifications there are in each. */
  readonly times: (turns: Turns) => number;
}

/** Where what routing read is not at hand. */
const readBySends = ({ sends, readAgain = 0 }: Turns): number => sends + readAgain;

/** Only asked where a row is not as fresh from routing as it comes. */
export const SETTLED_ALREADY = 'read what is settled already';

/** All that is asked for the sake of notifications, from their door to their outcome. */
const WAY: Readonly<Record<string, Asked>> = {
  'accept notifications': { text: /INSERT INTO idem /, times: ({ accepts }) => accepts },
  'claim a work row': { text: /^UPDATE push_work SET lease_token/, times: ({ routes, sends }) => routes + sends },
  'read notifications': {
    text: /content, dek_id AS "dekId" FROM event_log/,
    times: ({ routes, sends, readAgain = 0 }) => routes + sends + readAgain,
  },
  'look up devices, credentials, policies and preferences': {
    text: /^WITH asked .* JOIN device d/,
    times: ({ routes }) => routes,
  },
  'end a routed row and make what is to be sent': {
    text: /^WITH ended AS .* INSERT INTO push_work/,
    times: ({ routes }) => routes,
  },
  'ask for a hold': { text: /^SELECT lane, reason, .* FROM hold /, times: readBySends },
  'read devices': { text: /FROM device WHERE id = ANY/, times: readBySends },
  [SETTLED_ALREADY]: { text: /^SELECT id, state, attempt FROM delivery/, times: readBySends },
  'ask for a changed credential': { text: /^SELECT app_id, id, version FROM credential/, times: readBySends },
  'record outcomes': { text: /^WITH input .* INSERT INTO delivery/, times: ({ records }) => records },
};

/** What a process asks by the clock, whatever is sent, and so is no cost of a notification. Named by when it is. */
const AT_REST: Readonly<Record<string, RegExp>> = {
  'each second, and as often as readers of the feed look: is there anything for anybody?': /^SELECT ARRAY\[/,
  'what is due is offered again': /^WITH lag AS/,
  'each five seconds: all leases of a process together': /^WITH free AS/,
  'an API key, at most once a second': /FROM api_key k/,
  'each five seconds: the last requests of the keys that were used': /api_key_trail/,
  'each five seconds: does Postgres answer, and is its clock ours?': /^SELECT \(extract\(.* FROM clock_timestamp\(\)\)/,
  'readers of the feed, each quarter of a second or so': /\bconsumer\b|FROM feed_generation|^WITH slice AS/,
  'figures for Prometheus, and whether Postgres answers, each five seconds':
    /FROM push_work due GROUP BY|FROM hold h|FROM dead_letter WHERE resolution IS NULL GROUP BY|FROM deletion_guard WHERE|FROM delivery_default|clock_timestamp\(\)\) \* \d+/,
  'the board of dead letters, each five seconds': /pg_try_advisory_xact_lock|FROM dead_letter WHERE .* queue = ANY/,
  'schedules and requests for personal data, each second': /FROM schedule WHERE state|FROM data_request_step/,
  'figures for the charts of the console, each ten seconds in which something was accepted or sent':
    /^INSERT INTO push_(figure|breaker)/,
  'what was sent is told to the deletion guards, each minute': /deletion_guard g|INTO deletion_guard_hour/,
  'each five minutes: does what must hold hold?':
    /^SELECT to_jsonb\(violation\)|^(SAVEPOINT|ROLLBACK TO SAVEPOINT) reading|statement_timeout/,
  'around transactions, of routing and of all of these': /^(BEGIN|COMMIT)$/,
};

/** Statements that change work rows because time passes: those offered again, and those whose lease is renewed. */
const BY_THE_CLOCK = /^WITH lag AS|^WITH free AS/;

/** How many work rows were changed because time passed, and in how many commits. */
export function changedByTheClock(statements: readonly CountedStatement[]): { rows: number; commits: number } {
  const changing = statements.filter(({ text, rows }) => BY_THE_CLOCK.test(text) && rows > 0);
  return {
    rows: changing.reduce((sum, { rows }) => sum + rows, 0),
    commits: changing.reduce((sum, { calls, rows }) => sum + Math.min(calls, rows), 0),
  };
}

/** How often each statement of the way was asked, by its name; one that is not known by its text. */
export function askedOnTheWay(statements: readonly CountedStatement[]): Record<string, number> {
  const asked: Record<string, number> = {};
  for (const { text, calls } of statements) {
    if (Object.values(AT_REST).some((rest) => rest.test(text))) continue;
    const name = Object.keys(WAY).find((each) => WAY[each]!.text.test(text)) ?? text;
    asked[name] = (asked[name] ?? 0) + calls;
  }
  return asked;
}

/** How often it should have been. */
export function dueOnTheWay(turns: Turns): Record<string, number> {
  const due = Object.entries(WAY).map(([name, { times }]) => [name, times(turns)] as const);
  return Object.fromEntries(due.filter(([, times]) => times > 0));
}

/** The last statement of the chores that a process does when it starts. */
export const ENDS_STARTING = /^DELETE FROM deletion_guard_hour/;
