export const CollectionView = ({ path }: { path: string }) => <h1>{path}</h1>;
