import { createHash } from 'node:crypto';
import { ServiceError } from '../../aws/service.ts';

export interface AttributeValue {
  readonly DataType: string;
  readonly StringValue?: string;
  readonly BinaryValue?: Uint8Array;
}

export type Attributes = Readonly<Record<string, AttributeValue>>;

/** An attribute as it is stored: JSON. */
export interface StoredAttribute {
  readonly type: string;
  readonly text?: string;
  readonly base64?: string;
}

export interface Message {
  readonly id: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, StoredAttribute>>;
  readonly traceHeader?: string;
  /** Milliseconds since 1970. */
  readonly sentAt: number;
  /** When it may be received (again). */
  readonly visibleAt: number;
  readonly receiveCount: number;
  /** How many of these times were in queues that gave up on it: they do not count where it is now. */
  readonly receivedElsewhere?: number;
  readonly firstReceivedAt?: number;
  /** Tells the latest receipt from earlier ones. */
  readonly receipt?: string;
  readonly sender: string;
  readonly groupId?: string;
  readonly deduplicationId?: string;
  readonly sequenceNumber?: string;
  /** The queue that gave up on it. */
  readonly deadLetterSource?: string;
}

export const md5 = (data: string | Uint8Array): string => createHash('md5').update(data).digest('hex');

/** @throws ServiceError InvalidParameterValue, InvalidMessageContents */
export function storeAttributes(attributes: Attributes = {}): Record<string, StoredAttribute> {
  const names = Object.keys(attributes);
  if (names.length > 10)
    throw invalid(`Number of message attributes [${names.length}] exceeds the allowed maximum [10].`);
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { DataType, StringValue, BinaryValue }]) => {
      const kind = DataType?.split('.')[0];
      if (!/^[A-Za-z0-9_.-]{1,256}$/.test(name) || /^(aws|amazon)\./i.test(name) || /^\.|\.\.|\.$/.test(name)) {
        throw invalid(`The message attribute name '${name}' is invalid.`);
      }
      if (kind === 'Binary' && BinaryValue)
        return [name, { type: DataType, base64: Buffer.from(BinaryValue).toString('base64') }];
      if ((kind === 'String' || kind === 'Number') && StringValue) {
        if (kind === 'Number' && !Number.isFinite(Number(StringValue))) {
          throw invalid(`Can't cast the value of message (user) attribute '${name}' to a number.`);
        }
        return [name, { type: DataType, text: StringValue }];
      }
      if (kind !== 'Binary' && kind !== 'String' && kind !== 'Number') {
        throw invalid(
          `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
        );
      }
      throw invalid(
        `The message attribute '${name}' must contain a non-empty message attribute value for message attribute type '${DataType}'.`,
      );
    }),
  );
}

const invalid = (message: string): ServiceError => new ServiceError('InvalidParameterValue', message);

export function loadAttributes(stored: Readonly<Record<string, StoredAttribute>>): Record<string, AttributeValue> {
  return Object.fromEntries(
    Object.entries(stored).map(([name, { type, text, base64 }]) => [
      name,
      base64 === undefined
        ? { DataType: type, StringValue: text! }
        : { DataType: type, BinaryValue: new Uint8Array(Buffer.from(base64, 'base64')) },
    ]),
  );
}

const STRING = 1;
const BINARY = 2;

/** What SDKs check: the digest of names, types and values, each with its length before it, in the order of the names. */
export function md5OfAttributes(attributes: Readonly<Record<string, StoredAttribute>>): string | undefined {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return undefined;
  const parts = names.flatMap((name) => {
    const { type, text, base64 } = attributes[name]!;
    const value = base64 === undefined ? Buffer.from(text!) : Buffer.from(base64, 'base64');
    return [
      ...withLength(Buffer.from(name)),
      ...withLength(Buffer.from(type)),
      Buffer.from([base64 === undefined ? STRING : BINARY]),
      ...withLength(value),
    ];
  });
  return md5(Buffer.concat(parts));
}

function withLength(bytes: Buffer): [Buffer, Buffer] {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return [length, bytes];
}

/** Bytes of a message as the limit counts them: the body, and the names, types and values of the attributes. */
export function messageSize(body: string, attributes: Readonly<Record<string, StoredAttribute>>): number {
  const sizes = Object.entries(attributes).map(
    ([name, { type, text, base64 }]) =>
      name.length +
      type.length +
      (base64 === undefined ? Buffer.byteLength(text!) : Buffer.from(base64, 'base64').length),
  );
  return sizes.reduce((sum, size) => sum + size, Buffer.byteLength(body));
}
