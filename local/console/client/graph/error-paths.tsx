import { type GraphFlow, hasErrorPaths } from './model.ts';

/** Whether a graph shows what is done about errors; nothing where it does nothing about them. */
export function ErrorPaths(props: { flow: GraphFlow; shown: boolean; onChange: (shown: boolean) => void }) {
  if (!hasErrorPaths(props.flow)) return null;
  return (
    <label class="check">
      <input
        type="checkbox"
        checked={props.shown}
        onChange={({ currentTarget }) => props.onChange(currentTarget.checked)}
      />
      Paths of errors
    </label>
  );
}
