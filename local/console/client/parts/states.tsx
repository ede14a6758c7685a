import type { ComponentChildren } from 'preact';
import type { Loaded } from '../lib/load.ts';

/** Why there is nothing to see. */
export const Failure = ({ error }: { error: Error }) => (
  <p class="failure" role="alert">
    <bdi>{error.message}</bdi>
  </p>
);

export const Empty = ({ children }: { children: ComponentChildren }) => <p class="empty">{children}</p>;

/** Shows what was loaded, the error, or that it is on its way. */
export function Show<T>({
  of,
  heading,
  children,
}: {
  of: Loaded<T>;
  /** Of a page that cannot be shown, and whose own heading is therefore missing. */
  heading?: string;
  children: (value: T) => ComponentChildren;
}) {
  if (of.value !== undefined) return <>{children(of.value)}</>;
  if (of.error) {
    return (
      <>
        {heading !== undefined && <h1>{heading}</h1>}
        <Failure error={of.error} />
      </>
    );
  }
  return (
    <p class="empty loading" role="status">
      Loading …
    </p>
  );
}
