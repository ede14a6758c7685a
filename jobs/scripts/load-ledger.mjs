// A job of the back office as a script: of Glue, which passes --LEDGER_DAY and --LEDGER_URI, and of EMR, which passes both
// without names. What it would load the ledger into is the company's; here it says what it was told.
import process from 'node:process';

const words = process.argv.slice(2);
const named = (name) => words[words.indexOf(`--${name}`) + 1];
const [day, uri] = words.includes('--LEDGER_DAY') ? [named('LEDGER_DAY'), named('LEDGER_URI')] : words;
if (!/^\d{4}-\d{2}-\d{2}$/.test(day ?? '') || !uri?.startsWith('s3://')) {
  console.error(`There is no ledger in: ${words.join(' ')}`);
  process.exit(1);
}
console.log(`Loading ${uri} of ${day}`);
