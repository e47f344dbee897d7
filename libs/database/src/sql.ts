/** The rows and count of one statement. */
export interface SqlResult<Row> {
  readonly rows: Row[];
  readonly rowCount: number;
}

/**
 * The one door to SQL. Two adapters stand behind it (`pg` for hot paths, a Prisma transaction for ordinary routes), so
 * that `append` and `enqueue` join whichever transaction their caller has open.
 */
export interface Sql {
  query<Row = Record<string, unknown>>(text: string, params?: readonly unknown[]): Promise<SqlResult<Row>>;
}

/** A pool of connections that can also run a transaction. */
export interface Database extends Sql {
  /** Runs `work` between BEGIN and COMMIT; anything thrown rolls back and is thrown on. */
  transaction<Result>(work: (tx: Sql) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}
