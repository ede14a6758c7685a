import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { createAcknowledged } from './acknowledged.ts';
import type { CommitAnswer, CommitRequest } from './committer.ts';
import { type PackedWrites, unpack } from './packed-writes.ts';
import { connect } from './sqlite-open.ts';
import { createWriter, type Write } from './sqlite-writes.ts';

// The thread that commits while the main thread goes on. Whatever has queued up meanwhile becomes one transaction.

const { file } = workerData as { file: string };
const port = parentPort as MessagePort;
const db = connect(file);
const write = createWriter(db);
const acknowledged = createAcknowledged(`${file}-acknowledged`);

port.on('message', (first: CommitRequest) => {
  const requests: PackedWrites[] = [];
  let seq = 0;
  for (let request: CommitRequest | undefined = first; request; request = next()) {
    if (request === 'close') {
      if (requests.length > 0) commit(requests, seq);
      db.close();
      acknowledged.close();
      port.close();
      return;
    }
    requests.push(request);
    seq = request.seq;
  }
  commit(requests, seq);
});

const next = (): CommitRequest | undefined => receiveMessageOnPort(port)?.message;

function* writesOf(requests: readonly PackedWrites[]): Generator<Write> {
  for (const request of requests) yield* unpack(request);
}

function commit(requests: readonly PackedWrites[], seq: number): void {
  let answer: CommitAnswer;
  try {
    write(writesOf(requests), seq);
    acknowledged.write({ seq, closed: false });
    answer = { seq };
  } catch (error) {
    answer = { seq, error: (error as Error).message };
  }
  port.postMessage(answer);
}
