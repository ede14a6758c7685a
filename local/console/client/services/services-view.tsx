export const ServicesView = ({ kind }: { kind: string | undefined; name: string | undefined }) => (
  <h1>Services {kind}</h1>
);
