import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { ServiceError } from '../../aws/service.ts';

export interface Key {
  readonly id: string;
  readonly arn: string;
  readonly description: string;
  readonly isEnabled: boolean;
  readonly createdAt: number;
  /** Base64, 32 bytes. */
  readonly secret: string;
}

const IV_BYTES = 12;
const TAG_BYTES = 16;
const ID_BYTES = 36;

/** The key that a ciphertext was made with. */
export const keyIdOf = (blob: Uint8Array): string => Buffer.from(blob.subarray(0, ID_BYTES)).toString('latin1');

/** Callers in process may pass text. */
export const bytes = (value: Uint8Array | string = ''): Uint8Array =>
  typeof value === 'string' ? Buffer.from(value) : value;

const authenticated = (context: Readonly<Record<string, string>> = {}): Buffer =>
  Buffer.from(JSON.stringify(Object.entries(context).sort(([a], [b]) => (a < b ? -1 : 1))));

/** Key id, initialisation vector, tag, ciphertext. */
export function encrypt(
  { id, secret }: Key,
  plaintext: Uint8Array,
  context?: Readonly<Record<string, string>>,
): Uint8Array {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', Buffer.from(secret, 'base64'), iv).setAAD(authenticated(context));
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return new Uint8Array(Buffer.concat([Buffer.from(id, 'latin1'), iv, cipher.getAuthTag(), ciphertext]));
}

/** @throws ServiceError InvalidCiphertextException */
export function decrypt({ secret }: Key, blob: Buffer, context?: Readonly<Record<string, string>>): Uint8Array {
  const [iv, tag] = [
    blob.subarray(ID_BYTES, ID_BYTES + IV_BYTES),
    blob.subarray(ID_BYTES + IV_BYTES, ID_BYTES + IV_BYTES + TAG_BYTES),
  ];
  if (tag.length < TAG_BYTES) throw invalidCiphertext();
  try {
    const decipher = createDecipheriv('aes-256-gcm', Buffer.from(secret, 'base64'), iv)
      .setAAD(authenticated(context))
      .setAuthTag(tag);
    const ciphertext = blob.subarray(ID_BYTES + IV_BYTES + TAG_BYTES);
    return new Uint8Array(Buffer.concat([decipher.update(ciphertext), decipher.final()]));
  } catch {
    throw invalidCiphertext();
  }
}

export const invalidCiphertext = (): ServiceError =>
  new ServiceError('InvalidCiphertextException', 'The ciphertext is invalid.');
