/** Where an action lives, in parts that are safe to put into a URL. */
export interface ActionPath {
  /** null = the endpoint's own namespace */
  namespace: string | null;
  package: string | null;
  action: string;
}

/** Reads `action`, `package/action` or `/namespace/package/action` (also `/namespace/action`). */
export function parseActionPath(application: string): ActionPath {
  const parts = application.split('/').filter((part) => part !== '');
  const action = parts.pop() ?? '';
  const namespace = application.startsWith('/') ? (parts.shift() ?? null) : null;
  return { namespace, package: parts.length > 0 ? parts.join('/') : null, action };
}

/** `/api/v1/namespaces/NS/actions/[PACKAGE/]ACTION` */
export function actionUrlPath(application: string, ownNamespace: string): string {
  const { namespace, package: inPackage, action } = parseActionPath(application);
  const name = inPackage === null ? encoded(action) : `${encoded(inPackage)}/${encoded(action)}`;
  return `/api/v1/namespaces/${encoded(namespace ?? ownNamespace)}/actions/${name}`;
}

/** `/api/v1/web/NS/PACKAGE|default/ACTION`: web actions know no `_`, so the namespace must be the resolved one. */
export function webActionUrlPath(application: string, resolvedNamespace: string): string {
  const { namespace, package: inPackage, action } = parseActionPath(application);
  const space = namespace === null || namespace === '_' ? resolvedNamespace : namespace;
  return `/api/v1/web/${encoded(space)}/${encoded(inPackage ?? 'default')}/${encoded(action)}`;
}

/** A name as one segment of a path: `..` and `.` are names here, and no name adds a segment. */
function encoded(name: string): string {
  return name === '.' || name === '..' ? name.replaceAll('.', '%2E') : encodeURIComponent(name);
}
