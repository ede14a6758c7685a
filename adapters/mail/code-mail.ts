import type { Approval } from '../../domain/approval.ts';
import type { Mail } from '../../domain/ports.ts';
import { writeMail } from './write-mail.ts';

/** The second factor, for who asked for it on the page. Useless without the link, which is in another mail. */
export function codeMail(approval: Approval, to: string, code: string): Mail {
  const { title, id } = approval.subject;
  return writeMail({
    to,
    subject: `Your code for: ${title}`,
    title,
    parts: [
      { paragraph: 'To decide about this, type the code into the page on which you asked for it.' },
      {
        facts: [
          ['Code', `${code.slice(0, 4)} ${code.slice(4)}`],
          ['Reference', id],
        ],
      },
      { paragraph: 'It is good once, for ten minutes and five tries.' },
      { note: 'If you did not ask for it, somebody else has your link: please tell whoever runs the approvals.' },
    ],
  });
}
