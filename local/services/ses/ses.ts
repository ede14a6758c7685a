import { randomUUID } from 'node:crypto';
import { refusalWith } from '../../aws/constraints.ts';
import { type Caller, refuseOthers, type Service, ServiceError } from '../../aws/service.ts';
import type { Mailbox } from '../../mailbox.ts';
import type { Storage } from '../../storage.ts';
import { createIdentities } from './identities.ts';

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

interface IdentityInput {
  readonly EmailIdentity?: string;
}

export interface SesOptions {
  readonly storage: Storage;
  readonly mailbox: Pick<Mailbox, 'deliver'>;
}

const ADDRESS = /^[^\s@<>"(),:;]+@[^\s@<>"(),:;]+$/;
const NAMED_ADDRESS = /^[^<>\p{Cc}]*<([^<>]+)>$/u;

/** SES (API version 2): mails of verified senders, with a text, an HTML body or both, go to the local mailbox. */
export function createSes({ storage, mailbox }: SesOptions): Service {
  const identities = createIdentities(storage);
  return {
    name: 'ses',
    refuse: refusalWith('BadRequestException'),
    operations: {
      SendEmail(input: SendEmailInput, caller: Caller) {
        const accepted = [
          'ReplyToAddresses',
          'FeedbackForwardingEmailAddress',
          'EmailTags',
          'ConfigurationSetName',
          'ListManagementOptions',
        ];
        refuseOthers('ses:SendEmail', input, ['FromEmailAddress', 'Destination', 'Content'], accepted);
        refuseOthers('the Content of ses:SendEmail', input.Content ?? {}, ['Simple']);
        refuseOthers('the Simple Content of ses:SendEmail', input.Content?.Simple ?? {}, ['Subject', 'Body']);
        const mail = readMail(input);
        identities.check(mail.sender, caller);
        mailbox.deliver(mail);
        return { MessageId: randomUUID() };
      },

      CreateEmailIdentity(input: IdentityInput, caller: Caller) {
        refuseOthers('ses:CreateEmailIdentity', input, ['EmailIdentity'], ['ConfigurationSetName', 'Tags']);
        const { EmailIdentity: name = '' } = input;
        if (identities.has(name, caller)) {
          throw new ServiceError('AlreadyExistsException', `Email identity ${name} already exist.`);
        }
        identities.add(name, caller);
        return describe(name);
      },

      GetEmailIdentity({ EmailIdentity: name = '' }: IdentityInput, caller: Caller) {
        if (!identities.has(name, caller)) throw noIdentity(name);
        return { ...describe(name), VerificationStatus: 'SUCCESS' };
      },

      ListEmailIdentities(input: object, caller: Caller) {
        refuseOthers('ses:ListEmailIdentities', input, []);
        return {
          EmailIdentities: identities.list(caller).map((name) => ({
            IdentityName: name,
            IdentityType: typeOf(name),
            SendingEnabled: true,
            VerificationStatus: 'SUCCESS',
          })),
        };
      },

      DeleteEmailIdentity({ EmailIdentity: name = '' }: IdentityInput, caller: Caller) {
        if (!identities.has(name, caller)) throw noIdentity(name);
        identities.remove(name, caller);
        return {};
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
        apply({ EmailIdentity }, deployment) {
          identities.add(String(EmailIdentity), deployment);
          return { ref: String(EmailIdentity), attributes: {} };
        },
      },
    },
  };
}

const typeOf = (name: string) => (name.includes('@') ? 'EMAIL_ADDRESS' : 'DOMAIN');
const describe = (name: string) => ({ IdentityType: typeOf(name), VerifiedForSendingStatus: true });
const noIdentity = (name: string) =>
  new ServiceError('NotFoundException', `Email identity <${name}> does not exist.`, 404);

function readMail({ FromEmailAddress: from = '', Destination = {}, Content = {} }: SendEmailInput) {
  const { ToAddresses = [], CcAddresses = [], BccAddresses = [] } = Destination;
  const to = [...ToAddresses, ...CcAddresses, ...BccAddresses];
  const { Subject, Body: { Text, Html } = {} } = Content.Simple ?? {};
  const refuse = (message: string): never => {
    throw new ServiceError('BadRequestException', message);
  };
  const sender = addressIn(from) ?? refuse('FromEmailAddress has to be an e-mail address.');
  if (to.length === 0) refuse('Destination must have at least one recipient.');
  const invalid = to.find((address) => addressIn(address) === undefined);
  if (invalid !== undefined) refuse(`Invalid address ${invalid}.`);
  const subject = Subject?.Data || refuse('Content.Simple needs Subject.');
  // A header is one line.
  if (/\p{Cc}/u.test(subject)) refuse('Subject must not contain control characters.');
  if (!Text?.Data && !Html?.Data) refuse('Content.Simple needs Text or Html.');
  return {
    sender,
    from,
    to,
    subject,
    ...(Text?.Data !== undefined && { text: Text.Data }),
    ...(Html?.Data !== undefined && { html: Html.Data }),
  };
}

/** @returns the address of `shop@example.com` and of `The Shop <shop@example.com>` */
function addressIn(text: string): string | undefined {
  const address = NAMED_ADDRESS.exec(text)?.[1] ?? text;
  return ADDRESS.test(address) ? address : undefined;
}
