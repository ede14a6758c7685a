export const ItemView = ({ path, id }: { path: string; id: string }) => (
  <h1>
    {path} {id}
  </h1>
);
