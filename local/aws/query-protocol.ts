import { operationModel } from './model.ts';
import { fromQuery } from './query-shapes.ts';
import { ServiceError } from './service.ts';
import { text, type WireProtocol, type WireRequest } from './wire.ts';
import { escapeXml, toXml } from './xml-shapes.ts';

/** XML namespaces, which some clients insist on. */
const NAMESPACES: Readonly<Record<string, string>> = {
  sns: 'http://sns.amazonaws.com/doc/2010-03-31/',
  sqs: 'http://queue.amazonaws.com/doc/2012-11-05/',
  iam: 'https://iam.amazonaws.com/doc/2010-05-08/',
  monitoring: 'http://monitoring.amazonaws.com/doc/2010-08-01/',
  sts: 'https://sts.amazonaws.com/doc/2011-06-15/',
};

/** AWS Query: a form with the parameter `Action`; XML comes back. */
export const queryProtocol: WireProtocol = {
  target(service, request) {
    const operation = parameters(request).get('Action');
    return operation ? { operation, model: operationModel(service.name, operation) } : undefined;
  },

  input(service, { model, operation }, request) {
    if (!model) throw new ServiceError('InvalidAction', `The action ${operation} is not known of ${service.name}.`);
    return fromQuery(model.input, parameters(request));
  },

  output(service, { model, operation }, output, requestId) {
    const result = model!.output.isUnitSchema() ? '' : toXml(model!.output, output, `${operation}Result`);
    const metadata = `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`;
    return xmlResponse(
      200,
      `<${operation}Response xmlns="${NAMESPACES[service.name] ?? ''}">${result}${metadata}</${operation}Response>`,
      requestId,
    );
  },

  failure(service, target, error, requestId) {
    const exception = target?.model?.exception(error.code);
    const status = error.statusCode === 400 ? (exception?.statusCode ?? 400) : error.statusCode;
    const type = status < 500 ? 'Sender' : 'Receiver';
    const code = escapeXml(exception?.queryCode ?? error.code);
    return xmlResponse(
      status,
      `<ErrorResponse xmlns="${NAMESPACES[service.name] ?? ''}"><Error><Type>${type}</Type><Code>${code}</Code>` +
        `<Message>${escapeXml(error.message)}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
      requestId,
    );
  },
};

/** The form of a POST; a GET has them in its URL. */
export function parameters(request: WireRequest): URLSearchParams {
  const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded');
  return isForm ? new URLSearchParams(text(request.body)) : request.query;
}

const xmlResponse = (status: number, body: string, requestId: string) => ({
  status,
  headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId },
  body: `<?xml version="1.0"?>\n${body}\n`,
});
