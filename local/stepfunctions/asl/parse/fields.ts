import type { QueryLanguage } from '../definition.ts';
import { isJsonObject, type Json, type JsonObject } from '../json.ts';
import type { Problem } from '../problem.ts';
import type { TaskResource } from '../resource.ts';

/** What is known while a definition is read. */
export interface Reading {
  readonly problems: Problem[];
  /** The type of the execution that runs what is being read: a Distributed Map can run its items as Express. */
  readonly type: 'STANDARD' | 'EXPRESS';
  /** The machine's own QueryLanguage: the one that a state has that does not say. */
  readonly language: QueryLanguage;
  readonly refusal?: ((resource: TaskResource) => string | undefined) | undefined;
  /** There is only one state, so that its transitions lead nowhere. */
  readonly singleState: boolean;
  /** Where each state name and each label of the whole machine was first seen. */
  readonly stateNames: Map<string, string>;
  readonly labels: Map<string, string>;
}

interface Range {
  readonly minimum?: number;
  readonly maximum?: number;
  /** How AWS prints the limits: `0.0` for fields that take fractions. */
  readonly fraction?: boolean;
}

/**
 * Reads the fields of one object of a definition. What is wrong with a value is recorded as a problem, and reading goes
 * on as if the field were not there, so that all problems of a definition are found at once.
 */
export class Fields {
  readonly object: JsonObject;
  readonly location: string;
  readonly language: QueryLanguage;
  readonly reading: Reading;
  readonly #known = new Set<string>();

  constructor(object: JsonObject, location: string, language: QueryLanguage, reading: Reading) {
    this.object = object;
    this.location = location;
    this.language = language;
    this.reading = reading;
  }

  /** The location of a field, as AWS writes it: `/States/A/Catch[0]/Next`; names are not escaped. */
  at(name: string): string {
    return `${this.location === '/' ? '' : this.location}/${name}`;
  }

  problem(message: string, location = this.location, code = 'SCHEMA_VALIDATION_FAILED'): undefined {
    this.reading.problems.push({ severity: 'ERROR', code, message, location });
    return undefined;
  }

  /** Allowed, but hardly meant. */
  warning(code: string, message: string, location: string): void {
    this.reading.problems.push({ severity: 'WARNING', code, message, location });
  }

  has(name: string): boolean {
    return Object.hasOwn(this.object, name);
  }

  /** The value of a field; undefined if absent. */
  take(name: string): Json | undefined {
    this.#known.add(name);
    return this.has(name) ? this.object[name] : undefined;
  }

  string(name: string, values?: readonly string[]): string | undefined {
    const value = this.take(name);
    if (value === undefined) return undefined;
    if (typeof value !== 'string') return this.problem('Expected value of type String', this.at(name));
    if (values && !values.includes(value))
      return this.problem(`The field '${name}' should have one of these values: [${values.join(', ')}]`, this.at(name));
    return value;
  }

  boolean(name: string): boolean | undefined {
    const value = this.take(name);
    if (value === undefined || typeof value === 'boolean') return value;
    return this.problem('Expected value of type Boolean', this.at(name));
  }

  /** A number that has to be whole unless `fraction`. */
  number(name: string, range: Range = {}): number | undefined {
    const value = this.take(name);
    if (value === undefined) return undefined;
    if (typeof value !== 'number' || (!range.fraction && !Number.isInteger(value)))
      return this.problem(`Expected value of type ${range.fraction ? 'Number' : 'Integer'}`, this.at(name));
    const print = (limit: number) => (range.fraction ? limit.toFixed(1) : String(limit));
    if (range.minimum !== undefined && value < range.minimum)
      return this.problem(`Minimum value is ${print(range.minimum)}`, this.at(name));
    if (range.maximum !== undefined && value > range.maximum)
      return this.problem(`Maximum value is ${print(range.maximum)}`, this.at(name));
    return value;
  }

  child(name: string): Fields | undefined {
    const value = this.take(name);
    if (value === undefined) return undefined;
    if (!isJsonObject(value)) return this.problem('Expected value of type Object', this.at(name));
    return new Fields(value, this.at(name), this.language, this.reading);
  }

  array(name: string): readonly Json[] | undefined {
    const value = this.take(name);
    if (value === undefined) return undefined;
    return Array.isArray(value) ? value : this.problem('Expected value of type Array', this.at(name));
  }

  /** The objects of a list, which may not be empty unless `empty`. */
  children(name: string, empty = false): Fields[] | undefined {
    const list = this.array(name);
    if (!list) return undefined;
    if (list.length === 0 && !empty) return this.problem('Value cannot be empty', this.at(name));
    return list.flatMap((entry, index) => {
      const location = `${this.at(name)}[${index}]`;
      if (isJsonObject(entry)) return [new Fields(entry, location, this.language, this.reading)];
      this.problem('Expected value of type Object', location);
      return [];
    });
  }

  strings(name: string, empty = false): string[] | undefined {
    const list = this.array(name);
    if (!list) return undefined;
    if (list.length === 0 && !empty) return this.problem('Value cannot be empty', this.at(name));
    return list.filter((entry, index): entry is string => {
      if (typeof entry !== 'string') this.problem('Expected value of type String', `${this.at(name)}[${index}]`);
      return typeof entry === 'string';
    });
  }

  required(...names: string[]): void {
    const missing = names.filter((name) => !this.has(name));
    if (missing.length > 0) this.problem(`These fields are required: [${missing.join(', ')}]`);
  }

  /** Of these fields no two. */
  atMostOne(...names: string[]): void {
    for (const name of names) this.#known.add(name);
    if (names.filter((name) => this.has(name)).length > 1)
      this.problem(`There should only be one of the following fields: [${names.join(', ')}]`);
  }

  exactlyOne(...names: string[]): void {
    this.atMostOne(...names);
    if (!names.some((name) => this.has(name)))
      this.problem(`There must be one of the following fields: [${names.join(', ')}]`);
  }

  /** @returns whether the state's language is this; if not, the fields are reported as belonging to the other one */
  only(language: QueryLanguage, ...names: string[]): boolean {
    if (this.language === language) return true;
    for (const name of names)
      if (this.take(name) !== undefined)
        this.problem(
          `The QueryLanguage is set to '${this.language}', but field '${name}' is only supported for the '${language}' QueryLanguage`,
        );
    return false;
  }

  /** Reports every field that nobody asked for. */
  finish(): void {
    for (const name of Object.keys(this.object))
      if (!this.#known.has(name)) this.problem(`Field '${name}' is not supported`);
  }
}
