import { createContext } from 'preact';
import { useContext } from 'preact/hooks';

export interface Collection {
  readonly path: string;
  readonly title: string;
  readonly executionsOf?: string;
  readonly columns?: readonly string[];
  readonly waiting?: { readonly what: string; readonly who: string; readonly since: string; readonly until: string };
  readonly example?: unknown;
  readonly choices?: Readonly<
    Record<string, { readonly from: string; readonly value: string; readonly label: string }>
  >;
}

/** What is deployed, as the server tells it. */
export interface Application {
  readonly name: string;
  readonly awsUrl: string;
  readonly region: string;
  readonly apiKey?: string;
  readonly tokenUrl: string;
  readonly openApi?: unknown;
  readonly manifest?: {
    readonly title?: string;
    readonly access?: { readonly audience: string; readonly scope: string };
    readonly collections?: readonly Collection[];
  };
}

const Context = createContext<Application>({ name: '', awsUrl: '', region: '', tokenUrl: '' });

export const ApplicationProvider = Context.Provider;
export const useApplication = (): Application => useContext(Context);
