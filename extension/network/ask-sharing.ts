/** What sharing and joining a network ask. Each resolves to undefined when the user gives up. */
import * as vscode from 'vscode'
import { MAX_JOINING } from '../../network/limits.ts'
import { lanAddresses } from '../../network/share/lan.ts'
import { t } from '../l10n.ts'
import { joinCodeProblem, joiningProblem } from './input.ts'

/** Says what it means, and takes a yes. */
export async function agreeToShare(address: string): Promise<boolean> {
  const yes = t('Share Network')
  const detail = t(
    'The nodes will listen at {0}, not just on this computer. Their traffic is encrypted, but anyone on your local network who has the join code or finds the ports can connect, read every broadcast and send messages. Share only on a network you trust. Your system may ask you to allow the program through the firewall.',
    address,
  )
  return (
    (await vscode.window.showWarningMessage(
      t('Let other computers on your local network join?'),
      { modal: true, detail },
      yes,
    )) === yes
  )
}

/** The address of this computer in the local network; asked only where there are several, and Enter takes a real adapter's. Throws where there is none. */
export async function askAddress(): Promise<string | undefined> {
  const all = lanAddresses()
  if (all.length === 0)
    throw new Error(t('This computer is not connected to a local network. Connect it to one first.'))
  if (all.length === 1) return all[0]!.address
  const items = all.map(a => ({
    label: a.address,
    description: a.virtual ? t('{0} (virtual adapter)', a.interface) : a.interface,
  }))
  const picked = await vscode.window.showQuickPick(items, {
    title: t('Share Network'),
    placeHolder: t('Which network are the other computers on?'),
    ignoreFocusOut: true,
  })
  return picked?.label
}

export const askJoinCode = (): Thenable<string | undefined> =>
  vscode.window.showInputBox({
    title: t('Join Network'),
    prompt: t('Enter the join code shown on the other computer.'),
    placeHolder: '070A-G085-R2MG-0492-6D25-ASKQ-H2CX-7YZ8',
    ignoreFocusOut: true,
    validateInput: joinCodeProblem,
  })

export async function askJoining(running: string | undefined): Promise<number | undefined> {
  const typed = await vscode.window.showInputBox({
    title: t('Join Network'),
    prompt: [t('How many nodes should join from this computer (1 to {0})?', MAX_JOINING), running]
      .filter(Boolean)
      .join(' '),
    value: '3',
    ignoreFocusOut: true,
    validateInput: joiningProblem,
  })
  return typed === undefined ? undefined : Number(typed)
}
