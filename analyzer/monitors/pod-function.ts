/** What a pod says of the action in it. */
export interface PodSigns {
  pod: string;
  /** labels `openwhisk/action` and `openwhisk/namespace` */
  label_function: string | null;
  label_namespace: string | null;
}

type Told = { function: string | null; function_by: 'label' | 'name' | null };

/**
 * The function that a pod serves, by its label, else by its name. A pod that was started for an action is named
 * `wsk<invoker>-<n>-<namespace>-<action>`: all in small letters, `_` as `-`, and of other characters than letters and digits
 * nothing is left. What fits two functions of the run tells neither.
 *
 * @param functions of the run: `action`, `package/action` or `/namespace/package/action`
 * @param namespace of the user who invokes; null where it is not known
 * @see ContainerProxy.containerName and KubernetesContainer.create in apache/openwhisk
 */
export function podFunction(signs: PodSigns, functions: readonly string[], namespace: string | null): Told {
  const { label_function: label, label_namespace: labelNamespace } = signs;
  if (label !== null) {
    const owner = labelNamespace?.split('/')[0] ?? null;
    const fitting = functions.filter(
      (name) => actionOf(name) === label && isSame(owner, namespaceOf(name) ?? namespace),
    );
    return { function: fitting.length === 1 ? fitting[0]! : label, function_by: 'label' };
  }
  const named = functions.filter((name) => namespace !== null && isNamedAfter(signs.pod, namespace, actionOf(name)));
  return named.length === 1 ? { function: named[0]!, function_by: 'name' } : { function: null, function_by: null };
}

function isNamedAfter(pod: string, namespace: string, action: string): boolean {
  const ending = `-${inPodName(namespace)}-${inPodName(action)}`.replace(/-+$/, '');
  return pod.endsWith(ending) && /^wsk.*-\d+$/.test(pod.slice(0, -ending.length));
}

function inPodName(name: string): string {
  return name
    .replaceAll(/[^\p{L}\p{Nd}_]/gu, '')
    .replaceAll('_', '-')
    .toLowerCase();
}

function actionOf(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

function namespaceOf(name: string): string | null {
  return name.startsWith('/') ? (name.split('/')[1] ?? null) : null;
}

/** What is not known contradicts nothing. */
function isSame(a: string | null, b: string | null): boolean {
  return a === null || b === null || a === b;
}
