import { expect, test } from 'vitest';
import { Containers } from '../../../monitoring/parsers/containers.js';

const A = 'a1'.repeat(32);
const B = 'b2'.repeat(32);
const C = 'c3'.repeat(32);
const UID = '0f0f0f0f-1a1a-2b2b-3c3c-4d4d4d4d4d4d';
const SLICE_UID = UID.replaceAll('-', '_');
const BURSTABLE = `/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${SLICE_UID}.slice`;

function told(...groups: [string, number | null][]): [number | null, number | null] {
  const containers = new Containers();
  for (const [group, tasks] of groups) containers.add(group, tasks);
  return [containers.count(), containers.tasks()];
}

test.each([
  `/docker/${A}`,
  `/system.slice/docker-${A}.scope`,
  `/mine/${A}`,
  `/kubepods/pod${UID}/${A}`,
  `/kubepods/besteffort/pod${UID}/${A}`,
  `/kubepods/burstable/pod${'9'.repeat(32)}/${A}`,
  `/kubepods/burstable/pod${UID}/crio-${A}`,
  `/kubepods.slice/kubepods-pod${SLICE_UID}.slice/cri-containerd-${A}.scope`,
  `${BURSTABLE}/cri-containerd-${A}.scope`,
  `${BURSTABLE}/crio-${A}.scope`,
  `${BURSTABLE}/docker-${A}.scope`,
  `/system.slice/kubepods-burstable-pod${SLICE_UID}.slice:cri-containerd:${A}`,
  `/system.slice/nerdctl-${A}.scope`,
  `/machine.slice/libpod-${A}.scope`,
])('%s is a container', (group) => {
  expect(told([group, 3])).toEqual([1, 3]);
});

test.each([
  '/system.slice/docker.service',
  '/system.slice/containerd.service',
  `/system.slice/docker-${A.slice(0, 12)}.scope`,
  `${BURSTABLE}/crio-conmon-${A}.scope`,
  `/machine.slice/libpod-conmon-${A}.scope`,
  '/user.slice/user-1000.slice',
])('%s is none', (group) => {
  expect(told([group, 3])).toEqual([0, 0]);
});

test('a pod, its classes and what holds them are no containers', () => {
  expect(
    told(
      ['/kubepods.slice', 7],
      ['/kubepods.slice/kubepods-burstable.slice', 7],
      [BURSTABLE, 7],
      [`${BURSTABLE}/cri-containerd-${A}.scope`, 1],
      [`${BURSTABLE}/cri-containerd-${B}.scope`, 6],
    ),
  ).toEqual([2, 7]);
});

test('each counts once however deep its own groups are listed, in whatever order', () => {
  const groups: [string, number | null][] = [
    [`/docker/${A}/system.slice/ssh.service`, 2],
    [`/docker/${A}`, 5],
    [`/docker/${A}/init.scope`, 1],
  ];
  expect(told(...groups)).toEqual([1, 5]);
  expect(told(...groups.toReversed())).toEqual([1, 5]);
});

test('a container within a container counts, its tasks are among those of the outer one', () => {
  const pod = `/docker/${A}/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-pod${SLICE_UID}.slice`;
  expect(told([`/docker/${A}`, 9], [pod, 2], [`${pod}/cri-containerd-${B}.scope`, 2], [`/docker/${C}`, 1])).toEqual([
    3, 10,
  ]);
});

test('where the tasks of one are not known there is no sum', () => {
  expect(told([`/docker/${A}`, null], [`/docker/${B}`, 3])).toEqual([2, null]);
  // Only a group within it is listed.
  expect(told([`/docker/${A}/init.scope`, 3])).toEqual([1, null]);
});

test('where the table may not be deep enough to list all, there is no count', () => {
  expect(told(['/docker', 3], ['/system.slice', 5])).toEqual([null, null]);
  expect(told(['/system.slice', 9], ['/system.slice/cron.service', 1], ['/docker', 3])).toEqual([0, 0]);
  expect(told([BURSTABLE, 2], [`/docker/${A}`, 3])).toEqual([null, null]);
  // Others are listed as deep as this pod's would be: it has none.
  expect(told([BURSTABLE, 2], [`/kubepods/besteffort/pod${UID}/${A}`, 3])).toEqual([1, 3]);
});
