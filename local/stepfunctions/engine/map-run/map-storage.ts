/** Where a Distributed Map reads its items from and writes its results to: S3. Errors of the service are thrown as they are. */
export interface MapStorage {
  read(object: StorageLocation): Promise<Uint8Array>;
  /** All objects whose keys begin with `prefix`, in order of their keys. */
  list(listing: StorageListing): Promise<readonly StoredObject[]>;
  write(object: StorageLocation, content: Uint8Array, contentType: string): Promise<void>;
}

export interface StorageLocation {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string;
  /** The account that the bucket has to belong to. */
  readonly expectedOwner?: string;
}

export interface StorageListing {
  readonly bucket: string;
  readonly prefix: string;
  readonly expectedOwner?: string;
}

/** As ListObjectsV2 describes it. */
export interface StoredObject {
  readonly key: string;
  /** With its quotes. */
  readonly etag: string;
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly lastModified: number;
  readonly storageClass: string;
}
