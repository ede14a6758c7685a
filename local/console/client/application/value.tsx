import { dateTime } from '../lib/words.ts';
import { Data, Fact, Facts } from '../parts/text.tsx';
import { inWords, type Schema } from './open-api.ts';

// Values of an API, shown by what its schemas say of them.

const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;

export const isTime = (value: unknown): value is string => typeof value === 'string' && ISO_TIME.test(value);

/** @param around the object it is a member of: its currency says what an amount is in */
export function scalarText(value: unknown, schema: Schema | undefined, around: unknown, currency?: string): string {
  if (typeof value === 'number' && /minor units/i.test(schema?.description ?? '')) {
    const code = (around as { currency?: unknown })?.currency ?? currency;
    if (typeof code === 'string') return money(value, code);
  }
  if (isTime(value)) return dateTime(Date.parse(value));
  if (typeof value === 'number') return value.toLocaleString('en');
  if (Array.isArray(value)) return value.map((each) => scalarText(each, schema?.items, value, currency)).join(', ');
  if (typeof value === 'object' && value !== null) {
    const amounts = Object.entries(value);
    if (!/by currency/i.test(schema?.description ?? '')) return JSON.stringify(value);
    return amounts.map(([code, amount]) => (typeof amount === 'number' ? money(amount, code) : '')).join(', ');
  }
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return value === undefined || value === null ? '' : String(value);
}

/** Of minor units: 149700 EUR is €1,497.00. */
export function money(amount: number, currency: string): string {
  try {
    const format = new Intl.NumberFormat('en-GB', { style: 'currency', currency, currencyDisplay: 'code' });
    const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
    return format.format(amount / 10 ** digits);
  } catch {
    return `${amount} ${currency}`;
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isTable = (value: unknown): value is readonly Readonly<Record<string, unknown>>[] =>
  Array.isArray(value) && value.length > 0 && value.every(isObject);

const isAmounts = (name: string, schema: Schema | undefined): boolean =>
  /by currency/i.test(schema?.properties?.[name]?.description ?? '');

interface ObjectProps {
  readonly value: Readonly<Record<string, unknown>>;
  readonly schema: Schema | undefined;
  readonly currency?: string;
}

/** Plain members first, then tables of what there are several of. */
export function ObjectView({ value, schema, currency }: ObjectProps) {
  const code = typeof value.currency === 'string' ? value.currency : currency;
  const members = Object.entries(value).filter(
    ([, member]) => member !== null && member !== '' && !(Array.isArray(member) && member.length === 0),
  );
  const plain = members.filter(([name, member]) => !isTable(member) && (!isObject(member) || isAmounts(name, schema)));
  const nested = members.filter(([name, member]) => isObject(member) && !isAmounts(name, schema)) as [
    string,
    Readonly<Record<string, unknown>>,
  ][];
  const tables = members.filter(([, member]) => isTable(member));
  return (
    <>
      <section class="card">
        <Facts>
          {plain.map(([name, member]) => (
            <Fact key={name} name={inWords(name)}>
              <Data>{scalarText(member, schema?.properties?.[name], value, code)}</Data>
            </Fact>
          ))}
          {nested.map(([name, member]) => (
            <Fact key={name} name={inWords(name)}>
              {Object.entries(member).map(([each, inner]) => (
                <span key={each} class="nested">
                  <span class="quiet">{inWords(each)}</span>{' '}
                  <Data>{scalarText(inner, schema?.properties?.[name]?.properties?.[each], member, code)}</Data>
                </span>
              ))}
            </Fact>
          ))}
        </Facts>
      </section>
      <div class="columns">
        {tables.map(([name, member]) => {
          const rows = member as readonly Readonly<Record<string, unknown>>[];
          const itemSchema = schema?.properties?.[name]?.items;
          return (
            <section key={name} class="card" aria-label={inWords(name)}>
              <h2>{inWords(name)}</h2>
              {rows.every((row) => typeof row.at === 'string' && row.what !== undefined) ? (
                <Timeline entries={rows} />
              ) : (
                <Table rows={rows} schema={itemSchema} {...(code !== undefined && { currency: code })} />
              )}
            </section>
          );
        })}
      </div>
    </>
  );
}

function Table({
  rows,
  schema,
  currency,
}: {
  rows: readonly Readonly<Record<string, unknown>>[];
  schema: Schema | undefined;
  currency?: string;
}) {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return (
    <section class="plain-table" tabIndex={0} aria-label="Table">
      <table>
        <thead>
          <tr>
            {names.map((name) => (
              <th key={name} scope="col" class={rows.some((row) => typeof row[name] === 'number') ? 'end' : ''}>
                {inWords(name)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, 500).map((row, index) => (
            <tr key={index}>
              {names.map((name) => (
                <td key={name} class={typeof row[name] === 'number' ? 'end' : ''}>
                  <Data>{scalarText(row[name], schema?.properties?.[name], row, currency)}</Data>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** What happened, oldest first: entries with `at` and `what`. */
const Timeline = ({ entries }: { entries: readonly Readonly<Record<string, unknown>>[] }) => (
  <ol class="timeline">
    {entries.map((entry, index) => (
      <li key={index}>
        <time dateTime={String(entry.at)}>{dateTime(Date.parse(String(entry.at)))}</time>
        <strong>
          <Data>{String(entry.what)}</Data>
        </strong>
        {(entry.by !== undefined || entry.detail !== undefined) && (
          <Data>{[entry.by && `by ${entry.by}`, entry.detail].filter(Boolean).join(' · ')}</Data>
        )}
      </li>
    ))}
  </ol>
);
