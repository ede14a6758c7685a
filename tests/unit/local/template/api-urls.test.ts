import { expect, test } from '@jest/globals';
import { rewriteApiUrls } from '../../../../local/template/api-urls.ts';

const localUrl = (id: string, stage?: string) =>
  id === 'abc123' ? `http://127.0.0.1:3000${stage ? '' : '/_none'}` : undefined;

test.each([
  ['https://abc123.execute-api.us-east-1.amazonaws.com/dev/approvals/1?k=v', 'http://127.0.0.1:3000/approvals/1?k=v'],
  ['see https://abc123.execute-api.us-east-1.amazonaws.com/dev.', 'see http://127.0.0.1:3000.'],
  ['https://abc123.execute-api.us-east-1.amazonaws.com', 'http://127.0.0.1:3000/_none'],
  ['https://other.execute-api.us-east-1.amazonaws.com/dev', 'https://other.execute-api.us-east-1.amazonaws.com/dev'],
  [
    'arn:aws:execute-api:us-east-1:000000000000:abc123/dev/GET/x',
    'arn:aws:execute-api:us-east-1:000000000000:abc123/dev/GET/x',
  ],
])('%s becomes %s', (text, expected) => {
  expect(rewriteApiUrls(text, localUrl)).toBe(expected);
});
