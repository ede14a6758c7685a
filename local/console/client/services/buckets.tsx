import { useState } from 'preact/hooks';
import { call } from '../lib/api.ts';
import { useLoad } from '../lib/load.ts';
import { count } from '../lib/words.ts';
import { Dialog } from '../parts/dialog.tsx';
import { Json } from '../parts/json.tsx';
import { type Column, Rows, WIDTHS } from '../parts/rows.tsx';
import { Empty, Show } from '../parts/states.tsx';
import { Data, Time, timeOf } from '../parts/text.tsx';
import { allPages } from './all-pages.ts';
import { Names } from './names.tsx';

interface StoredObject {
  readonly Key: string;
  readonly Size: number;
  readonly LastModified: string;
}

export function Buckets({ name }: { name: string | undefined }) {
  const buckets = useLoad('buckets', () => call<{ Buckets?: readonly { Name: string }[] }>('s3', 'ListBuckets'));
  if (name !== undefined) return <Objects key={name} bucket={name} />;
  return (
    <Show of={buckets}>
      {({ Buckets: list = [] }) => (
        <Names kind="buckets" label="Buckets" rows={list.map(({ Name }) => ({ name: Name }))} />
      )}
    </Show>
  );
}

function Objects({ bucket }: { bucket: string }) {
  const [opened, setOpened] = useState<string>();
  const objects = useLoad(bucket, () =>
    allPages<StoredObject>(
      's3',
      'ListObjectsV2',
      { Bucket: bucket },
      { list: 'Contents', token: 'NextContinuationToken', input: 'ContinuationToken' },
    ),
  );
  const columns: Column<StoredObject>[] = [
    {
      name: 'Key',
      share: 3,
      cell: ({ Key }) => (
        <button type="button" class="link" onClick={() => setOpened(Key)}>
          <Data>{Key}</Data>
        </button>
      ),
    },
    { name: 'Bytes', width: WIDTHS.duration, align: 'end', cell: ({ Size }) => Size.toLocaleString('en') },
    { name: 'Changed', width: WIDTHS.time, cell: ({ LastModified }) => <Time at={timeOf(LastModified)} /> },
  ];
  return (
    <Show of={objects}>
      {(list) => (
        <>
          <p class="quiet">{count(list.length, 'object')}</p>
          {list.length === 0 ? (
            <Empty>The bucket is empty.</Empty>
          ) : (
            <Rows label="Objects" columns={columns} rows={list} keyOf={({ Key }) => Key} />
          )}
          {opened !== undefined && <ObjectDialog bucket={bucket} name={opened} onClose={() => setOpened(undefined)} />}
        </>
      )}
    </Show>
  );
}

/** The beginning of an object, as the text that it may be. */
function ObjectDialog({ bucket, name, onClose }: { bucket: string; name: string; onClose: () => void }) {
  const object = useLoad(`${bucket} ${name}`, () =>
    call<{ Body?: string }>('s3', 'GetObject', { Bucket: bucket, Key: name }),
  );
  return (
    <Dialog title={name} onClose={onClose} wide>
      <Show of={object}>{({ Body = '' }) => <Json text={Body} label="Content" />}</Show>
    </Dialog>
  );
}
