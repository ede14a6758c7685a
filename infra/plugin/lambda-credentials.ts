// Stands in for @aws-sdk/credential-provider-node in the bundles. Lambda gives a function its credentials in variables; the
// chain that the SDK would search (profiles, SSO, web identities, metadata of instances) is a quarter of a bundle, for nothing.
export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';
