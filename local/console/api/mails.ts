import type { Mail } from '../../mailbox.ts';
import { ConsoleError } from '../console-error.ts';
import type { ConsoleSources } from '../sources.ts';
import { pageSize } from './page-size.ts';

const LARGEST_PAGE = 500;

/** Mails without their bodies, newest first. @param query `to` (part of an address), `about` (in subject or text), `before` (id), `limit` */
export function listMails({ mailbox }: ConsoleSources, query: URLSearchParams): object {
  const [to, about, before] = [query.get('to')?.toLowerCase(), query.get('about'), query.get('before')];
  const limit = pageSize(query, { usual: 100, largest: LARGEST_PAGE });
  const all = mailbox.list();
  const found = all.filter(
    (mail) =>
      (!to || mail.to.some((address) => address.toLowerCase().includes(to))) &&
      (!about || mail.subject.includes(about) || mail.text.includes(about) || mail.html?.includes(about)),
  );
  const page = found.filter(({ id }) => !before || id < before).slice(0, limit);
  const recipients = [...new Set(all.flatMap((mail) => mail.to))].sort().slice(0, LARGEST_PAGE);
  return {
    mails: page.map(({ id, from, to: addresses, subject, sentAt }) => ({
      id,
      from: from ?? null,
      to: addresses,
      subject,
      sentAt,
    })),
    total: found.length,
    recipients,
  };
}

/** One mail, whole. @param query `id` */
export function showMail({ mailbox }: ConsoleSources, query: URLSearchParams): Mail {
  const mail = mailbox.get(query.get('id') ?? '');
  if (!mail) throw new ConsoleError(404, 'There is no such mail.');
  return mail;
}
