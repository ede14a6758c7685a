import type { BuildProblem } from './build-problem.ts';

const FILE = 'infra/choices.yml';
const ADDRESS = /^[^\s@<>"(),:;]+@[^\s@<>"(),:;]+$/;
const SECRET_NAME = /^[A-Za-z0-9/_+=.@-]{1,512}$/;
/** How Stripe's secrets begin. */
const SECRET_ITSELF = /^(sk|rk|whsec)_/;

/**
 * What a stage chooses under `params` of serverless.yml, as it reaches the template: what no function could run with is refused.
 * @param parameters of the template, with their defaults
 */
export function checkChoices(parameters: Readonly<Record<string, unknown>>): BuildProblem[] {
  const problems: BuildProblem[] = [];
  const chosen = (name: string): string => {
    const { Default: value } = (parameters[name] ?? {}) as { readonly Default?: unknown };
    return String(value ?? '');
  };
  const check = (name: string, isRight: (value: string) => boolean, wanted: string) => {
    if (!isRight(chosen(name)))
      problems.push({ file: FILE, place: `Parameters.${name}`, message: `it has to be ${wanted}` });
  };
  check('Payments', (value) => /^(sandbox|stripe)$/.test(value), 'sandbox or stripe');
  check('Mailer', (value) => /^(sns|ses)$/.test(value), 'sns or ses');
  if (chosen('Mailer') === 'ses')
    check('MailSender', (value) => ADDRESS.test(value), 'the address that mails come from');
  for (const name of ['StripeApiKeySecret', 'StripeWebhookSecret']) {
    // Whoever puts the secret itself here would show it to whoever may read the template.
    const isName = (value: string) => SECRET_NAME.test(value) && !SECRET_ITSELF.test(value);
    check(name, isName, 'the name of a secret in Secrets Manager, not the secret');
  }
  return problems;
}
