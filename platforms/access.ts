/**
 * Where platforms are and the keys to them, in memory only: read from the environment, `.wskprops` or the first line of
 * `faaslab platform --json`. Never written, logged, or passed in an argument list.
 */
export interface PlatformAccess {
  openwhisk?: OpenWhiskAccess;
  couchdb?: CouchDbAccess;
  lambda?: LambdaAccess;
  /** of a platform that was started for this run, on this host: its workers are this process's children */
  pid?: number;
}

export interface OpenWhiskAccess {
  /** with scheme, no trailing slash: `http://127.0.0.1:3233` */
  apiHost: string;
  /** `uuid:key` */
  auth: string;
  /** `_` = the key's own */
  namespace: string;
}

export interface CouchDbAccess {
  url: string;
  username: string;
  password: string;
  database: string;
}

export interface LambdaAccess {
  endpointUrl: string;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
}
