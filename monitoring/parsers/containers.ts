/**
 * Control groups of containers, as docker, containerd (CRI and nerdctl), CRI-O and podman name them, under either cgroup
 * driver: all name them by 64 hexadecimal digits.
 *
 * - `/docker/<id>`, `/kubepods/burstable/pod<uid>/<id>`: the group is called by the id alone (driver cgroupfs)
 * - `/system.slice/docker-<id>.scope`, `…/cri-containerd-<id>.scope`, `…/crio-<id>.scope` (driver systemd)
 * - `/system.slice/kubepods-burstable-pod<uid>.slice:cri-containerd:<id>` (a runtime that is not told the driver)
 *
 * `crio-conmon-<id>.scope` and `libpod-conmon-<id>.scope` hold a container's monitor, not the container. A pod's pause
 * container is called as any other: nothing in its path tells it apart, so it counts. Containers with names of their own
 * (`ctr run`) and LXC's do not count.
 */
const CONTAINER =
  /^(?:(?:docker|cri-containerd|containerd|nerdctl|crio|libpod)-|[^/]+:(?:docker|cri-containerd|containerd|nerdctl|crio):)?([0-9a-f]{64})(?:\.scope)?$/;

/** Where containers lie: docker's own group, systemd's slices, and Kubernetes' from its root over the classes to the pods. */
const AROUND_CONTAINERS =
  /^(?:docker|(?:system|machine)\.slice|kubelet(?:\.slice)?|(?:kubelet-)?kubepods(?:[-.][^:]*)?|burstable|besteffort|pod[0-9a-f_-]{32,36})$/;

/** What the groups of one moment say of containers. */
export class Containers {
  readonly #containers = new Map<string, { tasks: number | null; isWithinAnother: boolean }>();
  #deepest = 0;
  #deepestAround = 0;

  add(group: string, tasks: number | null): void {
    const names = group.split('/');
    const last = names.at(-1)!;
    this.#deepest = Math.max(this.#deepest, names.length);
    if (AROUND_CONTAINERS.test(last)) this.#deepestAround = Math.max(this.#deepestAround, names.length);
    const ids = names.map((name) => CONTAINER.exec(name)?.[1]);
    for (const [depth, id] of ids.entries()) {
      if (id === undefined) continue;
      const isItself = depth === names.length - 1;
      this.#containers.set(id, {
        tasks: isItself ? tasks : (this.#containers.get(id)?.tasks ?? null),
        isWithinAnother: ids.slice(0, depth).some((outer) => outer !== undefined),
      });
    }
  }

  /** Each once, however many of its inner groups are listed. */
  count(): number | null {
    return this.#mayBeHidden() ? null : this.#containers.size;
  }

  /** Of all containers; those of one within another are among the outer one's. Null where they are not known of each. */
  tasks(): number | null {
    const outer = [...this.#containers.values()].filter(({ isWithinAnother }) => !isWithinAnother);
    if (this.#mayBeHidden() || outer.some(({ tasks }) => tasks === null)) return null;
    return outer.reduce((sum, { tasks }) => sum + tasks!, 0);
  }

  /**
   * systemd-cgtop lists groups down to `--depth` (3 where it is not given; containers of a pod lie up to 4 deep). A group that
   * holds containers and is as deep as any may have some that are not listed.
   */
  #mayBeHidden(): boolean {
    return this.#deepestAround > 0 && this.#deepestAround === this.#deepest;
  }
}
