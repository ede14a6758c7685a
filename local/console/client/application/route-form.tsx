import { useState } from 'preact/hooks';
import { linkTo, navigate } from '../lib/router.ts';
import { type Collection, useApplication } from '../parts/application.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { say } from '../parts/notices.tsx';
import { callRoute, type FieldProblem, RouteError } from './call-route.ts';
import { Field } from './fields.tsx';
import { collectionRoutes, idMember, type Route, type Schema } from './open-api.ts';

interface RouteFormProps {
  readonly collection: Collection;
  readonly route: Route;
  /** Values of the path's parameters. */
  readonly path?: Readonly<Record<string, string>>;
  /** What is there now, to begin with. */
  readonly value?: Readonly<Record<string, unknown>>;
  readonly onClose: () => void;
  readonly onDone?: () => void;
}

/** A form made from the schema of a route's body. What the API refuses is said at the field. */
export function RouteForm({ collection, route, path = {}, value, onClose, onDone }: RouteFormProps) {
  const application = useApplication();
  const isCreation =
    route === collectionRoutes(application.openApi, collection.path).create || route.path === collection.path;
  const [body, setBody] = useState<unknown>(() => initial(route.body, isCreation ? collection.example : value));
  const [headers, setHeaders] = useState<Readonly<Record<string, string>>>(() =>
    Object.fromEntries(headersOf(route).map(({ name }) => [name, crypto.randomUUID()])),
  );
  const [error, setError] = useState<Error>();
  const problems = error instanceof RouteError ? error.problems : [];
  const [isBusy, setBusy] = useState(false);
  const send = async (): Promise<void> => {
    setError(undefined);
    setBusy(true);
    try {
      const answer = await callRoute<Readonly<Record<string, unknown>>>(application, route, {
        path,
        headers,
        ...(route.body && { body: without(body) }),
      });
      onClose();
      onDone?.();
      say('Done');
      const id = answer[idMember(application.openApi, collection.path)];
      if (isCreation && typeof id === 'string') navigate(linkTo('app', collection.path.slice(1), id));
    } catch (refusal) {
      setError(refusal as Error);
      setBusy(false);
    }
  };
  return (
    <Dialog title={route.title} onClose={onClose} wide>
      <p class="quiet">
        {route.summary}. {route.description}
      </p>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        {route.body && (
          <Field
            name=""
            schema={route.body}
            value={body}
            onValue={setBody}
            pointer=""
            problems={problems}
            choices={collection.choices ?? {}}
            isRequired
          />
        )}
        {headersOf(route).map(({ name, description }) => (
          <label key={name} class="field">
            <span>{name}</span>
            <input
              required
              value={headers[name] ?? ''}
              onInput={({ currentTarget }) => setHeaders({ ...headers, [name]: currentTarget.value })}
            />
            {description !== undefined && <small class="quiet">{description}</small>}
          </label>
        ))}
        {error && <Refusal error={error} problems={problems} />}
        <div class="buttons end">
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" class="primary" disabled={isBusy} aria-busy={isBusy}>
            {route.title}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

const headersOf = ({ parameters }: Route) => parameters.filter((each) => each.in === 'header');

const Refusal = ({ error, problems }: { error: Error; problems: readonly FieldProblem[] }) => (
  <div class="failure" role="alert" ref={(element) => element?.scrollIntoView({ block: 'center' })}>
    <bdi>{error.message}</bdi>
    {problems.length > 0 && (
      <ul>
        {problems.map(({ pointer, detail }) => (
          <li key={`${pointer} ${detail}`}>
            <code>{pointer}</code> <bdi>{detail}</bdi>
          </li>
        ))}
      </ul>
    )}
  </div>
);

/** The members that a schema knows, of a value to begin with. */
function initial(schema: Schema | undefined, example: unknown): unknown {
  if (!schema) return undefined;
  const start = example ?? schema.example;
  if (schema.properties) {
    const given = (start ?? {}) as Readonly<Record<string, unknown>>;
    return Object.fromEntries(
      Object.entries(schema.properties).flatMap(([name, member]) =>
        given[name] !== undefined || schema.required?.includes(name) ? [[name, initial(member, given[name])]] : [],
      ),
    );
  }
  if (schema.type === 'array') return Array.isArray(start) ? start.map((each) => initial(schema.items, each)) : [];
  return start ?? (schema.type === 'object' ? {} : undefined);
}

/** Fields that were left empty are left out. */
function without(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(without);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined && member !== '' && !Number.isNaN(member))
      .map(([name, member]) => [name, without(member)]),
  );
}
