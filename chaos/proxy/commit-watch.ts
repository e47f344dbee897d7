const SSL_REQUEST = 80_877_103;

/** Statements that change something and commit by themselves when no transaction is open. */
const WRITES = /^\s*(?:INSERT|UPDATE|DELETE|MERGE|WITH)\b/i;

/**
 * Reads what a client says to Postgres (PostgreSQL documentation, "Message Formats") and tells when it asks for a commit:
 * COMMIT in the simple or the extended protocol, or the Sync after a write outside a transaction, which commits too.
 */
export class CommitWatch {
  private rest: Buffer = Buffer.alloc(0);
  private greeted = false;
  private inTransaction = false;
  private parsed = '';
  private due = false;

  /** @returns whether a commit was asked for in this piece of the stream. */
  sees(chunk: Buffer): boolean {
    this.rest = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    let commits = false;
    for (let message = this.take(); message !== undefined; message = this.take()) {
      if (this.hear(message.type, message.body)) commits = true;
    }
    return commits;
  }

  /** The next whole message. The first ones have no type: a request for SSL, then the greeting. */
  private take(): { type: string; body: Buffer } | undefined {
    const head = this.greeted ? 1 : 0;
    if (this.rest.length < head + 4) return undefined;
    const end = head + this.rest.readInt32BE(head);
    if (this.rest.length < end) return undefined;
    const message = {
      type: this.greeted ? String.fromCharCode(this.rest[0]!) : '',
      body: this.rest.subarray(head + 4, end),
    };
    if (!this.greeted) this.greeted = message.body.readInt32BE(0) !== SSL_REQUEST;
    this.rest = this.rest.subarray(end);
    return message;
  }

  private hear(type: string, body: Buffer): boolean {
    switch (type) {
      case 'Q':
        return this.runs(textAt(body, 0));
      case 'P':
        this.parsed = textAt(body, body.indexOf(0) + 1);
        return false;
      case 'E':
        if (this.runs(this.parsed)) this.due = true;
        return false;
      case 'S': {
        const commits = this.due;
        this.due = false;
        return commits;
      }
      default:
        return false;
    }
  }

  private runs(statement: string): boolean {
    if (/^\s*BEGIN\b/i.test(statement)) this.inTransaction = true;
    if (/^\s*ROLLBACK\s*;?\s*$/i.test(statement)) this.inTransaction = false;
    if (/^\s*COMMIT\b/i.test(statement)) {
      this.inTransaction = false;
      return true;
    }
    return !this.inTransaction && WRITES.test(statement);
  }
}

function textAt(body: Buffer, start: number): string {
  return body.toString('utf8', start, body.indexOf(0, start));
}
