import { randomUUID } from 'node:crypto';
import { refuseOthers, type Service, ServiceError } from '../../aws/service.ts';
import type { Mailbox } from '../../mailbox.ts';

interface Content {
  readonly Data?: string;
}

interface SendEmailInput {
  readonly FromEmailAddress?: string;
  readonly Destination?: {
    readonly ToAddresses?: readonly string[];
    readonly CcAddresses?: readonly string[];
    readonly BccAddresses?: readonly string[];
  };
  readonly Content?: {
    readonly Simple?: {
      readonly Subject?: Content;
      readonly Body?: { readonly Text?: Content; readonly Html?: Content };
    };
  };
}

/** SES (API version 2): mails with a text, an HTML body or both go to the local mailbox. Every sender counts as verified. */
export function createSes({ mailbox }: { readonly mailbox: Pick<Mailbox, 'deliver'> }): Service {
  return {
    name: 'ses',
    operations: {
      SendEmail(input: SendEmailInput) {
        const accepted = [
          'ReplyToAddresses',
          'FeedbackForwardingEmailAddress',
          'EmailTags',
          'ConfigurationSetName',
          'ListManagementOptions',
        ];
        refuseOthers('ses:SendEmail', input, ['FromEmailAddress', 'Destination', 'Content'], accepted);
        const { FromEmailAddress: from, Destination = {}, Content = {} } = input;
        refuseOthers('the Content of ses:SendEmail', Content, ['Simple']);
        const to = [
          ...(Destination.ToAddresses ?? []),
          ...(Destination.CcAddresses ?? []),
          ...(Destination.BccAddresses ?? []),
        ];
        const { Subject, Body } = Content.Simple ?? {};
        if (!from) throw new ServiceError('BadRequestException', 'FromEmailAddress is required.');
        if (to.length === 0)
          throw new ServiceError('BadRequestException', 'Destination must have at least one recipient.');
        const invalid = to.find((address) => !/^[^@]+@[^@\s]+$/.test(address));
        if (invalid !== undefined) throw new ServiceError('BadRequestException', `Invalid address ${invalid}.`);
        if (!Subject?.Data || (!Body?.Text?.Data && !Body?.Html?.Data)) {
          throw new ServiceError('BadRequestException', 'Content.Simple needs Subject, and Text or Html.');
        }
        mailbox.deliver({
          from,
          to,
          subject: Subject.Data,
          ...(Body?.Text?.Data !== undefined && { text: Body.Text.Data }),
          ...(Body?.Html?.Data !== undefined && { html: Body.Html.Data }),
        });
        return { MessageId: randomUUID() };
      },

      GetAccount: () => ({
        ProductionAccessEnabled: true,
        SendingEnabled: true,
        EnforcementStatus: 'HEALTHY',
        DedicatedIpAutoWarmupEnabled: false,
      }),
    },
    resources: {
      'AWS::SES::EmailIdentity': {
        supported: ['EmailIdentity'],
        accepted: [
          'ConfigurationSetAttributes',
          'DkimAttributes',
          'DkimSigningAttributes',
          'FeedbackAttributes',
          'MailFromAttributes',
          'Tags',
        ],
        apply: ({ EmailIdentity }) => ({ ref: String(EmailIdentity), attributes: {} }),
      },
    },
  };
}
