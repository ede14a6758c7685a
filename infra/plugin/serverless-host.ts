import type { AlarmThresholds } from './add-alarms.ts';

// What this plugin uses of the Serverless Framework, which publishes no types for its plugins.

export interface CloudFormationResource {
  readonly Type: string;
  readonly Condition?: string;
  DependsOn?: string | readonly string[];
  readonly Properties?: Record<string, unknown>;
}

export interface CloudFormationTemplate {
  Parameters?: Record<string, unknown>;
  Resources: Record<string, CloudFormationResource>;
  Outputs?: Record<string, { readonly Value: unknown }>;
}

export interface FunctionSettings {
  readonly name: string;
  readonly handler: string;
  /** `artifact`: an archive made by us. */
  package?: { readonly artifact: string };
}

export interface ServerlessHost {
  readonly serviceDir: string;
  readonly service: {
    readonly functions: Readonly<Record<string, FunctionSettings>>;
    readonly resources?: {
      readonly Parameters?: Readonly<Record<string, unknown>>;
      readonly Resources?: Record<string, CloudFormationResource>;
    };
    readonly service: string;
    /** `closeOfDay`: the file with the back-office jobs. */
    readonly custom: { readonly alarms?: AlarmThresholds; readonly closeOfDay: string };
    readonly provider: {
      readonly stage: string;
      readonly compiledCloudFormationTemplate: CloudFormationTemplate;
    };
  };
  readonly classes: { readonly Error: new (message: string, code: string) => Error };
}

export interface PluginTools {
  readonly log: { notice(message: string): void };
  readonly progress: { create(options: { message: string }): { update(message: string): void; remove(): void } };
}
