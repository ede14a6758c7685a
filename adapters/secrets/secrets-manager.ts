import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

/** @param name name or ARN. @returns a function that reads the current value of a secret that is text */
export const secretReader = (client: Pick<SecretsManagerClient, 'send'>, name: string) => async (): Promise<string> => {
  const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: name }));
  if (!SecretString?.trim()) throw new Error(`The secret ${name} holds no text.`);
  return SecretString;
};
