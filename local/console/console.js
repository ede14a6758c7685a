// Reloads the page when the list that it shows has changed. Without scripts the pages work as well.
const { watch, newest } = document.body.dataset;

async function look() {
  try {
    const answer = await fetch(watch, { cache: 'no-store' });
    const { newest: current } = await answer.json();
    if (current !== newest) location.reload();
  } catch {
    // The local cloud was stopped; it may come back.
  }
}

if (watch) setInterval(() => document.visibilityState === 'visible' && look(), 2_000);
