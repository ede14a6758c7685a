import { useId } from 'preact/hooks';
import { useLoad } from '../lib/load.ts';
import { type Collection, useApplication } from '../parts/application.tsx';
import { callRoute, type FieldProblem } from './call-route.ts';
import { itemsIn } from './collection-view.tsx';
import { collectionRoutes, inWords, memberAt, type Schema } from './open-api.ts';

type Choices = NonNullable<Collection['choices']>;

interface FieldProps {
  readonly name: string;
  readonly schema: Schema;
  readonly value: unknown;
  readonly onValue: (value: unknown) => void;
  /** The JSON pointer of the field. */
  readonly pointer: string;
  readonly problems: readonly FieldProblem[];
  readonly choices: Choices;
  readonly isRequired: boolean;
}

/** A field for whatever a schema describes: an object and a list hold further fields. */
export function Field(props: FieldProps) {
  const { schema } = props;
  if (schema.properties) return <ObjectField {...props} />;
  if (schema.type === 'array') return <ListField {...props} />;
  return <ScalarField {...props} />;
}

function ObjectField({ name, schema, value, onValue, pointer, isRequired, ...rest }: FieldProps) {
  const members = (value ?? {}) as Readonly<Record<string, unknown>>;
  const fields = Object.entries(schema.properties ?? {}).map(([member, each]) => (
    <Field
      {...rest}
      key={member}
      name={member}
      schema={each}
      value={members[member]}
      onValue={(changed) => onValue({ ...members, [member]: changed })}
      pointer={`${pointer}/${member}`}
      isRequired={isRequired && (schema.required?.includes(member) ?? false)}
    />
  ));
  if (name === '') return <div class="fields">{fields}</div>;
  return (
    <fieldset class="fields">
      <legend>{inWords(name)}</legend>
      {fields}
    </fieldset>
  );
}

function ListField({ name, schema, value, onValue, pointer, ...rest }: FieldProps) {
  const items = Array.isArray(value) ? (value as unknown[]) : [];
  const change = (index: number, changed: unknown): void => onValue(items.with(index, changed));
  return (
    <fieldset class="list-field">
      <legend>
        {inWords(name)} <small class="quiet">{schema.description}</small>
      </legend>
      {items.map((item, index) => (
        <div key={index} class="entry">
          <Field
            {...rest}
            name={schema.items?.properties ? '' : `${name} ${index + 1}`}
            schema={schema.items ?? {}}
            value={item}
            onValue={(changed) => change(index, changed)}
            pointer={`${pointer}/${index}`}
            isRequired
          />
          <button
            type="button"
            class="quiet small"
            onClick={() => onValue(items.toSpliced(index, 1))}
            aria-label={`Remove ${name} ${index + 1}`}
          >
            ✕
          </button>
        </div>
      ))}
      <button type="button" class="small" onClick={() => onValue([...items, schema.items?.properties ? {} : ''])}>
        Add
      </button>
    </fieldset>
  );
}

function ScalarField({ name, schema, value, onValue, pointer, problems, choices, isRequired }: FieldProps) {
  const id = useId();
  const problem = problems.find((each) => each.pointer === pointer);
  const isNumber = schema.type === 'number' || schema.type === 'integer';
  const isObject = schema.type === 'object';
  const shared = {
    id,
    required: isRequired,
    'aria-invalid': problem !== undefined,
    'aria-describedby': `${id}-about`,
  };
  const choice = choices[name];
  return (
    <div class={`field ${problem ? 'wrong' : ''}`}>
      <label for={id}>
        {inWords(name)}
        {!isRequired && <small class="quiet"> optional</small>}
      </label>
      {choice ? (
        <ChoiceField shared={shared} choice={choice} value={String(value ?? '')} onValue={onValue} />
      ) : schema.enum ? (
        <select {...shared} value={String(value ?? '')} onChange={({ currentTarget }) => onValue(currentTarget.value)}>
          <option value="" />
          {schema.enum.map((each) => (
            <option key={String(each)}>{String(each)}</option>
          ))}
        </select>
      ) : schema.type === 'boolean' ? (
        <input
          {...shared}
          type="checkbox"
          required={false}
          checked={value === true}
          onChange={({ currentTarget }) => onValue(currentTarget.checked)}
        />
      ) : isNumber ? (
        <input
          {...shared}
          type="number"
          step="any"
          value={value === undefined ? '' : String(value)}
          onInput={({ currentTarget }) => onValue(currentTarget.value === '' ? undefined : currentTarget.valueAsNumber)}
        />
      ) : (
        <input
          {...shared}
          value={isObject ? JSON.stringify(value ?? {}) : String(value ?? '')}
          onInput={({ currentTarget }) => onValue(isObject ? parsed(currentTarget.value) : currentTarget.value)}
        />
      )}
      <small id={`${id}-about`} class={problem ? 'problem' : 'quiet'}>
        {problem?.detail ?? schema.description}
      </small>
    </div>
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

interface ChoiceProps {
  readonly shared: { readonly id: string; readonly required: boolean };
  readonly choice: Choices[string];
  readonly value: string;
  readonly onValue: (value: unknown) => void;
}

/** One of the entries of another collection: a product of the catalogue. */
function ChoiceField({ shared, choice, value, onValue }: ChoiceProps) {
  const application = useApplication();
  const { list } = collectionRoutes(application.openApi, choice.from);
  const items = useLoad(choice.from, async () =>
    list ? itemsIn(await callRoute<unknown>(application, list), list.answer).items : [],
  );
  return (
    <select {...shared} value={value} onChange={({ currentTarget }) => onValue(currentTarget.value)}>
      <option value="">Choose …</option>
      {(items.value ?? []).map((item) => {
        const key = String(memberAt(item, choice.value));
        return (
          <option key={key} value={key}>
            {String(memberAt(item, choice.label) ?? key)} ({key})
          </option>
        );
      })}
    </select>
  );
}
