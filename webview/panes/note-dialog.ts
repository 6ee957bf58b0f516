/** Asks for the text of a note about the moment that is shown. */
import { h, setText } from '../dom.ts'

/** As in network/events/lifecycle.ts. */
const MOST = 200

export interface NoteDialog {
  readonly element: HTMLDialogElement
  /** Asks; `add` gets a text that is one line and not empty. `when` is the moment in words. */
  ask(when: string, add: (text: string) => void): void
}

export function createNoteDialog(): NoteDialog {
  let asked: ((text: string) => void) | undefined
  const input = h('input', {
    type: 'text',
    maxlength: MOST,
    'aria-labelledby': 'note-title',
    'aria-describedby': 'note-when',
    placeholder: 'For example: here n4 is cut off',
  })
  const when = h('p', { id: 'note-when' })
  const cancel = h('button', { type: 'button', onclick: () => element.close() }, 'Cancel')
  const element: HTMLDialogElement = h(
    'dialog',
    { class: 'acting note', 'aria-labelledby': 'note-title', 'aria-describedby': 'note-when' },
    h(
      'form',
      {
        method: 'dialog',
        onsubmit(event: Event) {
          const text = input.value.trim()
          // Enter without a text adds nothing, and asks on.
          if (text === '') return event.preventDefault()
          asked?.(text)
        },
      },
      h('h2', { id: 'note-title' }, 'Add Note'),
      when,
      input,
      h('div', { class: 'buttons' }, h('button', { type: 'submit', class: 'primary' }, 'Add'), cancel),
    ),
  )
  return {
    element,
    ask(words, add) {
      asked = add
      input.value = ''
      setText(when, words)
      element.showModal()
      input.focus()
    },
  }
}
