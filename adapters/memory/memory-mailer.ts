import type { Mail, Mailer } from '../../domain/ports.ts';
import { oneLine } from '../mail/subject-line.ts';

export function memoryMailer(): Mailer & { readonly sent: readonly Mail[] } {
  const sent: Mail[] = [];
  return { sent, send: async (mail) => void sent.push({ ...mail, subject: oneLine(mail.subject) }) };
}
