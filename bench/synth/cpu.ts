/** CPU time of this process so far, in user and in kernel mode, milliseconds. */
export function cpuMillis(): number {
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  return (userCPUTime + systemCPUTime) / 1000;
}
