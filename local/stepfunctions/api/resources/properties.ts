/** Properties of a resource of a template, once they are known to be there and of the right type. */
export class Properties {
  readonly #values: Readonly<Record<string, unknown>>;
  readonly #where: string;

  constructor(values: Readonly<Record<string, unknown>>, where: string) {
    this.#values = values;
    this.#where = where;
  }

  text(name: string): string | undefined {
    const value = this.#values[name];
    if (value === undefined || typeof value === 'string') return value;
    throw new Error(`${this.#where}: ${name} must be a string`);
  }

  requiredText(name: string): string {
    const value = this.text(name);
    if (value === undefined) throw new Error(`${this.#where}: ${name} is missing`);
    return value;
  }

  /** Templates write numbers as text, too. */
  number(name: string): number | undefined {
    const value = this.#values[name];
    if (value === undefined) return undefined;
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    if (typeof number === 'number' && Number.isFinite(number)) return number;
    throw new Error(`${this.#where}: ${name} must be a number`);
  }

  boolean(name: string): boolean | undefined {
    const value = this.#values[name];
    if (value === undefined || typeof value === 'boolean') return value;
    if (value === 'true' || value === 'false') return value === 'true';
    throw new Error(`${this.#where}: ${name} must be true or false`);
  }

  object(name: string): Properties | undefined {
    const value = this.#values[name];
    if (value === undefined) return undefined;
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return new Properties(value as Record<string, unknown>, `${this.#where}: ${name}`);
    throw new Error(`${this.#where}: ${name} must be an object`);
  }

  list(name: string): Properties[] | undefined {
    const value = this.#values[name];
    if (value === undefined) return undefined;
    if (!Array.isArray(value)) throw new Error(`${this.#where}: ${name} must be a list`);
    return value.map((entry, index) => {
      if (typeof entry !== 'object' || entry === null)
        throw new Error(`${this.#where}: ${name}[${index}] must be an object`);
      return new Properties(entry as Record<string, unknown>, `${this.#where}: ${name}[${index}]`);
    });
  }

  texts(name: string): string[] | undefined {
    const value = this.#values[name];
    if (value === undefined) return undefined;
    if (Array.isArray(value) && value.every((entry) => typeof entry === 'string')) return value;
    throw new Error(`${this.#where}: ${name} must be a list of strings`);
  }

  raw(name: string): unknown {
    return this.#values[name];
  }

  names(): string[] {
    return Object.keys(this.#values).filter((name) => this.#values[name] !== undefined);
  }

  /** @throws Error naming the first property that is none of these */
  only(...names: readonly string[]): void {
    const other = this.names().find((name) => !names.includes(name));
    if (other !== undefined) throw new Error(`${this.#where}: ${other} is not supported`);
  }

  fail(message: string): never {
    throw new Error(`${this.#where}: ${message}`);
  }
}
