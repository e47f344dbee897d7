/** One JSON object of a request, read field by field; names are in Braintree's snake case. */
export class Fields {
  private constructor(private readonly values: Readonly<Record<string, unknown>>) {}

  static of(value: unknown): Fields {
    return new Fields(isRecord(value) ? value : {});
  }

  has(name: string): boolean {
    return this.values[name] !== undefined && this.values[name] !== null;
  }

  /** Numbers are taken for text, as the gateway does; an empty text is none. */
  text(name: string): string | undefined {
    const value = this.values[name];
    if (typeof value === 'number') return String(value);
    return typeof value === 'string' && value !== '' ? value : undefined;
  }

  flag(name: string): boolean {
    return this.values[name] === true || this.values[name] === 'true';
  }

  child(name: string): Fields {
    return Fields.of(this.values[name]);
  }

  texts(name: string): string[] {
    const value = this.values[name];
    return Array.isArray(value) ? value.map(String) : [];
  }

  /** The elements of a list of objects. */
  children(name: string): Fields[] {
    const value = this.values[name];
    return Array.isArray(value) ? value.map((element) => Fields.of(element)) : [];
  }

  /** Every field that is a text, by its name. */
  allTexts(): Record<string, string> {
    const texts: Record<string, string> = {};
    for (const name of Object.keys(this.values)) {
      const text = this.text(name);
      if (text !== undefined) texts[name] = text;
    }
    return texts;
  }

  raw(): Readonly<Record<string, unknown>> {
    return this.values;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
