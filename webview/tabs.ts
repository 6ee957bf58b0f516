/** Tabs as VS Code's panels have them (WAI-ARIA "Tabs Pattern", chosen by the arrow keys). */
import { h, setAttribute } from './dom.ts'

export interface Tab {
  id: string
  title: string
  panel: HTMLElement
}

export interface Tabs {
  readonly bar: HTMLElement
  readonly selected: string
  select(id: string): void
}

export function createTabs(label: string, tabs: readonly Tab[], onSelect: (id: string) => void): Tabs {
  let selected = tabs[0]!.id
  const buttons = tabs.map(({ id, title, panel }) => {
    panel.id = `panel-${id}`
    setAttribute(panel, 'role', 'tabpanel')
    setAttribute(panel, 'aria-labelledby', `tab-${id}`)
    return h(
      'button',
      {
        type: 'button',
        class: 'tab',
        role: 'tab',
        id: `tab-${id}`,
        'aria-controls': panel.id,
        onclick: () => choose(id),
      },
      title,
    )
  })
  const bar = h('div', { class: 'tabs', role: 'tablist', 'aria-label': label }, ...buttons)
  const show = (id: string) => {
    selected = id
    tabs.forEach((tab, i) => {
      tab.panel.hidden = tab.id !== id
      setAttribute(buttons[i]!, 'aria-selected', String(tab.id === id))
      setAttribute(buttons[i]!, 'tabindex', tab.id === id ? 0 : -1)
    })
  }
  const choose = (id: string) => {
    show(id)
    onSelect(id)
  }
  bar.addEventListener('keydown', event => {
    const at = tabs.findIndex(t => t.id === selected)
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key]
    if (to === undefined) return
    event.preventDefault()
    const next = (to + tabs.length) % tabs.length
    choose(tabs[next]!.id)
    buttons[next]!.focus()
  })
  show(selected)
  return {
    bar,
    get selected() {
      return selected
    },
    select: id => tabs.some(t => t.id === id) && show(id),
  }
}
