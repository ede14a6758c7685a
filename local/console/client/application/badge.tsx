/** A word that says how something stands, coloured by what it means in most APIs. */
export function Badge({ text }: { text: string }) {
  return (
    <span class={`badge tone-${toneOf(text)}`}>
      <bdi>{text.replaceAll('-', ' ')}</bdi>
    </span>
  );
}

function toneOf(text: string): string {
  if (/fail|reject|declin|expired|out-of|cancel|error|denied/.test(text)) return 'bad';
  if (/await|wait|pending|hold/.test(text)) return 'wait';
  if (/complete|approved|done|ok|success|shipped|captured|paid|refunded/.test(text)) return 'good';
  return 'busy';
}
