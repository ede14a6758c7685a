import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { createAcknowledged } from './acknowledged.ts';
import type { CommitAnswer, CommitRequest } from './committer.ts';
import { connect } from './sqlite-open.ts';
import { createWriter, type Write } from './sqlite-writes.ts';

// The thread that commits while the main thread goes on. Whatever has queued up meanwhile becomes one transaction.

const { file } = workerData as { file: string };
const port = parentPort as MessagePort;
const db = connect(file);
const write = createWriter(db);
const acknowledged = createAcknowledged(`${file}-acknowledged`);

port.on('message', (first: CommitRequest) => {
  const writes: Write[][] = [];
  let seq = 0;
  for (let request: CommitRequest | undefined = first; request; request = next()) {
    if (request === 'close') {
      if (writes.length > 0) commit(writes, seq);
      db.close();
      acknowledged.close();
      port.close();
      return;
    }
    writes.push(request.writes);
    seq = request.seq;
  }
  commit(writes, seq);
});

const next = (): CommitRequest | undefined => receiveMessageOnPort(port)?.message;

function commit(writes: Write[][], seq: number): void {
  let answer: CommitAnswer;
  try {
    write(writes.flat(), seq);
    acknowledged.write({ seq, closed: false });
    answer = { seq };
  } catch (error) {
    answer = { seq, error: (error as Error).message };
  }
  port.postMessage(answer);
}
