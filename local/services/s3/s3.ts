import { type BrokenConstraint, brokenText } from '../../aws/constraints.ts';
import { physicalName } from '../../aws/physical-name.ts';
import { type Deployment, type ResourceType, type Service, ServiceError } from '../../aws/service.ts';
import type { Clock } from '../../clock.ts';
import type { Storage } from '../../storage.ts';
import { bucketOperations } from './bucket-operations.ts';
import { withOwnersChecked } from './bucket-owner.ts';
import { listOperations } from './listing.ts';
import { multipartOperations } from './multipart.ts';
import { objectOperations } from './object-operations.ts';
import { openObjects } from './object-store.ts';

/** S3: buckets without versions, objects, listings, multipart uploads. Policies are kept, not enforced. */
export function createS3({ storage, clock }: { readonly storage: Storage; readonly clock: Clock }): Service {
  const store = openObjects(storage);
  const operations = withOwnersChecked(store, {
    ...bucketOperations(store, clock),
    ...objectOperations(store, storage, clock),
    ...listOperations(store),
    ...multipartOperations(store, storage, clock),
  });
  return { name: 's3', refuse, operations, resources: s3Resources(operations) };
}

/** What is missing inside a document is told of the document. */
const refuse = ([first]: readonly BrokenConstraint[]): ServiceError =>
  first!.member.includes('.')
    ? new ServiceError(
        'MalformedXML',
        'The XML you provided was not well-formed or did not validate against our published schema',
      )
    : new ServiceError('InvalidArgument', brokenText(first!));

/** `AWS::S3::Bucket` and `AWS::S3::BucketPolicy`. */
function s3Resources(operations: Service['operations']): Readonly<Record<string, ResourceType>> {
  return {
    'AWS::S3::Bucket': {
      supported: ['BucketName'],
      accepted: [
        'BucketEncryption',
        // Of each object only the newest version is kept here.
        'VersioningConfiguration',
        'PublicAccessBlockConfiguration',
        'OwnershipControls',
        'LifecycleConfiguration',
        'Tags',
        'AccessControl',
        'LoggingConfiguration',
      ],
      async apply({ BucketName }, deployment: Deployment) {
        const Bucket = String(BucketName ?? physicalName(deployment, 63).toLowerCase());
        // Again in us-east-1 succeeds, as on AWS.
        await operations.CreateBucket!({ Bucket }, { ...deployment, region: 'us-east-1' });
        const domain = `${Bucket}.s3.amazonaws.com`;
        const regional = `${Bucket}.s3.${deployment.region}.amazonaws.com`;
        const WebsiteURL = `http://${Bucket}.s3-website-${deployment.region}.amazonaws.com`;
        const attributes = {
          Arn: `arn:aws:s3:::${Bucket}`,
          DomainName: domain,
          RegionalDomainName: regional,
          WebsiteURL,
        };
        return { ref: Bucket, attributes };
      },
    },
    'AWS::S3::BucketPolicy': {
      supported: ['Bucket', 'PolicyDocument'],
      async apply({ Bucket, PolicyDocument }, deployment) {
        await operations.PutBucketPolicy!({ Bucket, Policy: JSON.stringify(PolicyDocument) }, deployment);
        return { ref: String(Bucket), attributes: {} };
      },
    },
  };
}
