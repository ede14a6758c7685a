import type { Caller } from '../../../aws/service.ts';
import { ServiceError } from '../../../aws/service.ts';
import type { StoredCode } from '../code-store.ts';
import type { LambdaContext } from '../lambda-context.ts';

/** Where the code of a function comes from. */
export interface CodeInput {
  readonly ZipFile?: Uint8Array;
  readonly S3Bucket?: string;
  readonly S3Key?: string;
}

/** @throws ServiceError if there is none */
export async function zipOf(input: CodeInput, { call }: LambdaContext, caller: Caller): Promise<Uint8Array> {
  const { ZipFile, S3Bucket, S3Key } = input;
  if (ZipFile) return ZipFile;
  if (!S3Bucket || !S3Key) {
    throw new ServiceError(
      'InvalidParameterValueException',
      'Please provide a source for function code: ZipFile, or S3Bucket and S3Key.',
    );
  }
  const { Body } = await call('s3', 'GetObject', { Bucket: S3Bucket, Key: S3Key }, caller);
  return Body as Uint8Array;
}

/** The members of a stored revision that say what its code is. */
export const codeMembers = ({ hash, codeSha256, codeSize }: StoredCode) => ({ codeHash: hash, codeSha256, codeSize });
