import { type Caller, type Service, ServiceError } from '../../aws/service.ts';

interface RepositoriesInput {
  readonly repositoryNames?: readonly string[];
  readonly registryId?: string;
}

/** Elastic Container Registry: there are no repositories here, which deployment tools ask before they remove a service. */
export function createEcr(): Service {
  return {
    name: 'ecr',
    operations: {
      DescribeRepositories({ repositoryNames = [], registryId }: RepositoriesInput, { account }: Caller) {
        const [name] = repositoryNames;
        if (name === undefined) return { repositories: [] };
        throw new ServiceError(
          'RepositoryNotFoundException',
          `The repository with name '${name}' does not exist in the registry with id '${registryId ?? account}'`,
        );
      },
    },
  };
}
