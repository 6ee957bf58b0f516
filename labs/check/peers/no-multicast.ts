/** What a check says where multicast does not work: why it proves nothing, and what to do. */

/** Two or three sentences, the first without a capital: for Inconclusive. `problem`: as multicastProblem gives it. */
export const noMulticast = (problem: string, platform: NodeJS.Platform = process.platform): string =>
  `multicast does not work on the loopback interface of this computer (${problem}). ${remedy(platform)} The command P2P Lab: Doctor, or p2plab doctor, looks at multicast, too.`

const remedy = (platform: NodeJS.Platform): string =>
  platform === 'darwin'
    ? 'Allow Visual Studio Code, or your terminal, under Privacy & Security > Local Network in the System Settings, and check again.'
    : platform === 'win32'
      ? 'Allow Visual Studio Code, or Node.js, in your firewall, and check again.'
      : 'Allow UDP multicast on the interface lo in your firewall, run "sudo ip link set lo multicast on", and check again. In a container, ask for a network of its own.'
