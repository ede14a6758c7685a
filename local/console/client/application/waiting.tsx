import type { Collection } from '../parts/application.tsx';
export const Waiting = ({ collection }: { collection: Collection }) => <h2>{collection.title}</h2>;
