import { useEffect, useRef } from 'preact/hooks';
import { CollectionView } from './application/collection-view.tsx';
import { ItemView } from './application/item-view.tsx';
import { ExecutionView } from './execution/execution-view.tsx';
import { Frame } from './frame.tsx';
import { ask } from './lib/api.ts';
import { useLoad } from './lib/load.ts';
import { type Place, usePlace } from './lib/router.ts';
import { nameIn } from './lib/words.ts';
import { type Application, ApplicationProvider, useApplication } from './parts/application.tsx';
import { Show } from './parts/states.tsx';
import { ServicesView } from './services/services-view.tsx';
import { ClockView } from './views/clock-view.tsx';
import { ExecutionsView } from './views/executions-view.tsx';
import { MachineView } from './views/machine-view.tsx';
import { MachinesView } from './views/machines-view.tsx';
import { MailView } from './views/mail-view.tsx';
import { MailboxView } from './views/mailbox-view.tsx';
import { Overview } from './views/overview.tsx';

export function App() {
  const application = useLoad('application', () => ask<Application>('application'));
  return (
    <Show of={application}>
      {(value) => (
        <ApplicationProvider value={value}>
          <Pages />
        </ApplicationProvider>
      )}
    </Show>
  );
}

function Pages() {
  const place = usePlace();
  const { manifest, name } = useApplication();
  const path = place.parts.join('/');
  const title = titleOf(place, manifest?.collections ?? []);
  useEffect(() => {
    document.title = `${title} · ${manifest?.title ?? name}`;
  }, [title]);
  const before = useRef(path);
  useEffect(() => {
    if (before.current === path) return;
    before.current = path;
    // Where a reader of the screen goes on after a link, or after a form that led here.
    const active = document.activeElement;
    if (!active || active === document.body || active.closest('main, nav'))
      document.getElementById('content')?.focus({ preventScroll: true });
  }, [path]);
  return <Frame place={place}>{viewOf(place)}</Frame>;
}

function viewOf({ parts, query }: Place) {
  const [view, id, more] = parts;
  switch (view) {
    case undefined:
      return <Overview />;
    case 'executions':
      return id === undefined ? <ExecutionsView query={query} /> : <ExecutionView key={id} arn={id} />;
    case 'machines':
      return id === undefined ? <MachinesView /> : <MachineView key={id} name={id} />;
    case 'mailbox':
      return id === undefined ? <MailboxView query={query} /> : <MailView key={id} id={id} />;
    case 'clock':
      return <ClockView />;
    case 'services':
      return <ServicesView kind={id} name={more} />;
    case 'app':
      if (id !== undefined)
        return more === undefined ? (
          <CollectionView key={id} path={id} />
        ) : (
          <ItemView key={`${id} ${more}`} path={id} id={more} />
        );
  }
  return (
    <>
      <h1>There is no such page</h1>
      <p>
        <a href="/_local/">Overview</a>
      </p>
    </>
  );
}

function titleOf({ parts }: Place, collections: readonly { readonly path: string; readonly title: string }[]): string {
  const [view, id, more] = parts;
  if (view === 'executions' && id !== undefined) return nameIn(id);
  if (view === 'app') return more ?? collections.find(({ path }) => path === `/${id}`)?.title ?? String(id);
  if (view === 'mailbox' && id !== undefined) return 'Mail';
  const name = (view === 'services' || view === 'machines' ? (more ?? id) : undefined) ?? view ?? 'overview';
  return name.charAt(0).toUpperCase() + name.slice(1);
}
