import type { BuildProblem } from './build-problem.ts';
import type { FunctionSettings } from './serverless-host.ts';

const ADDRESS = /^[^\s@<>"(),:;]+@[^\s@<>"(),:;]+$/;
const SECRET_NAME = /^[A-Za-z0-9/_+=.@-]{1,512}$/;

/** What a stage chooses under `params`, as it reaches the functions: values that no function could run with are refused here. */
export function checkChoices(functions: Readonly<Record<string, FunctionSettings>>): BuildProblem[] {
  const given = Object.assign({}, ...Object.values(functions).map(({ environment }) => environment ?? {}));
  const problems: BuildProblem[] = [];
  const check = (param: string, isRight: boolean, wanted: string) => {
    if (!isRight)
      problems.push({ file: 'serverless.yml', place: `params ${param}`, message: `it has to be ${wanted}` });
  };
  const text = (variable: string): string => String(given[variable] ?? '');
  check('payments', /^(sandbox|stripe)$/.test(text('PAYMENTS')), 'sandbox or stripe');
  check('mailer', /^(sns|ses)$/.test(text('MAILER')), 'sns or ses');
  if (text('MAILER') === 'ses')
    check('mailSender', ADDRESS.test(text('MAIL_SENDER')), 'the address that mails come from');
  if (text('PAYMENTS') === 'stripe') {
    for (const [param, variable] of [
      ['stripeApiKeySecret', 'STRIPE_API_KEY_SECRET_NAME'],
      ['stripeWebhookSecret', 'STRIPE_WEBHOOK_SECRET_NAME'],
    ] as const) {
      const name = text(variable);
      // Whoever puts the secret itself here would send it to whoever may read a function's settings.
      check(
        param,
        SECRET_NAME.test(name) && !/^(sk|rk|whsec)_/.test(name),
        'the name of a secret in Secrets Manager, not the secret',
      );
    }
  }
  return problems;
}
