import { refuseOthers, unsupported } from '../../aws/service.ts';

/** Where a container's output goes. */
export interface LogConfiguration {
  readonly logDriver: string;
  readonly options?: Readonly<Record<string, string>>;
}

const SUPPORTED = ['awslogs-group', 'awslogs-stream-prefix'];
const ACCEPTED = ['awslogs-region', 'awslogs-create-group', 'mode', 'max-buffer-size'];

/** @throws ServiceError for a driver or an option that this cloud lacks */
export function checkLogConfiguration(configuration: LogConfiguration | undefined): void {
  if (!configuration) return;
  if (configuration.logDriver !== 'awslogs') throw unsupported(`the log driver ${configuration.logDriver}`);
  refuseOthers('the log driver awslogs', configuration.options ?? {}, SUPPORTED, ACCEPTED);
}
