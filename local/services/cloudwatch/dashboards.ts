import { type Caller, refuseOthers, type Service, ServiceError } from '../../aws/service.ts';
import type { Clock } from '../../clock.ts';
import type { Storage } from '../../storage.ts';

interface DashboardInput {
  readonly DashboardName?: string;
  readonly DashboardNames?: readonly string[];
  readonly DashboardNamePrefix?: string;
  readonly DashboardBody?: string;
}

interface Dashboard {
  readonly name: string;
  /** JSON text. */
  readonly body: string;
  /** Milliseconds since 1970. */
  readonly modifiedAt: number;
}

/** Dashboards are kept and given back; nothing draws them here. */
export function dashboardOperations(storage: Storage, clock: Clock): Service['operations'] {
  const dashboards = storage.table<Dashboard>('cloudwatch/dashboards');
  const prefix = ({ account, region }: Caller) => `${account}/${region}/`;
  const arnOf = (name: string, { account }: Caller) => `arn:aws:cloudwatch::${account}:dashboard/${name}`;

  function find(name: string, caller: Caller): Dashboard {
    const dashboard = dashboards.get(prefix(caller) + name);
    if (!dashboard) throw new ServiceError('ResourceNotFound', `Dashboard ${name} does not exist`, 404);
    return dashboard;
  }

  return {
    PutDashboard(input: DashboardInput, caller: Caller) {
      refuseOthers('cloudwatch:PutDashboard', input, ['DashboardName', 'DashboardBody'], ['Tags']);
      const { DashboardName: name = '', DashboardBody: body = '' } = input;
      if (!/^[A-Za-z0-9_-]{1,255}$/.test(name)) throw invalid(`The value ${name} for field DashboardName is invalid.`);
      if (!hasWidgets(body)) throw invalid('The field DashboardBody must be a valid JSON object with widgets');
      dashboards.put(prefix(caller) + name, { name, body, modifiedAt: clock.now() });
      return { DashboardValidationMessages: [] };
    },

    GetDashboard({ DashboardName = '' }: DashboardInput, caller: Caller) {
      const { name, body } = find(DashboardName, caller);
      return { DashboardName: name, DashboardBody: body, DashboardArn: arnOf(name, caller) };
    },

    ListDashboards: ({ DashboardNamePrefix = '' }: DashboardInput, caller: Caller) => ({
      DashboardEntries: [...dashboards.entries(prefix(caller) + DashboardNamePrefix)].map(
        ([, { name, body, modifiedAt }]) => ({
          DashboardName: name,
          DashboardArn: arnOf(name, caller),
          LastModified: new Date(modifiedAt),
          Size: Buffer.byteLength(body),
        }),
      ),
    }),

    DeleteDashboards({ DashboardNames = [] }: DashboardInput, caller: Caller) {
      for (const name of DashboardNames) find(name, caller);
      for (const name of DashboardNames) dashboards.delete(prefix(caller) + name);
      return {};
    },
  };
}

const invalid = (message: string): ServiceError => new ServiceError('InvalidParameterInput', message);

function hasWidgets(body: string): boolean {
  try {
    return Array.isArray((JSON.parse(body) as { widgets?: unknown }).widgets);
  } catch {
    return false;
  }
}
