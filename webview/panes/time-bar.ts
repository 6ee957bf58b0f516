/**
 * Where in time the view looks, and how to go elsewhere: a slider over the log, play, steps, and LIVE. Of a recording times
 * count from its beginning, and in place of LIVE there is its end.
 */
import type { EventLog } from '../time/log.ts'
import { SPEEDS, type TimeCursor } from '../time/cursor.ts'
import { clockZero } from '../time/origin.ts'
import { h, setAttribute, setText } from '../dom.ts'
import { icon, iconButton } from '../icons.ts'
import { span } from '../format.ts'

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
    title: `← → one event · Ctrl ← → one message · Page Up/Down 5% · End: ${recorded ? 'the end' : 'live'} · Space: play or pause`,
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
    h('div', { class: 'time-track' }, slider),
    h('div', { class: 'time-buttons', role: 'group', 'aria-label': 'Playing' }, back, play, forth),
    h('div', { class: 'time-text' }, moment, whole, gone, event),
    speed,
    live,
  )
  const start = () => log.timeAt(log.first)
  const length = () => Math.max(0, log.state.at - start())

  slider.addEventListener('keydown', event => {
    const far = event.ctrlKey || event.metaKey
    const moves: Record<string, () => void> = {
      ArrowRight: () => (far ? toMessage(1) : cursor.step(1)),
      ArrowUp: () => cursor.step(1),
      ArrowLeft: () => (far ? toMessage(-1) : cursor.step(-1)),
      ArrowDown: () => cursor.step(-1),
      PageUp: () => cursor.seek(cursor.at + length() * PAGE),
      PageDown: () => cursor.seek(cursor.at - length() * PAGE),
      Home: () => cursor.seekPosition(log.first),
      End: () => cursor.goLive(),
      ' ': toggle,
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

  return {
    element,
    update(happened) {
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
