import { randomBytes } from 'node:crypto';
import { parseArn } from '../../aws/arn.ts';
import { refusalWith } from '../../aws/constraints.ts';
import { type Caller, refuseOthers, type Service, ServiceError } from '../../aws/service.ts';
import type { Clock } from '../../clock.ts';
import { sessionToken } from '../../iam/session-token.ts';

interface AssumeRoleInput {
  readonly RoleArn?: string;
  readonly RoleSessionName?: string;
  readonly DurationSeconds?: number;
}

/** STS: who am I, and temporary credentials of any role. Whoever asks gets them; what they open is what the role grants. */
export function createSts({ clock }: { readonly clock: Clock }): Service {
  return {
    name: 'sts',
    refuse: refusalWith('ValidationError'),
    operations: {
      GetCallerIdentity: (_input: object, { account }: Caller) => ({
        UserId: account,
        Account: account,
        Arn: `arn:aws:iam::${account}:root`,
      }),

      AssumeRole(input: AssumeRoleInput) {
        const accepted = ['ExternalId', 'Policy', 'PolicyArns', 'Tags', 'TransitiveTagKeys', 'SourceIdentity'];
        refuseOthers('sts:AssumeRole', input, ['RoleArn', 'RoleSessionName', 'DurationSeconds'], accepted);
        const { RoleArn = '', RoleSessionName = '', DurationSeconds = 3600 } = input;
        const role = parseArn(RoleArn);
        if (role?.service !== 'iam' || !role.resource.startsWith('role/')) {
          throw new ServiceError('ValidationError', `${RoleArn} is invalid`);
        }
        const random = (bytes: number) =>
          randomBytes(bytes)
            .toString('base64')
            .replace(/[^A-Za-z0-9]/g, '0');
        const name = role.resource.split('/').at(-1);
        return {
          Credentials: {
            // The endpoint reads the account out of it.
            AccessKeyId: `ASIA${role.account}${randomBytes(2).toString('hex').toUpperCase()}`,
            SecretAccessKey: random(30),
            SessionToken: sessionToken({ roleArn: RoleArn, session: RoleSessionName }),
            Expiration: new Date(clock.now() + DurationSeconds * 1000),
          },
          AssumedRoleUser: {
            AssumedRoleId: `AROALOCAL:${RoleSessionName}`,
            Arn: `arn:aws:sts::${role.account}:assumed-role/${name}/${RoleSessionName}`,
          },
        };
      },
    },
  };
}
