/**
 * Where in time the view looks, and how to go elsewhere: a slider over the log, play, steps, and LIVE. Of a recording times
 * count from its beginning, and in place of LIVE there is its end.
 */
import type { Palette } from '../graph/palette.ts'
import type { EventLog } from '../time/log.ts'
import { SPEEDS, type TimeCursor } from '../time/cursor.ts'
import { createMarks, goTo, markFrom, markText } from '../time/marks.ts'
import { clockZero } from '../time/origin.ts'
import { h, setAttribute, setText } from '../dom.ts'
import { icon, iconButton } from '../icons.ts'
import { span } from '../format.ts'
import { createNoteDialog } from './note-dialog.ts'
import { createTimeMarks } from './time-marks.ts'

/** A page on the slider, as a part of the whole. */
const PAGE = 0.05

export interface TimeBar {
  readonly element: HTMLElement
  /** `happened` is the latest event at the moment, in words. */
  update(happened: string): void
}

export function createTimeBar(options: {
  cursor: TimeCursor
  log: EventLog
  recorded: boolean
  palette(): Palette
  /** Keeps a note about a moment. */
  addNote(moment: number, text: string): void
  /** The cursor was moved, or began or ceased to move. */
  onMove(): void
}): TimeBar {
  const { cursor, log, recorded } = options
  const atEnd = () => cursor.live || (recorded && cursor.position >= log.last)
  const doing = (act: () => void) => () => {
    act()
    options.onMove()
  }
  const back = iconButton(
    'stepBack',
    'Previous Event',
    doing(() => cursor.step(-1)),
  )
  const forth = iconButton(
    'stepForth',
    'Next Event',
    doing(() => cursor.step(1)),
  )
  const marks = createMarks(log)
  const toMark = (direction: 1 | -1) => {
    const mark = markFrom(marks(), cursor, direction)
    if (mark) goTo(cursor, mark)
  }
  const previousMark = iconButton(
    'previousMark',
    'Previous Mark',
    doing(() => toMark(-1)),
  )
  const nextMark = iconButton(
    'nextMark',
    'Next Mark',
    doing(() => toMark(1)),
  )
  setAttribute(previousMark, 'title', 'Previous Mark (Shift+← on the slider)')
  setAttribute(nextMark, 'title', 'Next Mark (Shift+→ on the slider)')
  const picture = createTimeMarks({
    palette: options.palette,
    describe: mark => markText(log, mark),
    onChoose: mark => doing(() => goTo(cursor, mark))(),
  })
  const dialog = createNoteDialog()
  const askNote = () => {
    if (!canNote()) return
    // The moment goes on while the text is typed.
    const moment = cursor.at
    const when = span(Math.max(0, moment - clockZero(log)))
    dialog.ask(
      `About the network ${when} after its start. The note is marked on the slider and saved in recordings.`,
      text => options.addNote(moment, text),
    )
  }
  const canNote = () => !recorded && (log.state.phase === 'starting' || log.state.phase === 'ready')
  const note = iconButton('note', 'Add Note', askNote)
  setAttribute(note, 'title', 'Add Note (N on the slider)')
  const toggle = doing(() => (cursor.live || cursor.playing ? cursor.pause() : cursor.play()))
  const pauseIcon = icon('pause')
  const playIcon = icon('play')
  const play = h('button', { type: 'button', class: 'icon-button', onclick: toggle }, pauseIcon, playIcon)
  const slider = h('input', {
    type: 'range',
    class: 'time-slider',
    min: 0,
    max: 1,
    step: 'any',
    'aria-label': 'Time position',
    title: `← → one event · Ctrl ← → one message · Shift ← → one mark${recorded ? '' : ' · N: add note'} · Page Up/Down 5% · End: ${recorded ? 'the end' : 'live'} · Space: play or pause`,
    oninput: doing(() => cursor.seek(start() + Number(slider.value))),
  })
  const moment = h('span', { class: 'time-moment' })
  const whole = h('span', { class: 'quiet' })
  const event = h('span', { class: 'time-event' })
  const gone = h(
    'span',
    { class: 'time-gone quiet', hidden: true },
    recorded ? 'earlier events are not shown' : 'earlier events are no longer kept',
  )
  const speed = h(
    'select',
    {
      'aria-label': 'Playback speed',
      title: 'Playback speed',
      onchange: doing(() => cursor.setSpeed(Number(speed.value))),
    },
    ...SPEEDS.map(s => h('option', { value: s, selected: s === cursor.speed }, `${s}×`)),
  )
  const live = h(
    'button',
    {
      type: 'button',
      class: 'live',
      title: recorded ? 'Go to the End of the Recording' : 'Return to the Present',
      onclick: doing(() => cursor.goLive()),
    },
    !recorded && h('span', { class: 'live-dot', 'aria-hidden': 'true' }),
    recorded ? 'End' : 'LIVE',
  )
  const element = h(
    'section',
    // Until something has happened there is no time to go through.
    { class: 'time', 'aria-label': 'Time', hidden: true },
    // In a row of its own: whatever changes beside it would move it under the pointer.
    h('div', { class: 'time-track' }, picture.element, slider),
    h(
      'div',
      { class: 'time-buttons', role: 'group', 'aria-label': 'Playing' },
      previousMark,
      back,
      play,
      forth,
      nextMark,
      !recorded && note,
    ),
    h('div', { class: 'time-text' }, moment, whole, gone, event),
    speed,
    live,
    !recorded && dialog.element,
  )
  const start = () => log.timeAt(log.first)
  const length = () => Math.max(0, log.state.at - start())

  slider.addEventListener('keydown', event => {
    const far = event.ctrlKey || event.metaKey
    const go = (direction: 1 | -1) =>
      event.shiftKey ? toMark(direction) : far ? toMessage(direction) : cursor.step(direction)
    const moves: Record<string, () => void> = {
      ArrowRight: () => go(1),
      ArrowUp: () => cursor.step(1),
      ArrowLeft: () => go(-1),
      ArrowDown: () => cursor.step(-1),
      PageUp: () => cursor.seek(cursor.at + length() * PAGE),
      PageDown: () => cursor.seek(cursor.at - length() * PAGE),
      Home: () => cursor.seekPosition(log.first),
      End: () => cursor.goLive(),
      ' ': toggle,
      ...(!far && { n: askNote }),
    }
    const used = moves[event.key]
    if (!used || event.altKey) return
    event.preventDefault()
    used()
    options.onMove()
  })

  /** To just after the next message, or the one before, was published. */
  function toMessage(direction: 1 | -1): void {
    cursor.pause()
    for (
      let at = cursor.position - (direction < 0 ? 2 : 0);
      at >= log.first && at < log.last;
      at += direction
    )
      if (log.event(at)?.type === 'published') return cursor.seekPosition(at + 1)
  }

  /** The note about this very moment, or else what has happened. */
  const said = (happened: string): string => {
    if (cursor.live) return happened
    const noted = marks().findLast(mark => mark.kind === 'note' && Math.abs(mark.at - cursor.at) < 0.01)
    return noted ? markText(log, noted) : happened
  }

  return {
    element,
    update(last) {
      const happened = said(last)
      const running = cursor.live || cursor.playing
      element.hidden = log.first === log.last
      setAttribute(element, 'data-live', cursor.live || recorded)
      setAttribute(slider, 'max', length())
      const value = String(cursor.live ? length() : cursor.at - start())
      if (slider.value !== value) slider.value = value
      const zero = clockZero(log)
      const at = span(Math.max(0, cursor.at - zero))
      const end = span(Math.max(0, log.state.at - zero))
      const events = `event ${(cursor.position - log.first).toLocaleString('en')} of ${(log.last - log.first).toLocaleString('en')}`
      const most = (log.last - log.first).toLocaleString('en')
      const mostEvents = `event ${most} of ${most}`
      const ago = `${span(log.state.at - cursor.at)} ago`
      const where = recorded ? `of ${end}` : ago
      setAttribute(
        slider,
        'aria-valuetext',
        cursor.live ? 'Live' : `${at} from the start, ${events}, ${where}: ${happened}`,
      )
      setText(moment, cursor.live ? end : recorded ? at : ago)
      setText(whole, cursor.live ? `${most} events` : recorded ? `${where} · ${events}` : events)
      setText(event, happened)
      setAttribute(event, 'title', happened || undefined)
      reserve(moment, `${(log.state.at - zero).toFixed(0)} ms ago`)
      reserve(whole, recorded ? `of ${end} · ${mostEvents}` : mostEvents)
      gone.hidden = !log.incomplete
      const label = running ? 'Pause' : recorded && atEnd() ? 'Play from the Start' : 'Play'
      setAttribute(play, 'aria-label', label)
      setAttribute(play, 'title', label)
      setAttribute(playIcon, 'class', running ? 'icon solid gone' : 'icon solid')
      setAttribute(pauseIcon, 'class', running ? 'icon' : 'icon gone')
      setAttribute(live, 'aria-pressed', String(atEnd()))
      picture.update(marks(), start(), log.state.at)
      const disabled = (button: Element, is: boolean) =>
        setAttribute(button, 'aria-disabled', is ? 'true' : undefined)
      disabled(previousMark, !markFrom(marks(), cursor, -1))
      disabled(nextMark, !markFrom(marks(), cursor, 1))
      disabled(note, !canNote())
      setAttribute(back, 'aria-disabled', cursor.position <= log.first ? 'true' : undefined)
      setAttribute(forth, 'aria-disabled', cursor.position >= log.last ? 'true' : undefined)
    },
  }
}

/** Room for the longest text that stands here as long as the log has this length. */
function reserve(element: HTMLElement, longest: string): void {
  const width = `${longest.length}ch`
  if (element.style.minWidth !== width) element.style.minWidth = width
}
