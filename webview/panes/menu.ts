/**
 * A button with a menu (WAI-ARIA "Menu Button Pattern"): Enter, Space or the down arrow open it, arrows go through it, Home and End
 * to its ends, a letter to what begins with it, Escape and Tab close it.
 */
import { h, setAttribute } from '../dom.ts'
import { icon, type Icon } from '../icons.ts'

export interface MenuItem {
  label: string
  /** One sentence, shown as the tooltip. */
  hint: string
  onChoose(): void
}

export interface Menu {
  readonly element: HTMLElement
  readonly button: HTMLButtonElement
  /** Which of the items can be chosen now, by their index; the others are not there. */
  update(possible: readonly boolean[]): void
}

let menus = 0

export function createMenu(label: string, sign: Icon, items: readonly MenuItem[]): Menu {
  const id = `menu-${++menus}`
  const entries = items.map(item =>
    h(
      'button',
      { type: 'button', role: 'menuitem', tabindex: -1, title: item.hint, onclick: () => choose(item) },
      item.label,
    ),
  )
  const list = h('div', { class: 'menu', role: 'menu', id, 'aria-label': label, hidden: true }, ...entries)
  const button = h(
    'button',
    {
      type: 'button',
      'aria-haspopup': 'menu',
      'aria-expanded': 'false',
      'aria-controls': id,
      onclick: () => (list.hidden ? open(0) : close(true)),
    },
    icon(sign),
    label,
  )
  const element = h('div', { class: 'menu-box' }, button, list)
  const there = () => entries.filter(entry => !entry.hidden)

  function open(index: number): void {
    list.hidden = false
    setAttribute(button, 'aria-expanded', 'true')
    // Where it would stick out at the right, it hangs from the button's right end.
    list.classList.remove('leftward')
    list.classList.toggle(
      'leftward',
      list.getBoundingClientRect().right > document.documentElement.clientWidth - 4,
    )
    there().at(index)?.focus()
  }
  function close(back: boolean): void {
    if (list.hidden) return
    list.hidden = true
    setAttribute(button, 'aria-expanded', 'false')
    if (back) button.focus()
  }
  function choose(item: MenuItem): void {
    close(true)
    item.onChoose()
  }

  button.addEventListener('keydown', event => {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
    event.preventDefault()
    open(event.key === 'ArrowDown' ? 0 : -1)
  })
  list.addEventListener('keydown', event => {
    const all = there()
    const at = all.indexOf(document.activeElement as HTMLButtonElement)
    const letter = event.key.length === 1 && event.key !== ' ' ? event.key.toLowerCase() : undefined
    const begins = (e: Element) => letter !== undefined && e.textContent!.toLowerCase().startsWith(letter)
    const moves: Record<string, () => void> = {
      ArrowDown: () => all[(at + 1) % all.length]?.focus(),
      ArrowUp: () => all.at(at - 1)?.focus(),
      Home: () => all[0]?.focus(),
      End: () => all.at(-1)?.focus(),
      Escape: () => close(true),
    }
    if (event.key === 'Tab') return close(false)
    const move = moves[event.key]
    const found = [...all.slice(at + 1), ...all.slice(0, at + 1)].find(begins)
    if (!move && !found) return
    event.preventDefault()
    event.stopPropagation()
    if (move) move()
    else found!.focus()
  })
  element.addEventListener('focusout', event => {
    if (!element.contains(event.relatedTarget as Node | null)) close(false)
  })

  return {
    element,
    button,
    update(possible) {
      entries.forEach((entry, i) => {
        // What is in use stays until it is left: nothing vanishes under the keyboard.
        if (entry !== document.activeElement) entry.hidden = !possible[i]
      })
      element.hidden = !possible.some(Boolean)
    },
  }
}
