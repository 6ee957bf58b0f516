/** The addresses under which other computers of the local network reach this one. */
import { networkInterfaces } from 'node:os'
import { NetworkError } from '../failure.ts'

export interface LanAddress {
  /** IPv4, dotted. */
  address: string
  /** The name of the interface: "eth0", "Wi-Fi". */
  interface: string
  /** It is of an adapter of a virtual machine, a container or a VPN: other computers of the room rarely reach it. */
  virtual: boolean
}

/**
 * Interfaces that software makes, by the names that it gives them: Hyper-V and WSL, VMware, VirtualBox, Parallels, Docker, Podman,
 * libvirt, LXC, Kubernetes; on macOS bridges of virtual machines, AirDrop and tunnels; VPNs.
 */
const VIRTUAL_NAME = new RegExp(
  [
    /^(?:vEthernet|Hyper-V|WSL|VMware|VirtualBox|Parallels|Npcap|OpenVPN|WireGuard|Tailscale|ZeroTier|TAP-|Bluetooth)/,
    /^(?:docker|podman|br-|veth|virbr|vmnet|vmenet|vboxnet|vnic|lxc|lxd|incusbr|cni|flannel|cali|kube)/,
    /^(?:bridge\d|utun\d|awdl\d|llw\d|feth\d|tun\d|tap\d|wg\d|ppp\d|zt[0-9a-z]{8}|ipsec\d)/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'i',
)
/** Hardware addresses of VirtualBox's and VMware's adapters on the host; Windows may call these "Ethernet 3". */
const VIRTUAL_HARDWARE = /^(?:0a:00:27|00:50:56:c0):/i

/**
 * IPv4 addresses that are not loopback and not self-assigned (169.254/16: there is no network then). Those of virtual adapters come
 * last. `interfaces` is what the system says.
 */
export const lanAddresses = (interfaces = networkInterfaces()): LanAddress[] =>
  Object.entries(interfaces)
    .flatMap(([name, addresses = []]) =>
      addresses
        .filter(a => a.family === 'IPv4' && !a.internal && !a.address.startsWith('169.254.'))
        .map(({ address, mac }) => ({
          address,
          interface: name,
          virtual: VIRTUAL_NAME.test(name) || VIRTUAL_HARDWARE.test(mac),
        })),
    )
    .toSorted((a, b) => Number(a.virtual) - Number(b.virtual))

/** `asked`, or the only one that is not of a virtual adapter, or the only one there is. Throws a NetworkError that says which there are. */
export function chooseAddress(asked: string | undefined, all = lanAddresses()): string {
  const listed = all.map(a => `${a.address} (${a.interface}${a.virtual ? ', virtual' : ''})`).join(', ')
  const real = all.filter(a => !a.virtual)
  const step = 'share the network'
  if (all.length === 0)
    throw new NetworkError({
      step,
      cause: 'this computer is not connected to a local network',
      remedy: 'Connect it to one first',
    })
  if (asked === undefined && all.length > 1 && real.length !== 1)
    throw new NetworkError({
      step,
      cause: 'this computer has several addresses',
      remedy: `Choose one: ${listed}`,
    })
  const found = asked ?? (real[0] ?? all[0]!).address
  if (all.some(a => a.address === found)) return found
  throw new NetworkError({
    step,
    cause: `${found} is not an address of this computer`,
    remedy: `Choose from: ${listed}`,
  })
}
